//! Counters: what a clerk does with one key each. Every action is one command and one answer.

use super::{
    Fault, Giver, Hub, counter_state,
    json::Json,
    permit::{self, AtCounter, Clerk, KnownCounter, OverCounter},
    problem_groups::WriteProblems,
};
use crate::people::Picking;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use queue::{
    command::{Command, Placing, Return, Target},
    ids::{ClerkId, CounterId, Outcome, Reason, TicketId},
    refusal::Refusal,
    time::Span,
};
use utoipa::IntoParams;
use uuid::Uuid;
use wire::{
    counters::{Complete, CounterState, Hold, OneTicket, Pause, Transfer},
    tickets::Confirm,
};

/// The counter of the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "only describes the parameter; the permits read it")]
pub(super) struct CounterPath {
    /// The counter, as in the configuration.
    #[param(pattern = "^[A-Za-z0-9_-]{1,32}$", example = "1")]
    counter: String,
}

/// The answer: the counter and its ticket, or 204 if nobody waits.
pub struct Acted(Option<CounterState>);

impl IntoResponse for Acted {
    fn into_response(self) -> Response {
        match self.0 {
            Some(state) => Json(state).into_response(),
            None => StatusCode::NO_CONTENT.into_response(),
        }
    }
}

/// Open a counter.
///
/// The clerk of the session sits down, or comes back from a pause.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/open", tag = "counters", operation_id = "open_counter",
    params(CounterPath), request_body = Confirm, security(("staff" = [])),
    responses((status = 200, description = "Open", body = CounterState), WriteProblems))]
pub async fn open(
    State(hub): State<Hub>,
    Clerk(clerk): Clerk,
    KnownCounter(counter): KnownCounter,
    Json(asked): Json<Confirm>,
) -> Result<Acted, Fault> {
    let command = Command::OpenCounter { counter: counter.clone(), clerk: clerk.id.clone() };
    act(&hub, permit::giver(&clerk), &counter, (asked.command_id, command)).await
}

/// Call whoever is next.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/call-next", tag = "counters", operation_id = "call_next",
    params(CounterPath), request_body = Confirm, security(("staff" = [])),
    responses((status = 200, description = "Called", body = CounterState),
        (status = 204, description = "Nobody waits for this counter"), WriteProblems))]
pub async fn call_next(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<Confirm>) -> Result<Acted, Fault> {
    at.act(&hub, asked.command_id, Command::CallNext { counter: at.counter.clone() }).await
}

/// Call one ticket out of order.
///
/// Needs the right to pick, and is counted as out of order.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/call-this", tag = "counters", operation_id = "call_this",
    params(CounterPath), request_body = OneTicket, security(("staff" = [])),
    responses((status = 200, description = "Called", body = CounterState), WriteProblems))]
pub async fn call_this(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<OneTicket>) -> Result<Acted, Fault> {
    if at.picking() == Picking::NotAllowed {
        return Err(Fault::PickingNotAllowed);
    }
    let command = Command::CallThis { counter: at.counter.clone(), ticket: TicketId(asked.ticket_id) };
    at.act(&hub, asked.command_id, command).await
}

/// Call the same visitor again.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/recall", tag = "counters", operation_id = "recall",
    params(CounterPath), request_body = Confirm, security(("staff" = [])),
    responses((status = 200, description = "Called again", body = CounterState), WriteProblems))]
pub async fn recall(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<Confirm>) -> Result<Acted, Fault> {
    at.act(&hub, asked.command_id, Command::Recall { counter: at.counter.clone() }).await
}

/// Begin service: the visitor is at the counter.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/start", tag = "counters", operation_id = "start",
    params(CounterPath), request_body = Confirm, security(("staff" = [])),
    responses((status = 200, description = "Serving", body = CounterState), WriteProblems))]
pub async fn start(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<Confirm>) -> Result<Acted, Fault> {
    at.act(&hub, asked.command_id, Command::Start { counter: at.counter.clone() }).await
}

