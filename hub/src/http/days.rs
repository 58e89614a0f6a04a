//! The service day by a manager's hand: the hub opens and closes days by itself, this is for the day that is different.

use super::{
    Fault, Hub,
    json::Json,
    permit::{self, Manager},
    problem_groups::WriteProblems,
};
use axum::{extract::State, http::StatusCode};
use queue::{calendar::date_at, command::Command};
use wire::tickets::Confirm;

/// Open today's service day.
#[utoipa::path(post, path = "/api/v1/day/open", tag = "manager", operation_id = "open_day", request_body = Confirm,
    responses((status = 204, description = "Open"), WriteProblems), security(("manager" = [])))]
pub async fn open(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    Json(asked): Json<Confirm>,
) -> Result<StatusCode, Fault> {
    let date = date_at(hub.config.rules(), hub.now());
    hub.submit(asked.command_id, permit::giver(&manager), Command::OpenDay { date }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Close the service day: every open ticket ends with a reason.
#[utoipa::path(post, path = "/api/v1/day/close", tag = "manager", operation_id = "close_day", request_body = Confirm,
    responses((status = 204, description = "Closed"), WriteProblems), security(("manager" = [])))]
pub async fn close(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    Json(asked): Json<Confirm>,
) -> Result<StatusCode, Fault> {
    hub.submit(asked.command_id, permit::giver(&manager), Command::CloseDay).await?;
    Ok(StatusCode::NO_CONTENT)
}
