//! What clerks, the reception desk and managers press, given the hall as their pages show it.

use super::{
    hall::{clerk, counter},
    transitions::{What, pick},
};
use crate::chance::Chance;
use hub::journal::Seat;
use queue::{
    calendar::date_at,
    command::{Actor, CancelledBy, Channel, Class, Command, Placing, Return, Target, Wish},
    hall::{Day, Desk, Hall},
    ids::{ClerkId, CounterId, ServiceCode, TicketId},
    rules::Rules,
    stage::{Closing, Stage, Visit},
    time::{Span, Time},
};
use std::str::FromStr;

/// What somebody presses. It is sent again with the same id until it is answered.
#[derive(Debug, Clone)]
pub struct Press {
    /// Who.
    pub actor: Actor,
    /// From which counter.
    pub seat: Option<Seat>,
    /// What; the end of a hold is counted by the hub when the press arrives.
    pub command: Command,
    /// How long a hold lasts.
    pub hold: Option<Span>,
}

/// A page: the hall as of its last change, and what the person may choose from.
pub struct Page<'a> {
    /// The hall.
    pub hall: &'a Hall,
    /// The configuration.
    pub rules: &'a Rules,
    /// The hub's time.
    pub at: Time,
}

/// An id of the simulated hall, all of which are codes.
pub fn code<T: FromStr>(text: &str) -> T {
    match text.parse() {
        Ok(code) => code,
        Err(_) => panic!("{text} is a code"),
    }
}