/// End service with an outcome.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/complete", tag = "counters", operation_id = "complete",
    params(CounterPath), request_body = Complete, security(("staff" = [])),
    responses((status = 200, description = "The ticket is closed, or waits for its next service",
        body = CounterState), WriteProblems))]
pub async fn complete(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<Complete>) -> Result<Acted, Fault> {
    let outcome = outcome(&hub, asked.outcome.as_deref())?;
    at.act(&hub, asked.command_id, Command::Complete { counter: at.counter.clone(), outcome }).await
}

/// Set the ticket aside.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/hold", tag = "counters", operation_id = "hold",
    params(CounterPath), request_body = Hold, security(("staff" = [])),
    responses((status = 200, description = "Held", body = CounterState), WriteProblems))]
pub async fn hold(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<Hold>) -> Result<Acted, Fault> {
    let why = reason(hub.config.hold_reasons(), asked.reason.as_deref())?;
    let until = asked.minutes.map(|minutes| hub.now().plus(Span::minutes(u64::from(minutes))));
    at.act(&hub, asked.command_id, Command::Hold { counter: at.counter.clone(), why, until }).await
}

/// Take a held ticket back to this counter.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/resume", tag = "counters", operation_id = "resume",
    params(CounterPath), request_body = OneTicket, security(("staff" = [])),
    responses((status = 200, description = "At the counter again", body = CounterState), WriteProblems))]
pub async fn resume(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<OneTicket>) -> Result<Acted, Fault> {
    let command = Command::Resume { counter: at.counter.clone(), ticket: TicketId(asked.ticket_id) };
    at.act(&hub, asked.command_id, command).await
}

/// Send the ticket elsewhere under the same number.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/transfer", tag = "counters", operation_id = "transfer",
    params(CounterPath), request_body = Transfer, security(("staff" = [])),
    responses((status = 200, description = "It waits elsewhere", body = CounterState), WriteProblems))]
pub async fn transfer(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<Transfer>) -> Result<Acted, Fault> {
    let (to, placing, back) = (target(&hub, &asked)?, placing(asked.placing.as_deref())?, back(asked.back_to_me));
    let command = Command::Transfer { counter: at.counter.clone(), to, placing, back };
    at.act(&hub, asked.command_id, command).await
}

/// The called visitor did not come.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/no-show", tag = "counters", operation_id = "no_show",
    params(CounterPath), request_body = Confirm, security(("staff" = [])),
    responses((status = 200, description = "The ticket is closed; it may rejoin once", body = CounterState),
        WriteProblems))]
pub async fn no_show(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<Confirm>) -> Result<Acted, Fault> {
    at.act(&hub, asked.command_id, Command::NoShow { counter: at.counter.clone() }).await
}

/// Take back the last step at this counter.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/undo", tag = "counters", operation_id = "undo",
    params(CounterPath), request_body = Confirm, security(("staff" = [])),
    responses((status = 200, description = "As before the step", body = CounterState), WriteProblems))]
pub async fn undo(State(hub): State<Hub>, at: AtCounter, Json(asked): Json<Confirm>) -> Result<Acted, Fault> {
    at.act(&hub, asked.command_id, Command::Undo { counter: at.counter.clone() }).await
}

/// Leave the counter for a while. Managers may pause any counter.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/pause", tag = "counters", operation_id = "pause_counter",
    params(CounterPath), request_body = Pause, security(("staff" = [])),
    responses((status = 200, description = "Paused", body = CounterState), WriteProblems))]
pub async fn pause(State(hub): State<Hub>, over: OverCounter, Json(asked): Json<Pause>) -> Result<Acted, Fault> {
    let why = reason(hub.config.pause_reasons(), asked.reason.as_deref())?;
    let command = Command::PauseCounter { counter: over.0.counter.clone(), why };
    act(&hub, over.giver(), &over.0.counter, (asked.command_id, command)).await
}

