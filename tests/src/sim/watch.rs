//! Who watches a hall: adds every event up by itself, keeps the naive queue beside it, and asks each promise at each
//! step.
//!
//! What the hub's journal says is one history, and goes back with the hub when it is put back to a copy. Papers are
//! another: what is in people's hands stays there.

use super::{
    assertions::{self as promise, Broken, Looked, Numbers, Paper, Patience, REFERENCE},
    reference::{Reference, Turn},
};
use hub::journal::{Done, Reading, Submission};
use queue::{
    calendar::Date,
    command::{Actor, Command, Target},
    event::{CallOrder, Event},
    evolve,
    hall::{Day, Hall},
    ids::{CommandId, TicketId},
    number::{Lane, Number},
    rules::Rules,
    stage::Stage,
    time::Time,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What the journal's events add up to.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The hall.
    pub hall: Hall,
    /// How many events there were.
    pub seq: u64,
    /// The naive queue.
    pub reference: Reference,
    /// Answers by command.
    pub answers: BTreeMap<CommandId, (Command, Done)>,
    /// Tickets that joined the queue today because they are on paper, as it came.
    pub effects: Vec<TicketId>,
    /// Papers before this one are offered again, in any order: a hub was put back since.
    pub settled: usize,
    /// Those that ever did.
    pub entered: BTreeSet<TicketId>,
    /// When each call was made, by its number, in the true time.
    pub called_ms: BTreeMap<u64, u64>,
    /// The service day that is open or was last, as people lived it: no restore gives its number to another one.
    lived: u32,
    numbers: Numbers,
    patience: Patience,
}

/// The watch.
#[derive(Debug, Default)]
pub struct Watch {
    /// What the hub must be.
    pub history: History,
    /// What is in people's hands, as it came out.
    pub papers: Vec<Paper>,
    /// Tickets that are on paper, or of which nobody can know that they are not.
    pub on_paper: BTreeSet<TicketId>,
    /// How often each promise was looked at.
    pub looked: Looked,
    /// Service days that were opened.
    pub days: u64,
    /// Days that people lived.
    lived: u32,
    /// The first day after the last night, if it has begun.
    morning: u32,
    /// The day that was taken from them by a restore, by its date: the hub opens it again.
    interrupted: Option<(Date, u32)>,
    printed: Numbers,
    rules: Option<Arc<Rules>>,
}

type Judged = Result<(), Broken>;

impl Watch {
    /// A hall that has not begun.
    pub fn new(rules: &Arc<Rules>) -> Watch {
        Watch { rules: Some(Arc::clone(rules)), ..Watch::default() }
    }

    /// The service day it is, or the next one if none is open, as people lived it.
    pub fn day(&self) -> u32 {
        match self.history.hall.day {
            // Put back to before the night: what kiosks print is of the morning they have seen.
            Day::Open { .. } if (self.history.lived + 1..=self.lived).contains(&self.morning) => self.lived,
            Day::Open { .. } => self.history.lived,
            Day::Shut { .. } => self.lived + 1,
        }
    }

    /// The hub is put back to a copy: it forgets, and people do not.
    pub fn put_back(&mut self, history: History) {
        let lost = std::mem::replace(&mut self.history, history);
        if let Day::Open { date, .. } = lost.hall.day {
            self.interrupted = (lost.lived != self.history.lived).then_some((date, lost.lived));
        }
    }

    /// Nobody of the evening before is in the hall any more.
    pub fn night(&mut self) {
        self.interrupted = None;
        self.morning = self.lived + 1;
        // What nobody reported before the night is of yesterday, whatever day the hub thinks it is.
        self.papers.iter_mut().for_each(|paper| paper.day = 0);
    }

    fn day_begins(&mut self, date: Date) {
        self.days += 1;
        let again = self.interrupted.take().filter(|(lost, _)| *lost == date);
        self.history.lived = again.map_or(self.lived + 1, |(_, lived)| lived);
        self.lived = self.lived.max(self.history.lived);
    }

    /// A command was done for the first time. `now_ms` is the true time.
    pub fn done(&mut self, submission: &Submission, done: &Done, now_ms: u64) -> Judged {
        if done.events.is_empty() {
            return self.nothing_to_do(&submission.command, done.at);
        }
        let before = self.history.hall.clone();
        self.reference_agrees(&submission.command, done)?;
        for event in &done.events {
            self.happened(done.at, event, now_ms)?;
        }
        self.history.seq += done.events.len() as u64;
        let verdict = promise::closed_stays_closed(&before, &self.history.hall, &submission.command);
        self.looked.at(5, verdict)?;
        self.stands_agree()?;
        self.history.answers.insert(submission.command_id, (submission.command.clone(), done.clone()));
        Ok(())
    }

