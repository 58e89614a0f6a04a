//! Every command in every situation, as a text that a hall manager can read: `decision_table.txt`.
//!
//! The text is printed from the code and compared with what is committed, so that no answer changes unnoticed.
//! After a change that is wanted: `UPDATE=1 cargo test -p queue`, then read the difference.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "the rules' tests use the rest")]
mod common;

use common::{Tube, clerk, counter, reason, served, service, ticket, today, wish};
use queue::{
    calendar::Date,
    command::{CancelledBy, Class, Command, Placing, Return, Target},
    event::{CallOrder, Event},
    number::Prefix,
    time::Span,
};
use std::fmt::Write;

/// The ticket that is spoken of.
fn it() -> queue::ids::TicketId {
    ticket(1)
}

fn one() -> queue::ids::CounterId {
    counter("1")
}

fn do_all(commands: &[Command]) -> Tube {
    let mut tube = Tube::new();
    for command in commands {
        tube.done(command.clone());
        tube.pass(Span::seconds(1));
    }
    tube
}

/// Situations of one ticket and of counter 1, where it belongs. Counter 3 is open, with another service.
fn situations() -> Vec<(&'static str, Tube)> {
    let open = || Command::OpenCounter { counter: one(), clerk: clerk("aziz") };
    let other = Command::OpenCounter { counter: counter("3"), clerk: clerk("lola") };
    let reserve = Command::Reserve { ticket: it(), wish: wish("A01", Class::Ordinary) };
    let printed = Command::ConfirmPrinted { ticket: it(), number: None };
    let call = Command::CallNext { counter: one() };
    let start = Command::Start { counter: one() };
    let hold = Command::Hold { counter: one(), why: reason("form"), until: None };
    let minute = Some(common::NINE.plus(Span::seconds(60)));
    let hold_a_minute = Command::Hold { counter: one(), why: reason("form"), until: minute };
    let complete = Command::Complete { counter: one(), outcome: served() };
    let no_show = Command::NoShow { counter: one() };
    let rejoin = Command::Rejoin { ticket: it() };
    let cancel = Command::Cancel { ticket: it(), by: CancelledBy::Visitor };
    let pause = Command::PauseCounter { counter: one(), why: reason("lunch") };
    let waiting = vec![other.clone(), open(), reserve.clone(), printed.clone()];
    let then = |more: &[&Command]| {
        let mut all = waiting.clone();
        all.extend(more.iter().map(|command| (*command).clone()));
        do_all(&all)
    };
    let mut void = do_all(&[other.clone(), open(), reserve.clone()]);
    void.pass(Span::seconds(60));
    void.done(Command::Tick);
    vec![
        ("no service day", do_all(&[Command::CloseDay])),
        ("counter closed, ticket waits", do_all(&[other.clone(), reserve.clone(), printed])),
        ("counter paused, ticket waits", then(&[&pause])),
        ("no such ticket", do_all(&[other.clone(), open()])),
        ("reserved", do_all(&[other, open(), reserve])),
        ("waiting", then(&[])),
        ("waiting, rests after a no-show", then(&[&call, &no_show, &rejoin])),
        ("called", then(&[&call])),
        ("serving", then(&[&call, &start])),
        ("held", then(&[&call, &start, &hold])),
        ("held for a minute", then(&[&call, &start, &hold_a_minute])),
        ("over: served", then(&[&call, &start, &complete])),
        ("over: no-show", then(&[&call, &no_show])),
        ("over: given up", then(&[&cancel])),
        ("over: never printed", void),
    ]
}

