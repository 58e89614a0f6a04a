//! Which problems an operation may answer with, by kind of operation, for the API's description.

use std::collections::BTreeMap;
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

/// Reads that anyone may do.
pub(super) struct ReadProblems;
/// The board's stream, which a fenced hub does not give.
pub(super) struct StreamProblems;
/// What a kiosk or a display asks about itself, which a fenced hub does not answer.
pub(super) struct KioskProblems;
/// Writes with a token.
pub(super) struct WriteProblems;
/// Signing in and pairing: no token yet, and guessing is slowed down.
pub(super) struct EntryProblems;
/// Writes without a body.
pub(super) struct BareWriteProblems;
/// Applications: writes that may also be asked too often.
pub(super) struct FilingProblems;

const READ: &[u16] = &[400, 404, 405, 503];
const GUARDED: &[u16] = &[400, 401, 403, 404, 405, 503];
const STREAM: &[u16] = &[400, 404, 405, 409, 503];
const KIOSK: &[u16] = &[400, 401, 403, 404, 405, 409, 503];
const WRITE: &[u16] = &[400, 401, 403, 404, 405, 409, 413, 415, 422, 503];
const FILING: &[u16] = &[400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503];
const ENTRY: &[u16] = &[400, 401, 403, 404, 405, 413, 415, 422, 429, 503];

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(READ)
    }
}

impl IntoResponses for StreamProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(STREAM)
    }
}

impl IntoResponses for KioskProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(KIOSK)
    }
}

impl IntoResponses for WriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(WRITE)
    }
}

impl IntoResponses for EntryProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(ENTRY)
    }
}

impl IntoResponses for FilingProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(FILING)
    }
}

impl IntoResponses for BareWriteProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(GUARDED)
    }
}

fn problems(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    statuses.iter().map(|status| (status.to_string(), RefOr::T(problem(*status)))).collect()
}

fn problem(status: u16) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(meaning(status)).content("application/problem+json", content).build()
}

fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read: malformed JSON, an id that is none, an unknown value in the query",
        401 => "No token, or one that opens nothing (any more)",
        403 => "The token has not the right",
        404 => "The hall has no such thing",
        405 => "Not for this method",
        409 => "Refused: not now, or the command id was used for another command. Nothing is changed",
        413 => "The body is larger than 16 KiB",
        415 => "The body is not declared as application/json",
        422 => "The body is JSON, but not what is expected. Nothing is changed",
        429 => "Too many wrong tries: wait as long as Retry-After says",
        _ => "Not now: busy, going down, or the disk refuses. Send the same command again after Retry-After",
    }
}
