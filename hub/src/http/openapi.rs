//! The API's description: made from the handlers themselves, held still by a snapshot test.

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use wire::{
    board::{Beat, BoardChange},
    problem::Problem,
};

/// What stands before the paths.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Navbat hall hub",
        description = "The API of one hall. Every write takes a `command_id`: the same id gives the same answer and \
            changes nothing again; the same id for another command is refused. Problems are RFC 9457 with a stable \
            `code` and one sentence in the language of `?lang=` or `Accept-Language` (uz-Latn, uz-Cyrl, ru, kaa, en).",
        license(name = "GPL-3.0-only", identifier = "GPL-3.0-only")
    ),
    components(schemas(Problem, BoardChange, Beat)),
    modifiers(&Tokens),
    tags(
        (name = "tickets", description = "A visitor's ticket"),
        (name = "counters", description = "A clerk's actions at a counter"),
        (name = "board", description = "What is called, for displays"),
        (name = "hall", description = "The hall for everyone"),
        (name = "sessions", description = "Staff sign in and out"),
        (name = "devices", description = "Kiosks and displays"),
        (name = "manager", description = "Running the hall")
    )
)]
pub(super) struct Description;

struct Tokens;

impl Modify for Tokens {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        for (name, what) in [
            ("device", "The token a device got when it was paired"),
            ("staff", "The token of a clerk's or manager's session"),
            ("manager", "The token of a manager's session"),
        ] {
            let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(what)).build();
            components.add_security_scheme(name, SecurityScheme::Http(bearer));
        }
    }
}

/// The description as served; written once at the start.
#[derive(Clone)]
pub(super) struct Document(Bytes);

impl Document {
    pub(super) fn of(description: &utoipa::openapi::OpenApi) -> Document {
        Document(description.to_json().unwrap_or_default().into())
    }
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], self.0).into_response()
    }
}
