//! A naive queue: one list of tickets, walked from end to end, written from the hall's rules and not from the product.
//!
//! It hears the commands that were done and says by itself what came of them: who is called, which number is given, how
//! many are before, where every ticket stands. It shares words with `queue` (commands, classes, targets) and not one
//! rule, index or event. Deliberately absent: refusals, estimates of minutes, and anything quick.

mod next;

pub use next::{Call, Heads, Turn};

use queue::{
    command::{CancelledBy, Channel, Class, Command, Placing, Return, Target, Wish},
    ids::{ClerkId, CounterId, ServiceCode, TicketId},
    number::{Lane, Number, Prefix},
    rules::Rules,
    time::Time,
};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;

/// A place in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub wanted: Target,
    /// 0 in front of everyone of the class, 1 by arrival.
    pub rank: u8,
    pub since: i64,
    pub order: u64,
    pub queued: i64,
    pub not_before: i64,
    pub held: i64,
}

/// Where a ticket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    Reserved { until: i64 },
    Waiting(Spot),
    Called(CounterId, Spot),
    Serving(CounterId, Spot),
    Held { spot: Spot, since: i64, until: Option<i64> },
    Over(&'static str),
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub number: Number,
    pub class: Class,
    pub service: ServiceCode,
    further: Vec<ServiceCode>,
    arrived: (i64, u64),
    ways_back: Vec<(CounterId, ServiceCode)>,
    pub stand: Stand,
}

/// An open counter.
#[derive(Debug, Clone)]
pub struct Desk {
    pub id: CounterId,
    pub clerk: ClerkId,
    /// Statutory and courtesy calls in a row that passed somebody over.
    pub streak: (u32, u32),
    last: Option<(Box<Ticket>, (u32, u32))>,
}

/// The queue.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    pub tickets: Vec<Ticket>,
    pub desks: Vec<Desk>,
    serials: Vec<(Lane, Prefix, u32)>,
    /// What a new epoch of today also leaves to tomorrow.
    floors: Vec<(Lane, Prefix, u32)>,
    called_up_to: Vec<(ServiceCode, Class, i64)>,
    latest: i64,
    orders: u64,
}

impl Ticket {
    /// As the API calls it.
    pub fn stage(&self) -> &'static str {
        match &self.stand {
            Stand::Reserved { .. } => "reserved",
            Stand::Waiting(_) => "waiting",
            Stand::Called(..) => "called",
            Stand::Serving(..) => "serving",
            Stand::Held { .. } => "held",
            Stand::Over(_) => "closed",
        }
    }

    /// The counter it is at.
    pub fn counter(&self) -> Option<&CounterId> {
        match &self.stand {
            Stand::Called(counter, _) | Stand::Serving(counter, _) => Some(counter),
            _ => None,
        }
    }

    fn arrival(&self, wanted: Target, rank: u8, queued: i64) -> Spot {
        let (since, order) = self.arrived;
        Spot { wanted, rank, since, order, queued, not_before: queued, held: 0 }
    }

    fn line_of_its_service(&self) -> Spot {
        self.arrival(Target::Service(self.service.clone()), 1, self.arrived.0)
    }
}

impl Reference {
    /// What the clock says inside a day: never less than it said.
    pub fn now(&self, at: Time) -> i64 {
        at.0.max(self.latest)
    }