    /// A command was done before: this is the answer of now.
    pub fn again(&mut self, submission: &Submission, done: &Done, seq: u64) -> Judged {
        let Some((_, first)) = self.history.answers.get(&submission.command_id) else {
            let what = format!("{:?} was done before and nobody was told", submission.command);
            return Err(Broken { promise: 8, what });
        };
        let verdict = promise::same_id_same_answer(first, done, (self.history.seq, seq));
        self.looked.at(8, verdict)
    }

    /// A command was not done.
    pub fn refused(&mut self, command: &Command, after: &Reading<'_>) -> Judged {
        let verdict = promise::a_refusal_changes_nothing(
            (&self.history.hall, self.history.seq),
            (after.hall, after.seq),
            command,
        );
        self.looked.at(6, verdict)
    }

    /// What must hold after every step.
    pub fn step(&mut self, reading: &Reading<'_>) -> Judged {
        let (hall, rules) = (reading.hall, reading.rules);
        self.looked.at(2, promise::counter_and_ticket_know_each_other(hall))?;
        self.looked.at(7, promise::memory_is_what_was_journalled(&self.history.hall, hall, reading.views))?;
        self.looked.at(7, promise::as_long_as(self.history.seq, reading.seq))?;
        self.looked.at(13, promise::backwards_reorders_nobody(&promise::lines(hall, rules, reading.at)))?;
        self.looked.at(14, promise::issued_is_the_sum(hall))?;
        self.looked.at(15, promise::lists_stay_short(hall))
    }

    /// A paper came out of a printer.
    pub fn paper(&mut self, ticket: TicketId, number: &str, kiosk: usize, at_ms: u64) -> Judged {
        let parsed = number.parse::<Number>();
        let day = self.day_of(ticket, parsed.as_ref().ok());
        self.on_paper.insert(ticket);
        self.papers.push(Paper { ticket, number: number.to_owned(), kiosk, day, at_ms });
        match parsed {
            Ok(parsed) => self.looked.at(1, promise::no_number_twice(&mut self.printed, day, parsed, ticket)),
            Err(error) => Err(Broken { promise: 1, what: format!("{number} is on paper: {error}") }),
        }
    }

    /// A hub's number belongs to the day in which the hub gave it; one that is forgotten, and replaced for the same
    /// ticket by a hub that was put back, says nothing.
    fn day_of(&self, ticket: TicketId, on_paper: Option<&Number>) -> u32 {
        let given = |((_, number), whose): &(&(u32, Number), &TicketId)| **whose == ticket && Some(number) == on_paper;
        let given = self.history.numbers.iter().find(given);
        given.map_or_else(|| self.day(), |((day, _), _)| *day)
    }

    fn nothing_to_do(&mut self, command: &Command, at: Time) -> Judged {
        if let Command::CallNext { counter } = command {
            let reference = &self.history.reference;
            let next = reference.next(self.rules(), reference.now(at), counter);
            let verdict = match next {
                None => Ok(1),
                Some(next) => Err(format!("nobody is called at counter {counter}, and {next} waits")),
            };
            return self.looked.at(REFERENCE, verdict);
        }
        Ok(())
    }

    fn happened(&mut self, at: Time, event: &Event, now_ms: u64) -> Judged {
        if let Event::DayOpened { date, .. } = event {
            self.day_begins(*date);
        }
        let before = &self.history.hall;
        let (looked, rules) = (&mut self.looked, self.rules.as_deref().expect("a watch has rules"));
        looked.at(3, promise::nobody_is_passed_over(before, at, event))?;
        looked.at(4, promise::nobody_starves(&mut self.history.patience, before, rules, (at, event)))?;
        looked.at(9, promise::called_is_on_paper(&self.on_paper, event))?;
        match event {
            Event::Reserved { ticket, number, wish, .. } | Event::RecordedOffline { ticket, number, wish, .. } => {
                let day = self.history.lived;
                looked.at(1, promise::no_number_twice(&mut self.history.numbers, day, *number, *ticket))?;
                if wish.channel != queue::command::Channel::Kiosk {
                    self.on_paper.insert(*ticket);
                }
                // Out after a closing that a restore undid: of the day that goes on, not of one to come.
                if self.printed.get(&(self.lived + 1, *number)) == Some(ticket) {
                    self.printed.remove(&(self.lived + 1, *number));
                    looked.at(1, promise::no_number_twice(&mut self.printed, day, *number, *ticket))?;
                    self.papers.iter_mut().filter(|paper| paper.ticket == *ticket).for_each(|paper| paper.day = day);
                }
            }
            Event::DayOpened { .. } => {
                self.history.effects.clear();
                // What came out long before a day opens is of the evening before.
                let early_ms = now_ms.saturating_sub(queue::limits::OFFLINE_BEFORE_DAY.0);
                self.papers.iter_mut().filter(|paper| paper.at_ms < early_ms).for_each(|paper| paper.day = 0);
            }
            Event::EpochBegan { .. } => self.history.settled = self.papers.len(),
            Event::Called { call_seq, .. } | Event::Recalled { call_seq, .. } | Event::Resumed { call_seq, .. } => {
                self.history.called_ms.insert(*call_seq, now_ms);
            }
            _ => {}
        }
        if let Some(ticket) = promise::effect_of_a_report(event) {
            if matches!(event, Event::RecordedOffline { number, .. } if number.lane == Lane::Hub) {
                // Offered again after a restore, behind what was printed since.
                self.history.settled = self.papers.len();
            }
            self.history.effects.push(ticket);
            self.history.entered.insert(ticket);
            looked.at(
                12,
                promise::reports_take_effect_once_in_order(&self.papers[self.history.settled..], &self.history.effects),
            )?;
        }
        evolve(&mut self.history.hall, at, event);
        Ok(())
    }

