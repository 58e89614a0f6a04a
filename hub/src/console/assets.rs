//! Static files, part of the program: style, script, typeface, mark, icons.
//!
//! A file's address carries a hash of its content, so a browser keeps it for a year and asks for it again the moment
//! it changes. Absent on purpose: a build step; what is served is what lies in `hub/static` and `hub/look`.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::BTreeMap, fmt::Write, sync::LazyLock};

struct Asset {
    kind: &'static str,
    bytes: Cow<'static, [u8]>,
    hash: String,
}

/// `GET /static/{name}`: with the right `v` for a year, else with an `ETag`.
pub async fn serve(Path(name): Path<String>, query: axum::extract::RawQuery, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.get(name.as_str()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!("\"{}\"", asset.hash);
    let named = query.0.is_some_and(|q| q.strip_prefix("v=") == Some(&asset.hash));
    let keep = if named { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    let about = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, keep), (header::CONTENT_TYPE, asset.kind)];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let body = match &asset.bytes {
        Cow::Borrowed(bytes) => Body::from(*bytes),
        Cow::Owned(bytes) => Body::from(bytes.clone()),
    };
    (about, body).into_response()
}

/// The address of a file, with its hash.
pub fn address(name: &str) -> String {
    let hash = ASSETS.get(name).map_or("", |asset| asset.hash.as_str());
    format!("/static/{name}?v={hash}")
}

/// One hash over all files.
pub fn version() -> &'static str {
    &VERSION
}

/// An icon as inline SVG in the colour of its text; an unknown one is nothing.
pub fn icon(name: &str) -> &'static str {
    ICONS.get(name).map_or("", String::as_str)
}

static ASSETS: LazyLock<BTreeMap<&'static str, Asset>> = LazyLock::new(|| {
    let css = look::css_variables() + include_str!("../../static/console.css");
    BTreeMap::from([
        ("console.css", asset("text/css; charset=utf-8", Cow::Owned(css.into_bytes()))),
        (
            "console.js",
            asset("text/javascript; charset=utf-8", Cow::Borrowed(include_bytes!("../../static/console.js"))),
        ),
        ("mark.svg", asset("image/svg+xml", Cow::Borrowed(include_bytes!("../../static/mark.svg")))),
        ("noto-sans-regular.ttf", asset("font/ttf", Cow::Borrowed(look::NOTO_SANS_REGULAR))),
        ("noto-sans-bold.ttf", asset("font/ttf", Cow::Borrowed(look::NOTO_SANS_BOLD))),
    ])
});

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: String = ASSETS.values().map(|asset| asset.hash.as_str()).collect();
    hash(all.as_bytes())
});

static ICONS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    macro_rules! look {
        ($name:literal) => {
            ($name, include_str!(concat!("../../look/icons/", $name, ".svg")))
        };
    }
    macro_rules! own {
        ($name:literal) => {
            ($name, include_str!(concat!("../../static/icons/", $name, ".svg")))
        };
    }
    [
        look!("arrow-right"),
        look!("back"),
        look!("bell"),
        look!("check"),
        look!("clock"),
        look!("close"),
        look!("document"),
        look!("globe"),
        look!("pause"),
        look!("priority"),
        look!("ticket"),
        look!("warning"),
        look!("window"),
        own!("hold"),
        own!("person"),
        own!("sign-out"),
        own!("undo"),
    ]
    .map(|(name, svg)| (name, inline(svg)))
    .into()
});

fn asset(kind: &'static str, bytes: Cow<'static, [u8]>) -> Asset {
    let hash = hash(&bytes);
    Asset { kind, bytes, hash }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("a String takes every byte");
        out
    })
}

/// Keeps the shapes; colour and stroke come from the style.
fn inline(svg: &str) -> String {
    let shapes = svg.split_once('>').and_then(|(_, rest)| rest.rsplit_once("</svg>")).map_or("", |(shapes, _)| shapes);
    format!(r#"<svg class="icon" viewBox="0 0 48 48" aria-hidden="true" focusable="false">{shapes}</svg>"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_an_address_of_its_own() {
        for (name, asset) in ASSETS.iter() {
            assert_eq!(asset.hash.len(), 16);
            assert_eq!(address(name), format!("/static/{name}?v={}", asset.hash));
        }
        assert!(version().len() == 16);
    }

    #[test]
    fn every_icon_has_shapes_and_no_colour() {
        for (name, svg) in ICONS.iter() {
            assert!(svg.contains("<path") || svg.contains("<circle"), "{name}");
            assert!(!svg.contains('#'), "{name}");
        }
    }

    #[test]
    fn every_colour_of_the_style_is_a_token() {
        let css = String::from_utf8(ASSETS["console.css"].bytes.to_vec()).unwrap();
        for used in css.split("var(--").skip(1) {
            let name = used.split(')').next().unwrap();
            assert!(css.contains(&format!("--{name}: ")), "no token {name}");
        }
    }
}