/// Leave the counter. Managers may close any counter.
#[utoipa::path(post, path = "/api/v1/counters/{counter}/close", tag = "counters", operation_id = "close_counter",
    params(CounterPath), request_body = Confirm, security(("staff" = [])),
    responses((status = 200, description = "Closed", body = CounterState), WriteProblems))]
pub async fn close(State(hub): State<Hub>, over: OverCounter, Json(asked): Json<Confirm>) -> Result<Acted, Fault> {
    let command = Command::CloseCounter { counter: over.0.counter.clone() };
    act(&hub, over.giver(), &over.0.counter, (asked.command_id, command)).await
}

impl AtCounter {
    /// One action of this clerk at this counter.
    async fn act(&self, hub: &Hub, command_id: Uuid, command: Command) -> Result<Acted, Fault> {
        act(hub, self.giver(), &self.counter, (command_id, command)).await
    }
}

async fn act(hub: &Hub, by: Giver, counter: &CounterId, asked: (Uuid, Command)) -> Result<Acted, Fault> {
    let (command_id, command) = asked;
    let calls_next = matches!(command, Command::CallNext { .. });
    let done = hub.submit(command_id, by, command).await?;
    match counter_state::after(counter, &done.events) {
        Some(state) => Ok(Acted(Some(state))),
        None if calls_next => Ok(Acted(None)),
        // Already so: the counter as it is.
        None => {
            let counter = counter.clone();
            let now = hub.journal.ask(move |reading| counter_state::now(&counter, reading.hall)).await?;
            Ok(Acted(Some(now)))
        }
    }
}

/// An outcome of the catalogue; `served` if none is given.
pub(crate) fn outcome(hub: &Hub, code: Option<&str>) -> Result<Outcome, Fault> {
    let code = code.unwrap_or("served");
    let known = hub.config.outcomes().iter().find(|outcome| outcome.as_str() == code);
    known.cloned().ok_or(Fault::NoSuchValue { name: "outcome" })
}

/// A reason of the catalogue; `other` if none is given.
pub(crate) fn reason(known: &[Reason], code: Option<&str>) -> Result<Reason, Fault> {
    let code = code.unwrap_or("other");
    known.iter().find(|reason| reason.as_str() == code).cloned().ok_or(Fault::NoSuchValue { name: "reason" })
}

/// Exactly one of a transfer's three places.
pub(crate) fn target(hub: &Hub, asked: &Transfer) -> Result<Target, Fault> {
    match (&asked.service, &asked.counter, &asked.clerk) {
        (Some(service), None, None) => {
            Ok(Target::Service(service.parse().map_err(|_| Fault::NoSuchValue { name: "service" })?))
        }
        (None, Some(counter), None) => {
            let counter: CounterId = counter.parse().map_err(|_| Fault::NoSuchValue { name: "counter" })?;
            match hub.config.rules().counters.contains_key(&counter) {
                true => Ok(Target::Counter(counter)),
                false => Err(Fault::Refused(Refusal::NoSuchCounter(counter))),
            }
        }
        (None, None, Some(clerk)) => {
            let clerk: ClerkId = clerk.parse().map_err(|_| Fault::NoSuchValue { name: "clerk" })?;
            match hub.people.staff().iter().any(|member| member.id == clerk) {
                true => Ok(Target::Clerk(clerk)),
                false => Err(Fault::NoSuchValue { name: "clerk" }),
            }
        }
        _ => Err(Fault::OneTarget),
    }
}

/// Where in its class a transferred ticket stands; in order if nothing is said.
pub(crate) fn placing(code: Option<&str>) -> Result<Placing, Fault> {
    match code {
        Some("first") => Ok(Placing::First),
        Some("in-order") | None => Ok(Placing::InOrder),
        Some(_) => Err(Fault::NoSuchValue { name: "placing" }),
    }
}

fn back(asked: Option<bool>) -> Return {
    if asked == Some(true) { Return::BackToMe } else { Return::No }
}
