//! What is answered instead: RFC 9457 with the exchange's stable code.

use crate::{accept::NotTaken, store::StoreError};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hhx::{Code, line::Mark, receipt::Problem};
use serde_json::json;
use std::error::Error;

/// Seconds until it is worth coming again.
const BUSY_S: u32 = 5;

/// Why there is no answer.
#[derive(Debug)]
pub enum Fault {
    /// No token, or one of nobody.
    NoToken,
    /// There is no such thing for this hall.
    NotFound,
    /// The question is not as described.
    Unreadable(&'static str),
    /// A code of the exchange.
    Coded(Code, String, Option<Mark>),
    /// The database did not do it.
    Store(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Fault::Store(error)
    }
}

impl From<NotTaken> for Fault {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::Refused { code, detail, mark } => Fault::Coded(code, detail, mark),
            NotTaken::Store(error) => Fault::Store(error),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Fault::NoToken => problem(StatusCode::UNAUTHORIZED, json!({ "detail": "a hall shows its token" })),
            Fault::NotFound => problem(StatusCode::NOT_FOUND, json!({ "detail": "there is no such thing here" })),
            Fault::Unreadable(what) => problem(StatusCode::BAD_REQUEST, json!({ "detail": what })),
            Fault::Coded(code, detail, mark) => {
                let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::BAD_REQUEST);
                problem(status, json!(Problem { code, detail, mark }))
            }
            Fault::Store(error) if error.is_passing() => {
                tracing::warn!(error = &error as &dyn Error, "the database was away or in somebody's way");
                let detail = "come again".to_owned();
                let busy = json!(Problem { code: Code::Busy, detail, mark: None });
                let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, busy);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(BUSY_S));
                response
            }
            Fault::Store(error) => {
                tracing::error!(error = &error as &dyn Error, "a request failed in the database");
                problem(StatusCode::INTERNAL_SERVER_ERROR, json!({ "detail": "the office could not do it" }))
            }
        }
    }
}

fn problem(status: StatusCode, body: serde_json::Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/problem+json")], Json(body).0.to_string()).into_response()
}
