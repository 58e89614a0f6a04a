//! JSON in and out: bodies are bounded before they are read, unknown fields are refused, and what is wrong is said
//! with line and column.

use super::Fault;
use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::error::Category;

/// The largest body of a request.
pub const BODY_BYTES_MAX: usize = 16 * 1024;
/// The longest explanation of what is wrong with a body.
const DETAIL_CHARS_MAX: usize = 200;

/// A JSON body, asked or answered.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fault> {
        if !is_json(request.headers()) {
            return Err(Fault::NotJson);
        }
        Ok(Json(parsed(&bounded(request).await?)?))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The whole body, or the fault that it is too large.
async fn bounded(request: Request) -> Result<Bytes, Fault> {
    let told = request.headers().get(header::CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|bytes| bytes > BODY_BYTES_MAX) {
        return Err(Fault::BodyTooLarge);
    }
    to_bytes(request.into_body(), BODY_BYTES_MAX).await.map_err(|error| {
        let mut source = std::error::Error::source(&error);
        let mut too_large = false;
        while let Some(inner) = source {
            too_large |= inner.is::<http_body_util::LengthLimitError>();
            source = inner.source();
        }
        if too_large { Fault::BodyTooLarge } else { Fault::BodyCutOff }
    })
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| {
        let detail = error.to_string().chars().take(DETAIL_CHARS_MAX).collect();
        let malformed = |at: &serde_json::Error| Fault::MalformedJson { line: at.line(), column: at.column().max(1) };
        match (error.classify(), serde_json::from_slice::<IgnoredAny>(body)) {
            (Category::Data, Ok(IgnoredAny)) => Fault::WrongBody { detail },
            // The first thing wrong may be a field, but what is no JSON at all is called so.
            (Category::Data, Err(broken)) => malformed(&broken),
            (Category::Syntax | Category::Eof | Category::Io, _) => malformed(&error),
        }
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}