    /// A ticket.
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.tickets.iter().find(|ticket| ticket.id == id)
    }

    /// The number the hub gives next under a letter.
    pub fn next_number(&self, prefix: Prefix) -> Number {
        Number { prefix, lane: Lane::Hub, serial: self.highest(Lane::Hub, prefix) + 1 }
    }

    /// A command was done at this time, and something came of it: `who` is the ticket that a call took.
    pub fn done(&mut self, rules: &Rules, at: Time, command: &Command) -> Option<Call> {
        let now = if let Command::OpenDay { .. } = command { at.0 } else { self.now(at) };
        self.latest = now;
        // Moments in a command are counted from the hub's clock, which may be behind.
        let behind = now - at.0;
        match command {
            Command::CallNext { counter } => return self.call(rules, now, counter, None),
            Command::CallThis { counter, ticket } => return self.call(rules, now, counter, Some(*ticket)),
            Command::Reserve { ticket, wish } => self.reserve(rules, now, *ticket, wish),
            Command::ConfirmPrinted { ticket, number } => self.printed(*ticket, *number),
            Command::RecordOffline { ticket, number, wish, printed_at } => {
                self.record(now, (*ticket, *number), wish, printed_at.0 + behind);
            }
            Command::Rejoin { ticket } => self.rejoin(now, *ticket),
            Command::Cancel { ticket, by } => self.end(
                *ticket,
                match by {
                    CancelledBy::Visitor => "cancelled",
                    CancelledBy::Staff => "removed",
                },
            ),
            Command::OpenCounter { counter, clerk } => self.sit_down(counter, clerk),
            Command::CloseCounter { counter } => self.leave(counter),
            Command::CloseDay => {
                let floors = std::mem::take(&mut self.floors);
                *self = Reference { latest: self.latest, ..Reference::default() };
                floors.into_iter().for_each(|(lane, prefix, serial)| self.count(lane, prefix, serial));
            }
            Command::BeginEpoch { seen, .. } => {
                for (prefix, serial) in seen {
                    self.count(Lane::Hub, *prefix, *serial);
                    self.floors.push((Lane::Hub, *prefix, *serial));
                }
            }
            Command::Tick => self.tick(now),
            Command::Undo { counter } => self.undo(counter),
            Command::Start { .. }
            | Command::Hold { .. }
            | Command::Resume { .. }
            | Command::Transfer { .. }
            | Command::Complete { .. }
            | Command::NoShow { .. } => self.step(now, behind, command),
            Command::Recall { .. }
            | Command::PauseCounter { .. }
            | Command::SuspendService { .. }
            | Command::RestoreService { .. }
            | Command::OpenDay { .. } => {}
        }
        None
    }

    fn reserve(&mut self, rules: &Rules, now: i64, id: TicketId, wish: &Wish) {
        let Some(service) = rules.services.get(&wish.service) else { return };
        let number = self.next_number(service.prefix);
        let mut ticket = self.issue((id, number), wish, now);
        if wish.channel != Channel::Kiosk {
            ticket.stand = Stand::Waiting(ticket.line_of_its_service());
        } else {
            ticket.stand = Stand::Reserved { until: now + MINUTE };
        }
        self.tickets.push(ticket);
    }

    fn issue(&mut self, (id, number): (TicketId, Number), wish: &Wish, since: i64) -> Ticket {
        self.orders += 1;
        self.count(number.lane, number.prefix, number.serial);
        Ticket {
            id,
            number,
            class: wish.class,
            service: wish.service.clone(),
            further: wish.further.clone(),
            arrived: (since, self.orders),
            ways_back: Vec::new(),
            stand: Stand::Over("new"),
        }
    }

    /// The paper's number is the ticket's: whatever else a hub gave it before it was restored, nobody holds.
    fn printed(&mut self, id: TicketId, paper: Option<Number>) {
        self.change(id, |ticket| {
            ticket.number = paper.unwrap_or(ticket.number);
            if matches!(ticket.stand, Stand::Reserved { .. } | Stand::Over("unprinted")) {
                ticket.stand = Stand::Waiting(ticket.line_of_its_service());
            }
        });
    }

    /// Behind whoever was called before the hub heard of it, and never in the future.
    fn record(&mut self, now: i64, paper: (TicketId, Number), wish: &Wish, printed: i64) {
        if self.ticket(paper.0).is_some_and(|known| known.number == paper.1) {
            return self.printed(paper.0, None);
        }
        let called =
            |(service, class, _): &&(ServiceCode, Class, i64)| *service == wish.service && *class == wish.class;
        let called = self.called_up_to.iter().find(called).map_or(i64::MIN, |(_, _, since)| *since);
        self.tickets.retain(|ticket| ticket.id != paper.0);
        let mut ticket = self.issue(paper, wish, printed.max(called).min(now));
        ticket.stand = Stand::Waiting(ticket.line_of_its_service());
        self.tickets.push(ticket);
    }

    fn rejoin(&mut self, now: i64, id: TicketId) {
        self.change(id, |ticket| {
            let spot = ticket.arrival(Target::Service(ticket.service.clone()), 1, now);
            ticket.stand = Stand::Waiting(Spot { not_before: now + 5 * MINUTE, ..spot });
        });
    }

    fn end(&mut self, id: TicketId, why: &'static str) {
        self.change(id, |ticket| ticket.stand = Stand::Over(why));
    }

    fn sit_down(&mut self, id: &CounterId, clerk: &ClerkId) {
        if !self.desks.iter().any(|desk| desk.id == *id) {
            self.desks.push(Desk { id: id.clone(), clerk: clerk.clone(), streak: (0, 0), last: None });
        }
    }

    /// Whoever waits for somebody who leaves waits for the service again.
    fn leave(&mut self, id: &CounterId) {
        let Some(at) = self.desks.iter().position(|desk| desk.id == *id) else { return };
        let desk = self.desks.remove(at);
        for ticket in &mut self.tickets {
            if let Stand::Waiting(spot) = &mut ticket.stand
                && (spot.wanted == Target::Counter(id.clone()) || spot.wanted == Target::Clerk(desk.clerk.clone()))
            {
                spot.wanted = Target::Service(ticket.service.clone());
            }
        }
    }

    fn tick(&mut self, now: i64) {
        for ticket in &mut self.tickets {
            match &ticket.stand {
                Stand::Reserved { until } if *until <= now => ticket.stand = Stand::Over("unprinted"),
                Stand::Held { spot, since, until: Some(until) } if *until <= now => {
                    let held = spot.held + (now - since).max(0);
                    let front = Spot { rank: 0, queued: now, not_before: now, held, ..spot.clone() };
                    ticket.stand = Stand::Waiting(front);
                }
                _ => {}
            }
        }
    }

    /// A clerk's step with the ticket of the counter, or with a held one.
    fn step(&mut self, now: i64, behind: i64, command: &Command) {
        let (counter, held) = match command {
            Command::Resume { counter, ticket } => (counter, Some(*ticket)),
            Command::Start { counter }
            | Command::Hold { counter, .. }
            | Command::Transfer { counter, .. }
            | Command::Complete { counter, .. }
            | Command::NoShow { counter } => (counter, None),
            _ => return,
        };
        let here =
            self.tickets.iter().find(|ticket| held.map_or(ticket.counter() == Some(counter), |id| ticket.id == id));
        let Some(before) = here.cloned() else { return };
        let mut after = before.clone();
        match command {
            Command::NoShow { .. } => after.stand = Stand::Over("no-show"),
            Command::Transfer { to, placing, back, .. } => transfer(&mut after, now, counter, (to, *placing, *back)),
            Command::Complete { .. } => self.complete(&mut after, now),
            Command::Hold { until, .. } => {
                if let Stand::Called(_, spot) | Stand::Serving(_, spot) = after.stand {
                    after.stand = Stand::Held { spot, since: now, until: until.map(|until| until.0 + behind) };
                }
            }
            Command::Start { .. } => {
                if let Stand::Called(counter, spot) = after.stand {
                    after.stand = Stand::Serving(counter, spot);
                }
            }
            _ => {
                if let Stand::Held { mut spot, since, .. } = after.stand {
                    spot.held += (now - since).max(0);
                    after.stand = Stand::Serving(counter.clone(), spot);
                }
            }
        }
        self.remember(counter, before);
        self.put(after);
    }

    /// Back to who sent the visitor, then on to the further services, then home.
    fn complete(&self, ticket: &mut Ticket, now: i64) {
        let wanted = if let Some((counter, service)) = ticket.ways_back.pop() {
            let sits = self.desks.iter().any(|desk| desk.id == counter);
            ticket.service = service.clone();
            if sits { Target::Counter(counter) } else { Target::Service(service) }
        } else if ticket.further.is_empty() {
            ticket.stand = Stand::Over("served");
            return;
        } else {
            ticket.service = ticket.further.remove(0);
            Target::Service(ticket.service.clone())
        };
        ticket.stand = Stand::Waiting(ticket.arrival(wanted, 1, now));
    }

    fn undo(&mut self, id: &CounterId) {
        let Some(desk) = self.desks.iter_mut().find(|desk| desk.id == *id) else { return };
        let Some((before, streak)) = desk.last.take() else { return };
        desk.streak = streak;
        self.put(*before);
    }

    fn remember(&mut self, id: &CounterId, before: Ticket) {
        if let Some(desk) = self.desks.iter_mut().find(|desk| desk.id == *id) {
            desk.last = Some((Box::new(before), desk.streak));
        }
    }

    fn put(&mut self, ticket: Ticket) {
        if let Some(known) = self.tickets.iter_mut().find(|known| known.id == ticket.id) {
            *known = ticket;
        }
    }

    fn change(&mut self, id: TicketId, how: impl FnOnce(&mut Ticket)) {
        if let Some(ticket) = self.tickets.iter_mut().find(|ticket| ticket.id == id) {
            how(ticket);
        }
    }

    fn highest(&self, lane: Lane, prefix: Prefix) -> u32 {
        let found = self.serials.iter().find(|(l, p, _)| (*l, *p) == (lane, prefix));
        found.map_or(0, |(_, _, serial)| *serial)
    }

    fn count(&mut self, lane: Lane, prefix: Prefix, serial: u32) {
        let serial = serial.max(self.highest(lane, prefix));
        self.serials.retain(|(l, p, _)| (*l, *p) != (lane, prefix));
        self.serials.push((lane, prefix, serial));
    }
}

fn transfer(ticket: &mut Ticket, now: i64, from: &CounterId, (to, placing, back): (&Target, Placing, Return)) {
    if back == Return::BackToMe {
        if ticket.ways_back.len() == queue::limits::WAYS_BACK_MAX {
            ticket.ways_back.remove(0);
        }
        ticket.ways_back.push((from.clone(), ticket.service.clone()));
    }
    if let Target::Service(service) = to {
        ticket.service = service.clone();
    }
    let rank = if placing == Placing::First { 0 } else { 1 };
    ticket.stand = Stand::Waiting(ticket.arrival(to.clone(), rank, now));
}