    /// The naive queue calls the same, gives the same number, counts the same before.
    fn reference_agrees(&mut self, command: &Command, done: &Done) -> Judged {
        let rules = Arc::clone(self.rules.as_ref().expect("a watch has rules"));
        for event in &done.events {
            if let Event::Reserved { number, wish, ahead, .. } = event
                && let Some(service) = rules.services.get(&wish.service)
            {
                let reference = &self.history.reference;
                let said =
                    (reference.next_number(service.prefix), reference.ahead(&rules, &wish.service, Err(wish.class)));
                self.same("number and how many before", &(*number, *ahead), &said)?;
            }
        }
        let call = self.history.reference.done(&rules, done.at, command);
        let called = done.events.iter().find_map(|event| match event {
            Event::Called { ticket, waited, order, .. } => Some((*ticket, waited.0, *order)),
            _ => None,
        });
        let said = call.map(|call| {
            let order = if call.was_next == Turn::Own { CallOrder::Next } else { CallOrder::OutOfOrder };
            (call.ticket, u64::try_from(call.waited_ms).unwrap_or(0), order)
        });
        self.same("who is called, after what wait", &called, &said)?;
        if called.is_some() {
            self.looked.at(13, Ok(1))?;
        }
        Ok(())
    }

    /// Every ticket stands where the naive queue has it; of one, how many are before it.
    fn stands_agree(&mut self) -> Judged {
        let rules = Arc::clone(self.rules.as_ref().expect("a watch has rules"));
        let History { hall, reference, seq, .. } = &self.history;
        let mut verdict = Ok(reference.tickets.len() as u64);
        if hall.visits.len() != reference.tickets.len() {
            verdict = Err(format!("{} tickets, the naive queue has {}", hall.visits.len(), reference.tickets.len()));
        }
        for ticket in &reference.tickets {
            let visit = hall.visits.get(&ticket.id);
            let stands = visit.map(|visit| (visit.number, visit.stage.name(), visit.stage.counter(), &visit.service));
            if stands != Some((ticket.number, ticket.stage(), ticket.counter(), &ticket.service)) {
                verdict = Err(format!("{} is {stands:?}, the naive queue says {ticket:?}", ticket.number));
            }
        }
        let nth = usize::try_from(*seq).unwrap_or(0) % reference.tickets.len().max(1);
        if let Some(ticket) = reference.tickets.get(nth)
            && let Some(visit) = hall.visits.get(&ticket.id)
            && let Stage::Waiting { target: Target::Service(service), .. } = &visit.stage
        {
            let said = reference.ahead(&rules, service, Ok(ticket.id));
            let stands = queue::standing(hall, &rules, ticket.id, hall.latest).map(|standing| standing.ahead);
            if stands != Some(said) {
                verdict = Err(format!("{} has {stands:?} before it, the naive queue says {said}", ticket.number));
            }
        }
        self.looked.at(REFERENCE, verdict)
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, product: &T, said: &T) -> Judged {
        let verdict =
            if product == said { Ok(1) } else { Err(format!("{what}: {product:?}, the naive queue says {said:?}")) };
        self.looked.at(REFERENCE, verdict)
    }

    fn rules(&self) -> &Rules {
        self.rules.as_deref().expect("a watch has rules")
    }
}

/// The hub itself as the one who gives a command.
pub fn by_hub(command_id: CommandId, command: Command) -> Submission {
    Submission { command_id, device: None, actor: Actor::Hub, command }
}
