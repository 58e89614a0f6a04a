//! The board: what is called now, and the stream that keeps displays equal to it.

use super::{
    Fault, Hub,
    json::Json,
    problem_groups::{ReadProblems, StreamProblems},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use tokio_stream::StreamExt;
use wire::board::Board;

/// The board now.
#[utoipa::path(get, path = "/api/v1/board", tag = "board", operation_id = "board",
    responses((status = 200, description = "Current calls and the last ones that are over", body = Board), ReadProblems))]
pub async fn board(State(hub): State<Hub>) -> Json<Board> {
    Json(hub.stream.board())
}

/// The board and every change, as server-sent events.
///
/// First a `snapshot`, then each `change` with `id` = the journal's sequence number, and a `beat` every two seconds.
/// `Last-Event-ID` resumes without a snapshot while the hub still remembers what came after; else there is a fresh
/// snapshot. Who reads too slowly is cut off and resumes.
#[utoipa::path(get, path = "/api/v1/board/stream", tag = "board", operation_id = "board_stream",
    responses((status = 200, description = "Events `snapshot` (Board), `change` (BoardChange), `beat` (Beat)",
        content_type = "text/event-stream", body = String), StreamProblems))]
pub async fn stream(State(hub): State<Hub>, headers: HeaderMap) -> Result<Response, Fault> {
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.trim().parse().ok());
    if !hub.fence.is_down() {
        return Err(Fault::Fenced);
    }
    let frames = hub.stream.follow(seen).ok_or(Fault::StreamsFull)?;
    // A display that is not told of it yet must not go on showing a hall that is another hub's: the next beat is the last.
    let fence = hub.fence.clone();
    let frames = frames.map_while(move |frame| fence.is_down().then_some(frame));
    let mut response = Response::new(Body::from_stream(frames));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
