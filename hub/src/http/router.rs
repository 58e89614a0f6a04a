//! The table of contents: every route of the API, one line each; the pages of the console join below.

use super::{
    Fault, Hub, admissions, applications, board, catalogue, counters, days, display, door, entrances, fleet, forms,
    hall, health, kiosk, notices,
    openapi::{Description, Document},
    pairings, services, sessions, tickets,
};
use axum::{Router, middleware, routing::get};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Everything the hub answers.
pub fn router(hub: Hub) -> Router {
    let (api, description) = api();
    let document = Document::of(&description);
    api.route("/api/openapi.json", get(|| async move { document }))
        .merge(crate::console::routes(&hub))
        .fallback(crate::console::frame::nowhere)
        .method_not_allowed_fallback(|| async { Fault::MethodNotAllowed })
        .layer(middleware::from_fn_with_state(hub.clone(), entrances::admit))
        .layer(middleware::from_fn_with_state(hub.clone(), door::door))
        .with_state(hub)
}

/// The API's description, as JSON text.
pub fn description() -> String {
    api().1.to_pretty_json().unwrap_or_default()
}

fn api() -> (Router<Hub>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        // A visitor's ticket.
        .routes(routes!(tickets::take)) //              POST /api/v1/tickets
        .routes(routes!(tickets::offline)) //           POST /api/v1/tickets/offline
        .routes(routes!(admissions::admit)) //          POST /api/v1/tickets/admit
        .routes(routes!(tickets::state)) //             GET  /api/v1/tickets/{ticket_id}
        .routes(routes!(tickets::printed)) //           POST /api/v1/tickets/{ticket_id}/printed
        .routes(routes!(tickets::cancel)) //            POST /api/v1/tickets/{ticket_id}/cancel
        .routes(routes!(tickets::rejoin)) //            POST /api/v1/tickets/{ticket_id}/rejoin
        // Applications.
        .routes(routes!(applications::reserve)) //      POST /api/v1/applications/slots
        .routes(routes!(applications::put_piece)) //    PUT  /api/v1/applications/{case_id}/pieces/{nth}
        .routes(routes!(applications::file)) //         POST /api/v1/applications
        .routes(routes!(applications::ask)) //          POST /api/v1/applications/ask
        .routes(routes!(forms::lists)) //               GET  /api/v1/applications/lists
        // A clerk at a counter.
        .routes(routes!(counters::open)) //             POST /api/v1/counters/{counter}/open
        .routes(routes!(counters::call_next)) //        POST /api/v1/counters/{counter}/call-next
        .routes(routes!(counters::call_this)) //        POST /api/v1/counters/{counter}/call-this
        .routes(routes!(counters::recall)) //           POST /api/v1/counters/{counter}/recall
        .routes(routes!(counters::start)) //            POST /api/v1/counters/{counter}/start
        .routes(routes!(counters::complete)) //         POST /api/v1/counters/{counter}/complete
        .routes(routes!(counters::hold)) //             POST /api/v1/counters/{counter}/hold
        .routes(routes!(counters::resume)) //           POST /api/v1/counters/{counter}/resume
        .routes(routes!(counters::transfer)) //         POST /api/v1/counters/{counter}/transfer
        .routes(routes!(counters::no_show)) //          POST /api/v1/counters/{counter}/no-show
        .routes(routes!(counters::undo)) //             POST /api/v1/counters/{counter}/undo
        .routes(routes!(counters::pause)) //            POST /api/v1/counters/{counter}/pause
        .routes(routes!(counters::close)) //            POST /api/v1/counters/{counter}/close
        // The hall for everyone.
        .routes(routes!(board::board)) //               GET  /api/v1/board
        .routes(routes!(board::stream)) //              GET  /api/v1/board/stream
        .routes(routes!(catalogue::catalogue)) //       GET  /api/v1/catalogue
        .routes(routes!(services::services)) //         GET  /api/v1/services
        .routes(routes!(services::offer)) //            GET  /api/v1/services/{code}/offer
        .routes(routes!(forms::form)) //                GET  /api/v1/services/{code}/form
        .routes(routes!(hall::hall)) //                 GET  /api/v1/hall
        .routes(routes!(health::health)) //             GET  /health
        // Staff and devices.
        .routes(routes!(sessions::sign_in, sessions::sign_out)) // POST, DELETE /api/v1/sessions
        .routes(routes!(kiosk::home)) //                GET  /api/v1/kiosk
        .routes(routes!(display::home)) //              GET  /api/v1/display
        .routes(routes!(fleet::condition)) //           PUT  /api/v1/kiosk/condition
        .routes(routes!(fleet::self_test)) //           POST /api/v1/kiosk/self-tests
        .routes(routes!(fleet::reprint)) //             POST /api/v1/kiosk/reprints
        .routes(routes!(pairings::pair)) //             POST /api/v1/pairings
        // Managers.
        .routes(routes!(pairings::offer)) //            POST /api/v1/pairings/offers
        .routes(routes!(services::suspend)) //          POST /api/v1/services/{code}/suspend
        .routes(routes!(services::restore)) //          POST /api/v1/services/{code}/restore
        .routes(routes!(notices::list, notices::post)) // GET, POST /api/v1/notices
        .routes(routes!(notices::withdraw)) //          DELETE /api/v1/notices/{notice_id}
        .routes(routes!(sessions::unlock)) //           POST /api/v1/staff/{clerk}/unlock
        .routes(routes!(days::open)) //                 POST /api/v1/day/open
        .routes(routes!(days::close)) //                POST /api/v1/day/close
        .split_for_parts()
}
