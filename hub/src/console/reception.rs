//! The reception desk: give a ticket to whoever cannot use the kiosk, find one by its number, take it up again or end it.
//!
//! A reception ticket needs no paper: the number is said or written down. Absent on purpose: a list of everyone who
//! waits; the desk looks at the ticket in front of it.

use super::{
    doors::{Found, ReceptionChoices, ReceptionPage, sentence},
    frame::{Frame, show},
    page::{Choice, ChoiceGroup},
    words_of,
};
use crate::{
    config::Config,
    http::{
        Fault, Hub, admissions,
        permit::Clerk,
        tickets::{Asked, TicketPath, take_at_reception},
    },
    people::Member,
};
use axum::{
    Form,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use queue::{
    command::{CancelledBy, Command},
    ids::TicketId,
    number::Number,
    refusal::Refusal,
};
use serde::Deserialize;
use uuid::Uuid;
use words::Lang;

/// `?number=` as typed, or `?ticket=` after one was given.
#[derive(Debug, Deserialize, Default)]
pub struct Wanted {
    number: Option<String>,
    ticket: Option<Uuid>,
}

/// What the form of a new ticket sends.
#[derive(Debug, Deserialize)]
pub struct Given {
    command_id: Uuid,
    service: String,
    language: String,
    class: String,
    quantity: u16,
}

/// What the form of a scanned code sends.
#[derive(Debug, Deserialize)]
pub struct Scanned {
    command_id: Uuid,
    code: String,
    class: Option<String>,
}

/// What the forms of a found ticket send.
#[derive(Debug, Deserialize)]
pub struct Pressed {
    command_id: Uuid,
}

/// `GET /reception`.
pub async fn page(
    State(hub): State<Hub>,
    frame: Frame,
    Clerk(member): Clerk,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(wanted) = wanted.map_err(|_| Fault::BadQuery { name: "ticket" })?;
    whole(&hub, &frame, &member, (wanted, None)).await
}

/// `POST /reception/tickets`.
pub async fn give(
    State(hub): State<Hub>,
    frame: Frame,
    Clerk(member): Clerk,
    given: Result<Form<Given>, FormRejection>,
) -> Result<Response, Fault> {
    let taken = match given {
        Ok(Form(given)) => {
            let (id, asked) = given.taken_apart();
            take_at_reception(&hub, &member, id, asked).await
        }
        Err(_) => Err(Fault::WrongBody { detail: "quantity".to_owned() }),
    };
    match taken {
        Ok(ticket) => Ok(Redirect::to(&format!("/reception?ticket={}", ticket.ticket_id)).into_response()),
        Err(fault) => whole(&hub, &frame, &member, (Wanted::default(), Some(fault))).await,
    }
}

/// `POST /reception/admit`.
pub async fn admit(
    State(hub): State<Hub>,
    frame: Frame,
    clerk: Clerk,
    scanned: Result<Form<Scanned>, FormRejection>,
) -> Result<Response, Fault> {
    let admitted = match scanned {
        Ok(Form(scanned)) => let_in(&hub, &clerk, &scanned).await,
        Err(_) => Err(Fault::WrongBody { detail: "code".to_owned() }),
    };
    match admitted {
        Ok(ticket) => Ok(Redirect::to(&format!("/reception?ticket={ticket}")).into_response()),
        Err(fault) => whole(&hub, &frame, &clerk.0, (Wanted::default(), Some(fault))).await,
    }
}

async fn let_in(hub: &Hub, clerk: &Clerk, scanned: &Scanned) -> Result<TicketId, Fault> {
    let (ticket, command) = admissions::admission(hub, &scanned.code, scanned.class.as_deref())?;
    hub.submit(scanned.command_id, clerk.giver(), command).await?;
    Ok(ticket)
}

/// `POST /reception/tickets/{ticket_id}/{action}`.
pub async fn press(
    State(hub): State<Hub>,
    frame: Frame,
    clerk: Clerk,
    TicketPath { ticket_id }: TicketPath,
    Path((_, action)): Path<(Uuid, String)>,
    pressed: Result<Form<Pressed>, FormRejection>,
) -> Result<Response, Fault> {
    let ticket = TicketId(ticket_id);
    let command = match action.as_str() {
        "rejoin" => Command::Rejoin { ticket },
        "cancel" => Command::Cancel { ticket, by: CancelledBy::Staff },
        _ => return Err(Fault::NotFound),
    };
    let Form(Pressed { command_id }) = pressed.map_err(|_| Fault::WrongBody { detail: "command_id".to_owned() })?;
    match hub.submit(command_id, clerk.giver(), command).await {
        Ok(_) => Ok(Redirect::to(&format!("/reception?ticket={ticket_id}")).into_response()),
        Err(fault) => {
            let wanted = Wanted { ticket: Some(ticket_id), number: None };
            whole(&hub, &frame, &clerk.0, (wanted, Some(fault))).await
        }
    }
}

impl Given {
    fn taken_apart(self) -> (Uuid, Asked) {
        let asked = Asked {
            service: self.service,
            further: None,
            quantity: Some(self.quantity),
            class: Some(self.class),
            language: self.language,
        };
        (self.command_id, asked)
    }
}

async fn whole(
    hub: &Hub,
    frame: &Frame,
    member: &Member,
    (wanted, fault): (Wanted, Option<Fault>),
) -> Result<Response, Fault> {
    let found = find(hub, frame.lang, &wanted).await?;
    let searched = wanted.number.is_some() || wanted.ticket.is_some();
    let fault = fault.or_else(|| (searched && found.is_none()).then_some(Fault::Refused(Refusal::NoSuchTicket)));
    let page = Frame { here: "/reception".to_owned(), ..frame.clone() }.still(hub, Some(member));
    let shown = ReceptionPage {
        page: &page,
        notice: fault.as_ref().map(|fault| fault.sentence(&hub.config, frame.lang)),
        services: services(&hub.config, frame.lang),
        choices: ReceptionChoices { classes: classes(&hub.config, frame.lang) },
        asked: wanted.number.unwrap_or_else(|| found.as_ref().map_or_else(String::new, |found| found.number.clone())),
        found,
    };
    Ok(show(fault.map_or(StatusCode::OK, |fault| fault.status()), &shown))
}

async fn find(hub: &Hub, lang: Lang, wanted: &Wanted) -> Result<Option<Found>, Fault> {
    let number: Option<Number> = wanted.number.as_deref().and_then(typed);
    let (ticket, config) = (wanted.ticket.map(TicketId), std::sync::Arc::clone(&hub.config));
    let found = hub.journal.ask(move |reading| {
        let ticket = ticket.or_else(|| reading.hall.numbers.get(&number?).copied())?;
        let visit = reading.hall.visits.get(&ticket)?;
        let standing = queue::standing(reading.hall, reading.rules, ticket, reading.at);
        Some(Found {
            ticket: ticket.to_string(),
            number: visit.number.to_string(),
            service: config.service_name(&visit.service, lang).to_owned(),
            stage: visit.stage.clone(),
            sentence: sentence(reading, &config, lang, visit),
            wait: standing.and_then(|standing| standing.wait).map(|wait| {
                let (low, high) = (wait.low_min.to_string(), wait.high_min.to_string());
                words::fill(lang, "console.ticket.wait-range", &[("low", &low), ("high", &high)])
            }),
            copies: None,
        })
    });
    let Some(mut found) = found.await? else { return Ok(None) };
    found.copies = copies(hub, lang, &found.ticket).await?;
    Ok(Some(found))
}

/// Two papers with one number are explained.
async fn copies(hub: &Hub, lang: Lang, ticket: &str) -> Result<Option<String>, Fault> {
    let ticket = TicketId(ticket.parse().map_err(|_| Fault::Internal)?);
    let people = hub.people.clone();
    let kept = tokio::task::spawn_blocking(move || people.reprints(ticket)).await.map_err(|_| Fault::Internal)??;
    Ok(kept.last().map(|last| {
        let (n, time) = (kept.len().to_string(), words_of::clock(last.at, hub.config.rules()));
        words::fill(lang, "console.reception.copies", &[("n", &n), ("time", &time)])
    }))
}

/// `a47`, `A 47`, `a-047`: a person types less than is on paper, and may type the Cyrillic letter of the same shape.
fn typed(text: &str) -> Option<Number> {
    let plain: String = text.chars().filter(|c| c.is_alphanumeric() || *c == '-').map(latin).collect();
    if let Ok(number) = plain.parse() {
        return Some(number);
    }
    let (letter, rest) = plain.split_at_checked(1)?;
    let (lane, serial) = rest.split_once('-').unwrap_or(("", rest));
    format!("{letter}{lane}-{:03}", serial.parse::<u32>().ok()?).parse().ok()
}

/// The letters on paper have one shape in both scripts; a keyboard has two of each.
fn latin(c: char) -> char {
    match c {
        'a' | 'а' | 'А' => 'A',
        'k' | 'к' | 'К' => 'K',
        'm' | 'м' | 'М' => 'M',
        'o' | 'о' | 'О' => 'O',
        't' | 'т' | 'Т' => 'T',
        'e' | 'е' | 'Е' => 'E',
        other => other,
    }
}

fn services(config: &Config, lang: Lang) -> Vec<ChoiceGroup> {
    let group = |category: &crate::config::Category| ChoiceGroup {
        label: category.names.get(lang).to_owned(),
        choices: category
            .services
            .iter()
            .map(|code| Choice {
                code: code.to_string(),
                name: format!("{code} · {}", config.service_name(code, lang)),
            })
            .collect(),
    };
    config.categories().iter().map(group).collect()
}

/// Everyone first, then who goes out of turn; what is chosen here becomes a class and is forgotten.
pub(super) fn classes(config: &Config, lang: Lang) -> Vec<Choice> {
    let ordinary = words::say(lang, "console.reception.ordinary").to_owned();
    let reasons = config.classes().iter();
    let reasons = reasons.map(|reason| Choice { code: reason.id.clone(), name: reason.names.get(lang).to_owned() });
    std::iter::once(Choice { code: "ordinary".to_owned(), name: ordinary }).chain(reasons).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_as_people_type_it() {
        for text in ["A-047", "a-047", "a47", "A 047", "а-47", " А47 "] {
            assert_eq!(typed(text).map(|number| number.to_string()).as_deref(), Some("A-047"), "{text}");
        }
        assert_eq!(typed("k2-12").map(|number| number.to_string()).as_deref(), Some("K2-012"));
        assert_eq!(typed("T-1000").map(|number| number.to_string()).as_deref(), Some("T-1000"));
        for text in ["", "-", "B-001", "A-0", "A", "47", "A-x", "ў1"] {
            assert_eq!(typed(text), None, "{text}");
        }
    }
}
