//! From a pressed button to a command of the queue.
//!
//! Codes are checked the same way as in the API. Whoever presses has been let through by the permit already, except for the right to pick.

use super::view::Choices;
use crate::{
    config::Config,
    console::{
        page::{Choice, ChoiceGroup},
        reception, words_of,
    },
    http::{Fault, Hub, admissions, counters, permit::AtCounter},
    people::Picking,
};
use queue::{
    command::{Command, Return},
    ids::{CounterId, TicketId},
    time::Span,
};
use serde::Deserialize;
use uuid::Uuid;
use wire::counters::Transfer;
use words::Lang;

/// Minutes a ticket may be set aside for, as the page offers them.
const HOLD_MINUTES: [u64; 5] = [5, 10, 15, 30, 60];

/// What a counter's form sends. Fields that an action does not need are ignored.
#[derive(Debug, Deserialize)]
pub struct Pressed {
    /// Identity of the request.
    pub command_id: Uuid,
    outcome: Option<String>,
    reason: Option<String>,
    minutes: Option<String>,
    ticket_id: Option<Uuid>,
    to: Option<String>,
    placing: Option<String>,
    back_to_me: Option<String>,
    code: Option<String>,
    class: Option<String>,
}

/// The command that an action of the address means.
pub fn command(hub: &Hub, at: &AtCounter, action: &str, pressed: &Pressed) -> Result<Command, Fault> {
    let counter = at.counter.clone();
    Ok(match action {
        "open" => Command::OpenCounter { counter, clerk: at.clerk.id.clone() },
        "call-next" => Command::CallNext { counter },
        "call-this" if at.picking() == Picking::NotAllowed => return Err(Fault::PickingNotAllowed),
        "call-this" => Command::CallThis { counter, ticket: pressed.ticket()? },
        "recall" => Command::Recall { counter },
        "start" => Command::Start { counter },
        "complete" => Command::Complete { counter, outcome: counters::outcome(hub, pressed.outcome.as_deref())? },
        "hold" => Command::Hold {
            counter,
            why: counters::reason(hub.config.hold_reasons(), pressed.reason.as_deref())?,
            until: pressed.minutes()?.map(|minutes| hub.now().plus(minutes)),
        },
        "resume" => Command::Resume { counter, ticket: pressed.ticket()? },
        "transfer" => transfer(hub, pressed, counter)?,
        "no-show" => Command::NoShow { counter },
        "undo" => Command::Undo { counter },
        "pause" => Command::PauseCounter {
            counter,
            why: counters::reason(hub.config.pause_reasons(), pressed.reason.as_deref())?,
        },
        "close" => Command::CloseCounter { counter },
        "admit" => admissions::admission(hub, pressed.code(), pressed.class.as_deref())?.1,
        _ => return Err(Fault::NotFound),
    })
}

/// What the forms of a counter's page offer.
pub fn choices(config: &Config, lang: Lang, here: &CounterId) -> Choices {
    let named =
        |table: &'static str, code: &str| Choice { code: code.to_owned(), name: words_of::coded(lang, table, code) };
    let minutes =
        HOLD_MINUTES.map(|n| Choice { code: n.to_string(), name: words::count(lang, "console.hold.after", n, &[]) });
    Choices {
        outcomes: config.outcomes().iter().map(|code| named("hall.outcome", code.as_str())).collect(),
        hold_reasons: config.hold_reasons().iter().map(|code| named("hall.hold", code.as_str())).collect(),
        hold_minutes: minutes.into(),
        pause_reasons: config.pause_reasons().iter().map(|code| named("hall.pause", code.as_str())).collect(),
        targets: targets(config, lang, here),
        classes: reception::classes(config, lang),
    }
}

impl Pressed {
    fn ticket(&self) -> Result<TicketId, Fault> {
        self.ticket_id.map(TicketId).ok_or(Fault::WrongBody { detail: "ticket_id".to_owned() })
    }

    fn code(&self) -> &str {
        self.code.as_deref().unwrap_or_default()
    }

    fn minutes(&self) -> Result<Option<Span>, Fault> {
        match self.minutes.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => match text.parse::<u16>() {
                Ok(minutes) => Ok(Some(Span::minutes(minutes.into()))),
                Err(_) => Err(Fault::WrongBody { detail: "minutes".to_owned() }),
            },
        }
    }
}

/// `to` is `service:A01`, `counter:3` or `clerk:clerk-2`.
fn transfer(hub: &Hub, pressed: &Pressed, counter: CounterId) -> Result<Command, Fault> {
    let (kind, code) = pressed.to.as_deref().and_then(|to| to.split_once(':')).ok_or(Fault::OneTarget)?;
    let asked = |wanted: &str| (kind == wanted).then(|| code.to_owned());
    let asked = Transfer {
        command_id: pressed.command_id,
        service: asked("service"),
        counter: asked("counter"),
        clerk: asked("clerk"),
        placing: None,
        back_to_me: None,
    };
    Ok(Command::Transfer {
        counter,
        to: counters::target(hub, &asked)?,
        placing: counters::placing(pressed.placing.as_deref())?,
        back: if pressed.back_to_me.is_some() { Return::BackToMe } else { Return::No },
    })
}

fn targets(config: &Config, lang: Lang, here: &CounterId) -> Vec<ChoiceGroup> {
    let services = config.categories().iter().flat_map(|category| &category.services).map(|code| Choice {
        code: format!("service:{code}"),
        name: format!("{code} · {}", config.service_name(code, lang)),
    });
    let counters = config.counters().iter().filter(|counter| counter.id != *here).map(|counter| Choice {
        code: format!("counter:{}", counter.id),
        name: words::fill(lang, "console.counters.title-of", &[("counter", counter.id.as_str())]),
    });
    let clerks =
        config.staff().iter().map(|entry| Choice { code: format!("clerk:{}", entry.id), name: entry.name.clone() });
    let group = |key: &'static str, choices| ChoiceGroup { label: words::say(lang, key).to_owned(), choices };
    vec![
        group("console.transfer.counters", counters.collect()),
        group("console.transfer.services", services.collect()),
        group("console.transfer.clerks", clerks.collect()),
    ]
}
