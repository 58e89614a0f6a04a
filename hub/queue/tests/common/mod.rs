//! A hall in a test tube: rules with three counters, and orders given in one line.

use queue::{
    calendar::{Calendar, Date, Hours},
    command::{Actor, Channel, Class, Command, Order, Wish},
    decide,
    event::Event,
    evolve,
    hall::Hall,
    ids::{ClerkId, CounterId, Language, Outcome, Reason, ServiceCode, TicketId},
    number::Prefix,
    refusal::Refusal,
    rules::{CounterRules, Duty, Policy, Rules, Service},
    stage::{Stage, Visit},
    time::{Span, Time},
};
use std::collections::BTreeMap;

/// Monday 2026-11-23, 09:00 in Tashkent.
pub(crate) const NINE: Time = Time(1_795_406_400_000);

pub(crate) fn service(code: &str) -> ServiceCode {
    code.parse().expect("a code")
}
pub(crate) fn counter(code: &str) -> CounterId {
    code.parse().expect("a code")
}
pub(crate) fn clerk(code: &str) -> ClerkId {
    code.parse().expect("a code")
}
pub(crate) fn reason(code: &str) -> Reason {
    code.parse().expect("a code")
}
pub(crate) fn served() -> Outcome {
    "served".parse().expect("a code")
}
pub(crate) fn ticket(n: u32) -> TicketId {
    TicketId(uuid::Uuid::from_u128(u128::from(n)))
}
pub(crate) fn today() -> Date {
    Date(jiff::civil::date(2026, 11, 23))
}

/// Services A01 and A02 (letter A), K01 (letter K). Counter 1 has A01 and helps with K01; counter 2 has A01 and A02;
/// counter 3 has K01. Targets are 20 minutes, services take 10.
pub(crate) fn rules() -> Rules {
    let of = |letter: char| Service {
        prefix: Prefix::try_from(letter).expect("a letter"),
        target_wait: Span::minutes(20),
        expected: Span::minutes(10),
        hours: None,
        calendar: Calendar::default(),
        cap: None,
    };
    let duties = |duties: &[(&str, Duty)]| CounterRules {
        services: duties.iter().map(|(code, duty)| (service(code), *duty)).collect(),
    };
    Rules {
        services: BTreeMap::from([(service("A01"), of('A')), (service("A02"), of('A')), (service("K01"), of('K'))]),
        counters: BTreeMap::from([
            (counter("1"), duties(&[("A01", Duty::Primary), ("K01", Duty::Secondary)])),
            (counter("2"), duties(&[("A01", Duty::Primary), ("A02", Duty::Primary)])),
            (counter("3"), duties(&[("K01", Duty::Primary)])),
        ]),
        hours: Hours::Always,
        calendar: Calendar::default(),
        utc_offset_min: 300,
        policy: Policy::Classes { statutory_cap: None },
    }
}

pub(crate) fn wish(code: &str, class: Class) -> Wish {
    Wish {
        service: service(code),
        further: Vec::new(),
        quantity: 1,
        class,
        language: "uz-Latn".parse::<Language>().expect("a language"),
        channel: Channel::Kiosk,
    }
}

/// A hall, its rules and its clock.
pub(crate) struct Tube {
    pub(crate) hall: Hall,
    pub(crate) rules: Rules,
    pub(crate) at: Time,
    tickets: u32,
}

impl Tube {
    /// An open day, nobody there.
    pub(crate) fn new() -> Tube {
        Tube::with(rules())
    }

    pub(crate) fn with(rules: Rules) -> Tube {
        let mut tube = Tube { hall: Hall::default(), rules, at: NINE, tickets: 0 };
        tube.done(Command::OpenDay { date: today() });
        tube
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, span: Span) {
        self.at = self.at.plus(span);
    }

    /// Gives an order.
    pub(crate) fn give(&mut self, command: Command) -> Result<Vec<Event>, Refusal> {
        let order = Order { at: self.at, actor: Actor::Hub, command };
        let events = decide(&self.hall, &self.rules, &order)?;
        for event in &events {
            evolve(&mut self.hall, self.at, event);
        }
        Ok(events)
    }

    /// Gives an order that must be done.
    pub(crate) fn done(&mut self, command: Command) -> Vec<Event> {
        let told = format!("{command:?}");
        self.give(command).unwrap_or_else(|refusal| panic!("{told}: {refusal}"))
    }

    /// Gives an order that must be refused, with its code.
    pub(crate) fn refused(&mut self, command: Command) -> Refusal {
        let before = self.hall.clone();
        let told = format!("{command:?}");
        let refusal = match self.give(command) {
            Err(refusal) => refusal,
            Ok(events) => panic!("{told} was done: {events:?}"),
        };
        assert_eq!(self.hall, before, "a refusal changes nothing");
        refusal
    }

    /// A printed ticket.
    pub(crate) fn arrive(&mut self, code: &str, class: Class) -> TicketId {
        self.arrive_with(wish(code, class))
    }

    pub(crate) fn arrive_with(&mut self, wish: Wish) -> TicketId {
        let ticket = self.fresh();
        self.done(Command::Reserve { ticket, wish });
        self.done(Command::ConfirmPrinted { ticket, number: None });
        ticket
    }

    /// An unused ticket id.
    pub(crate) fn fresh(&mut self) -> TicketId {
        self.tickets += 1;
        ticket(self.tickets)
    }

    /// A clerk named after the counter sits down.
    pub(crate) fn open(&mut self, id: &str) {
        self.done(Command::OpenCounter { counter: counter(id), clerk: clerk(&format!("clerk-{id}")) });
    }

    /// Who was called, if anybody.
    pub(crate) fn call(&mut self, id: &str) -> Option<TicketId> {
        let events = self.done(Command::CallNext { counter: counter(id) });
        events.iter().find_map(|event| match event {
            Event::Called { ticket, .. } => Some(*ticket),
            _ => None,
        })
    }

    /// Calls and serves to the end.
    pub(crate) fn serve(&mut self, id: &str, takes: Span) -> Option<TicketId> {
        let ticket = self.call(id)?;
        self.done(Command::Start { counter: counter(id) });
        self.pass(takes);
        self.done(Command::Complete { counter: counter(id), outcome: served() });
        Some(ticket)
    }

    pub(crate) fn visit(&self, ticket: TicketId) -> &Visit {
        &self.hall.visits[&ticket]
    }

    pub(crate) fn stage(&self, ticket: TicketId) -> &Stage {
        &self.visit(ticket).stage
    }
}
