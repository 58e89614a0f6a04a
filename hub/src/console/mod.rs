//! The console in the browser: sign-in, the clerk's page, the manager's page, a visitor's own ticket
//! and application.
//!
//! Pages are rendered here from templates and work without JavaScript: every action is a form. With it, the same
//! templates render the fragments that a stream sends when the journal has moved, so there is one source of what a
//! page says. Absent on purpose: state in the browser, a build step, anything from outside the hall.

pub mod application;
pub mod assets;
pub mod cases;
pub mod counter;
pub mod doors;
pub mod entry;
pub mod fleet;
pub mod frame;
pub mod line;
pub mod live;
pub mod manager;
pub mod notices;
pub mod page;
pub mod paper;
pub mod reception;
pub mod slip;
pub mod status;
pub mod words_of;

use crate::http::Hub;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};

/// Every page and form, to be merged into the hub's router.
pub fn routes(hub: &Hub) -> Router<Hub> {
    let long_form = DefaultBodyLimit::max(notices::FORM_BYTES_MAX);
    Router::new()
        .route("/", get(entry::home))
        .route("/sign-in", post(entry::sign_in))
        .route("/sign-out", post(entry::sign_out))
        .route("/counters", get(entry::counters))
        .route("/counters/{counter}", get(counter::page))
        .route("/counters/{counter}/events", get(counter::events))
        .route("/counters/{counter}/{action}", post(counter::press))
        .merge(application::routes())
        .merge(cases::routes())
        .merge(status::routes())
        .route("/manager/line", get(line::page))
        .route("/manager", get(manager::page))
        .route("/manager/kiosks", get(fleet::page))
        .route("/manager/kiosks/{device}/door", post(fleet::saw_door))
        .route("/manager/paper", get(paper::page))
        .route("/manager/notices", get(notices::page).post(notices::post).layer(long_form))
        .route("/manager/notices/{notice_id}/withdraw", post(notices::withdraw))
        .route("/manager/events", get(manager::events))
        .route("/manager/services/{code}/suspend", post(manager::suspend))
        .route("/manager/services/{code}/restore", post(manager::restore))
        .route("/manager/day/open", post(manager::open_day))
        .route("/manager/day/close", post(manager::close_day))
        .route("/manager/counters/{counter}/close", post(manager::close_counter))
        .route("/reception", get(reception::page))
        .route("/reception/admit", post(reception::admit))
        .route("/reception/tickets", post(reception::give))
        .route("/reception/tickets/{ticket_id}/{action}", post(reception::press))
        .route("/t/{ticket_id}", get(slip::page))
        .route("/t/{ticket_id}/{action}", post(slip::press))
        .route("/tickets/{ticket_id}", get(slip::moved))
        .layer(middleware::from_fn_with_state(hub.clone(), frame::dress))
        .route("/static/{name}", get(assets::serve))
}
