//! What happens to every request on its way in and out: a number, a time limit, the sentence of a problem, and headers
//! that keep browsers careful.

use super::{Fault, Hub, entrances::NoPlace, language, seen};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// A request is answered within this; a stream's answer is its first byte.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Pages load only what the hub itself serves, and are nobody's frame.
const PAGE_POLICY: &str =
    "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'";
/// An answer of the API is no page at all.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Counts requests since the start; enough to find one in the log.
static REQUESTS: AtomicU64 = AtomicU64::new(1);

pub(super) async fn door(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let nth = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let spoken = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
    let mut response = match seen::notice(&hub, request.headers()) {
        Some(kept_out) => kept_out.into_response(),
        None => {
            let answer = tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await;
            answer.unwrap_or_else(|_| Fault::TooSlow.into_response())
        }
    };

    let fault = response.extensions_mut().remove::<Fault>();
    // A crowd is counted and told of once a second, not once for each of its requests.
    let crowd = response.extensions_mut().remove::<NoPlace>().is_some() || fault == Some(Fault::Busy);
    if let Some(fault) = fault {
        let mut headers = axum::http::HeaderMap::new();
        spoken.map(|spoken| headers.insert(header::ACCEPT_LANGUAGE, spoken));
        let lang = language::of(&uri, &headers, &hub);
        let mut problem = fault.told(&hub.config, lang).response();
        if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
            problem.headers_mut().insert(header::ALLOW, allow);
        }
        if let Ok(tag) = HeaderValue::from_str(lang.tag()) {
            problem.headers_mut().insert(header::CONTENT_LANGUAGE, tag);
        }
        problem.extensions_mut().extend(std::mem::take(response.extensions_mut()));
        response = problem;
        tracing::debug!(request = nth, %method, code = fault.code(), "request {nth} refused: {}", fault.code());
    }
    if response.status().is_server_error() && !crowd {
        tracing::warn!(request = nth, %method, status = response.status().as_u16(), "request {nth} not answered");
    }
    careful(&mut response, nth, uri.path());
    response
}

fn careful(response: &mut Response, nth: u64, path: &str) {
    let api = path.starts_with("/api/") || path == "/health";
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, HeaderValue::from(nth));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let policy = if api { API_POLICY } else { PAGE_POLICY };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    if api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
