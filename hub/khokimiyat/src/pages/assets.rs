//! Static files: the hall console's style, typeface and icons, and what only an office's pages need.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{collections::BTreeMap, sync::LazyLock};

/// `GET /static/{name}`.
pub(super) async fn serve(Path(name): Path<String>) -> Response {
    let (kind, bytes): (&str, &'static [u8]) = match name.as_str() {
        "office.css" => ("text/css; charset=utf-8", CSS.as_bytes()),
        "mark.svg" => ("image/svg+xml", include_bytes!("../../../static/mark.svg")),
        "noto-sans-regular.ttf" => ("font/ttf", look::NOTO_SANS_REGULAR),
        "noto-sans-bold.ttf" => ("font/ttf", look::NOTO_SANS_BOLD),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")], bytes).into_response()
}

/// An icon as inline SVG in the colour of its text; an unknown one is nothing.
pub(super) fn icon(name: &str) -> &'static str {
    ICONS.get(name).map_or("", String::as_str)
}

static CSS: LazyLock<String> = LazyLock::new(|| {
    let console = include_str!("../../../static/console.css");
    look::css_variables() + console + include_str!("../../static/office.css")
});

static ICONS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    [
        ("check", include_str!("../../../look/icons/check.svg")),
        ("clock", include_str!("../../../look/icons/clock.svg")),
        ("warning", include_str!("../../../look/icons/warning.svg")),
        ("person", include_str!("../../../static/icons/person.svg")),
        ("sign-out", include_str!("../../../static/icons/sign-out.svg")),
    ]
    .map(|(name, svg)| (name, inline(svg)))
    .into()
});

/// Keeps the shapes; colour and stroke come from the style.
fn inline(svg: &str) -> String {
    let shapes = svg.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</svg>")).map_or("", |(shapes, _)| shapes);
    format!(r#"<svg class="icon" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{shapes}</svg>"#)
}