impl Page<'_> {
    /// What a step makes a person press; nothing if there is nothing to press.
    pub fn press(&self, what: &What, chance: &mut Chance) -> Option<Press> {
        match what {
            What::Work { counter } => Some(self.work(*counter, chance)),
            What::Act { counter } => self.act(*counter, chance),
            What::Ticket { counter } => self.ticket(*counter, chance),
            What::Reception => Some(self.reception(chance)),
            What::Manage => Some(self.manage(chance)),
            _ => None,
        }
    }

    /// Mostly the natural next step, so that visits get somewhere.
    fn work(&self, nth: u8, chance: &mut Chance) -> Press {
        let id: CounterId = code(&counter(nth));
        let Some(open) = self.hall.counters.get(&id) else { return sit_down(nth, &clerk(nth)) };
        let stage = match open.desk {
            Desk::Paused { .. } => return sit_down(nth, open.clerk.as_str()),
            Desk::Free { .. } => None,
            Desk::With(ticket) => self.hall.visits.get(&ticket).map(|visit| visit.stage.name()),
        };
        let command = match (stage, chance.between(0, 10)) {
            (None, _) => Command::CallNext { counter: id.clone() },
            (Some("called"), 0) => Command::NoShow { counter: id.clone() },
            (Some("called"), 1) => Command::Recall { counter: id.clone() },
            (Some("called"), _) => Command::Start { counter: id.clone() },
            (Some(_), 0..2) => self.transfer(&id, chance),
            (Some(_), 2) => return self.hold(nth, id, chance),
            (Some(_), _) => complete(&id),
        };
        self.at_counter(nth, command)
    }

    fn act(&self, nth: u8, chance: &mut Chance) -> Option<Press> {
        let id: CounterId = code(&counter(nth));
        let command = match chance.between(0, 14) {
            0..3 => Command::Undo { counter: id },
            3 => Command::Recall { counter: id },
            4 => Command::Start { counter: id },
            5 => return Some(self.hold(nth, id, chance)),
            6..8 => Command::Resume { counter: id, ticket: self.some(chance, |visit| visit.stage.name() == "held")? },
            8 => self.transfer(&id, chance),
            9 => complete(&id),
            10 => Command::NoShow { counter: id },
            11 => Command::PauseCounter { counter: id, why: code("lunch") },
            12 => Command::CloseCounter { counter: id },
            _ => return Some(sit_down(nth, &clerk(pick_small(chance, 20)))),
        };
        Some(self.at_counter(nth, command))
    }

    fn ticket(&self, nth: u8, chance: &mut Chance) -> Option<Press> {
        let id: CounterId = code(&counter(nth));
        let command = match chance.between(0, 6) {
            0 => {
                let open = |visit: &Visit| ["reserved", "waiting", "held"].contains(&visit.stage.name());
                let by = if chance.coin() { CancelledBy::Visitor } else { CancelledBy::Staff };
                Command::Cancel { ticket: self.some(chance, open)?, by }
            }
            1..4 => {
                let missed = |visit: &Visit| matches!(visit.stage, Stage::Closed { closing: Closing::NoShow, .. });
                Command::Rejoin { ticket: self.some(chance, missed)? }
            }
            _ => {
                let ticket = self.some(chance, |visit| visit.stage.name() == "waiting")?;
                return Some(self.at_counter(nth, Command::CallThis { counter: id, ticket }));
            }
        };
        Some(Press { actor: Actor::Clerk(code(&clerk(nth))), seat: None, command, hold: None })
    }

    fn reception(&self, chance: &mut Chance) -> Press {
        let service = self.service(chance);
        let other = self.service(chance);
        let further = if chance.between(0, 3) == 0 && other != service { vec![other] } else { Vec::new() };
        let wish = Wish {
            service,
            further,
            quantity: u16::try_from(chance.between(1, 4)).unwrap_or(1),
            class: [Class::Ordinary, Class::Ordinary, Class::Courtesy, Class::Statutory][pick(chance, 4)],
            language: code("ru"),
            channel: Channel::Reception,
        };
        let ticket = TicketId(super::touchscreen::identity(jiff::Timestamp::UNIX_EPOCH, chance));
        Press {
            actor: Actor::Clerk(code("clerk-1")),
            seat: None,
            command: Command::Reserve { ticket, wish },
            hold: None,
        }
    }

    fn manage(&self, chance: &mut Chance) -> Press {
        let service = self.service(chance);
        let id: CounterId = code(&counter(pick_small(chance, 20)));
        let command = match chance.between(0, 12) {
            0..3 => Command::SuspendService { service, why: code("no-forms") },
            3..7 => Command::RestoreService { service },
            7..9 => Command::PauseCounter { counter: id, why: code("other") },
            9 => Command::CloseCounter { counter: id },
            10 if matches!(self.hall.day, Day::Open { .. }) => Command::CloseDay,
            _ => Command::OpenDay { date: date_at(self.rules, self.at) },
        };
        Press { actor: Actor::Manager(code("manager-1")), seat: None, command, hold: None }
    }

    fn hold(&self, nth: u8, id: CounterId, chance: &mut Chance) -> Press {
        let hold = chance.coin().then(|| Span::minutes(chance.between(1, 8)));
        let command = Command::Hold { counter: id, why: code("documents"), until: None };
        Press { hold, ..self.at_counter(nth, command) }
    }

    fn transfer(&self, id: &CounterId, chance: &mut Chance) -> Command {
        let counters: Vec<&CounterId> = self.rules.counters.keys().collect();
        let to = match chance.between(0, 4) {
            0 => Target::Counter(counters[pick(chance, counters.len())].clone()),
            1 => Target::Clerk(code(&clerk(pick_small(chance, 20)))),
            _ => Target::Service(self.service(chance)),
        };
        let placing = if chance.coin() { Placing::First } else { Placing::InOrder };
        let back = if chance.coin() { Return::BackToMe } else { Return::No };
        Command::Transfer { counter: id.clone(), to, placing, back }
    }

    /// By whoever sits there.
    fn at_counter(&self, nth: u8, command: Command) -> Press {
        let counter: CounterId = code(&counter(nth));
        let sits = self.hall.counters.get(&counter).map(|open| open.clerk.clone());
        let clerk: ClerkId = sits.unwrap_or_else(|| code(&clerk(nth)));
        Press { actor: Actor::Clerk(clerk.clone()), seat: Some(Seat { counter, clerk }), command, hold: None }
    }

    fn service(&self, chance: &mut Chance) -> ServiceCode {
        let services: Vec<&ServiceCode> = self.rules.services.keys().collect();
        services[pick(chance, services.len())].clone()
    }

    fn some(&self, chance: &mut Chance, which: impl Fn(&Visit) -> bool) -> Option<TicketId> {
        let fit: Vec<TicketId> =
            self.hall.visits.values().filter(|visit| which(visit)).map(|visit| visit.ticket).collect();
        if fit.is_empty() { None } else { Some(fit[pick(chance, fit.len())]) }
    }
}

fn sit_down(nth: u8, who: &str) -> Press {
    let clerk: ClerkId = code(who);
    let command = Command::OpenCounter { counter: code(&counter(nth)), clerk: clerk.clone() };
    Press { actor: Actor::Clerk(clerk), seat: None, command, hold: None }
}

fn complete(id: &CounterId) -> Command {
    Command::Complete { counter: id.clone(), outcome: code("served") }
}

fn pick_small(chance: &mut Chance, many: usize) -> u8 {
    u8::try_from(pick(chance, many)).unwrap_or(0)
}
