//! The service day by a manager's hand: the hub opens and closes days by itself, this is for the day that is different.

use super::{
    Fault, Hub,
    json::Json,
    permit::{self, Manager},
    problem_groups::WriteProblems,
};
use axum::{extract::State, http::StatusCode};
use jiff::{Timestamp, tz::Offset};
use queue::{calendar::Date, command::Command, time::Time};
use wire::tickets::Confirm;

/// Open today's service day.
#[utoipa::path(post, path = "/api/v1/day/open", tag = "manager", operation_id = "open_day", request_body = Confirm,
    responses((status = 204, description = "Open"), WriteProblems), security(("manager" = [])))]
pub async fn open(
    State(hub): State<Hub>,
    Manager(manager): Manager,
    Json(asked): Json<Confirm>,
) -> Result<StatusCode, Fault> {
    let date = today(hub.now(), hub.config.rules().utc_offset_min).ok_or(Fault::Internal)?;
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

/// The date of a moment in the hall's own time.
pub(crate) fn today(at: Time, utc_offset_min: i32) -> Option<Date> {
    let offset = Offset::from_seconds(utc_offset_min.checked_mul(60)?).ok()?;
    Some(Date(offset.to_datetime(Timestamp::from_millisecond(at.0).ok()?).date()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_of_the_hall() {
        let before = today(Time(1_774_033_199_999), 300).unwrap();
        let after = today(Time(1_774_033_200_000), 300).unwrap();
        assert_eq!((before.0.to_string().as_str(), after.0.to_string().as_str()), ("2026-03-20", "2026-03-21"));
    }
}