/// Every command, with what it says in the words of the hall.
fn commands() -> Vec<(&'static str, Command)> {
    let lane = |text: &str| text.parse().unwrap();
    let offline = |n| Command::RecordOffline {
        ticket: it(),
        number: lane(n),
        wish: wish("A01", Class::Ordinary),
        printed_at: common::NINE,
    };
    let transfer = |to, back| Command::Transfer { counter: one(), to, placing: Placing::InOrder, back };
    let tomorrow = Date(today().0.tomorrow().unwrap());
    vec![
        ("reserve a number for the ticket", Command::Reserve { ticket: it(), wish: wish("A01", Class::Ordinary) }),
        ("the kiosk says: the paper is out", Command::ConfirmPrinted { ticket: it(), number: None }),
        (
            "the kiosk says: the paper is out, and A-009 is on it",
            Command::ConfirmPrinted { ticket: it(), number: Some(lane("A-009")) },
        ),
        ("the kiosk reports A1-001, printed alone", offline("A1-001")),
        ("call next", Command::CallNext { counter: one() }),
        ("call this ticket", Command::CallThis { counter: one(), ticket: it() }),
        (
            "call this ticket, at a counter without its service",
            Command::CallThis { counter: counter("3"), ticket: it() },
        ),
        ("call again", Command::Recall { counter: one() }),
        ("start", Command::Start { counter: one() }),
        ("hold", Command::Hold { counter: one(), why: reason("form"), until: None }),
        ("resume", Command::Resume { counter: one(), ticket: it() }),
        ("resume, at a counter without its service", Command::Resume { counter: counter("3"), ticket: it() }),
        ("transfer to another service", transfer(Target::Service(service("K01")), Return::No)),
        ("transfer to another counter, and back to me", transfer(Target::Counter(counter("3")), Return::BackToMe)),
        ("transfer to a clerk who is not here", transfer(Target::Clerk(clerk("nobody")), Return::No)),
        ("complete", Command::Complete { counter: one(), outcome: served() }),
        ("nobody came", Command::NoShow { counter: one() }),
        ("rejoin", Command::Rejoin { ticket: it() }),
        ("the visitor gives up", Command::Cancel { ticket: it(), by: CancelledBy::Visitor }),
        ("staff remove the ticket", Command::Cancel { ticket: it(), by: CancelledBy::Staff }),
        ("undo", Command::Undo { counter: one() }),
        ("open the counter", Command::OpenCounter { counter: one(), clerk: clerk("aziz") }),
        ("another clerk opens the counter", Command::OpenCounter { counter: one(), clerk: clerk("nodira") }),
        ("a clerk of another counter opens it", Command::OpenCounter { counter: one(), clerk: clerk("lola") }),
        ("pause the counter", Command::PauseCounter { counter: one(), why: reason("lunch") }),
        ("close the counter", Command::CloseCounter { counter: one() }),
        ("suspend the service", Command::SuspendService { service: service("A01"), why: reason("power") }),
        ("restore the service", Command::RestoreService { service: service("A01") }),
        ("open today", Command::OpenDay { date: today() }),
        ("open tomorrow", Command::OpenDay { date: tomorrow }),
        ("close the day", Command::CloseDay),
        (
            "begin epoch 1 after A-046",
            Command::BeginEpoch { epoch: 1, seen: vec![(Prefix::try_from('A').unwrap(), 46)] },
        ),
        ("a minute passes", Command::Tick),
    ]
}

/// Exhaustive: a new command does not compile until it has a line above and a name here.
fn name(command: &Command) -> &'static str {
    match command {
        Command::Reserve { .. } => "reserve",
        Command::ConfirmPrinted { .. } => "confirm-printed",
        Command::RecordOffline { .. } => "record-offline",
        Command::CallNext { .. } => "call-next",
        Command::CallThis { .. } => "call-this",
        Command::Recall { .. } => "recall",
        Command::Start { .. } => "start",
        Command::Hold { .. } => "hold",
        Command::Resume { .. } => "resume",
        Command::Transfer { .. } => "transfer",
        Command::Complete { .. } => "complete",
        Command::NoShow { .. } => "no-show",
        Command::Rejoin { .. } => "rejoin",
        Command::Cancel { .. } => "cancel",
        Command::Undo { .. } => "undo",
        Command::OpenCounter { .. } => "open-counter",
        Command::PauseCounter { .. } => "pause-counter",
        Command::CloseCounter { .. } => "close-counter",
        Command::SuspendService { .. } => "suspend-service",
        Command::RestoreService { .. } => "restore-service",
        Command::OpenDay { .. } => "open-day",
        Command::CloseDay => "close-day",
        Command::BeginEpoch { .. } => "begin-epoch",
        Command::Tick => "tick",
    }
}

fn happened(event: &Event) -> String {
    match event {
        Event::Called { order: CallOrder::OutOfOrder, .. } => "called out of order".to_owned(),
        Event::Redirected { .. } => "sent back to its service".to_owned(),
        other => serde_json::to_value(other).unwrap()["event"].as_str().unwrap().replace('-', " "),
    }
}

fn answer(mut tube: Tube, command: Command) -> String {
    if command == Command::Tick {
        tube.pass(Span::seconds(60));
    }
    let before = tube.hall.visits.get(&it()).map(|visit| visit.stage.name());
    match tube.give(command) {
        Err(refusal) => format!("refused: {}", refusal.code()),
        Ok(events) if events.is_empty() => "nothing changes".to_owned(),
        Ok(events) => {
            let happened = events.iter().map(happened).collect::<Vec<_>>().join(", ");
            match tube.hall.visits.get(&it()).map(|visit| visit.stage.name()) {
                after if after == before => happened,
                Some(after) => format!("{happened} → the ticket is {after}"),
                None => format!("{happened} → the ticket is gone with its day"),
            }
        }
    }
}

fn table() -> String {
    let mut text = String::from(
        "What happens when … The ticket asks for a service of counter 1, whose clerk is aziz. Counter 3 is open with\n\
         another service; its clerk is lola. Printed by `cargo test -p queue`, compared with every change.\n",
    );
    for (words, command) in commands() {
        writeln!(text, "\n{words} ({})", name(&command)).unwrap();
        for (situation, tube) in situations() {
            let answer = answer(tube, command.clone());
            writeln!(text, "    {situation:<32}{answer}").unwrap();
        }
    }
    text
}

#[test]
fn the_table_is_what_the_code_does() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/decision_table.txt");
    let printed = table();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &printed).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let differs = printed.lines().zip(kept.lines()).find(|(now, then)| now != then);
    assert_eq!(differs, None, "the first line that differs; UPDATE=1 rewrites the table");
    assert_eq!(printed, kept);
}

#[test]
fn every_command_is_in_the_table() {
    let names: std::collections::BTreeSet<_> = commands().iter().map(|(_, command)| name(command)).collect();
    assert_eq!(names.len(), 24);
}
