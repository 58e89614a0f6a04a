//! One visit with its times: what the hall knows of it now, and what only its events told.

use queue::{
    command::{Channel, Class},
    event::{CallOrder, Event, WaitRange},
    ids::{ClerkId, CounterId, Language, Outcome, ServiceCode, TicketId},
    number::Number,
    stage::{Closing, Stage, Visit},
    time::{Span, Time},
};

/// A visit: one row of `ticket`, and its stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its identity.
    pub ticket: TicketId,
    /// The service day.
    pub day: u32,
    /// Its name on paper.
    pub number: Number,
    /// The service of the present or last stay.
    pub service: ServiceCode,
    /// Its class.
    pub class: Class,
    /// The visitor's language.
    pub language: Language,
    /// Where it was asked for.
    pub channel: Channel,
    /// How many of the same thing.
    pub quantity: u16,
    /// The stage's name.
    pub stage: &'static str,
    /// The counter it is at.
    pub counter: Option<CounterId>,
    /// The clerk it is with.
    pub clerk: Option<ClerkId>,
    /// When the number was given.
    pub reserved_at: Time,
    /// When it first waited.
    pub queued_at: Option<Time>,
    /// Its first call of all.
    pub first_called_at: Option<Time>,
    /// Its last call.
    pub last_called_at: Option<Time>,
    /// When it was first served.
    pub started_at: Option<Time>,
    /// When the visit ended.
    pub ended_at: Option<Time>,
    /// Why the visit ended, as a code.
    pub closing: Option<&'static str>,
    /// The last outcome.
    pub outcome: Option<Outcome>,
    /// Calls, recalls included.
    pub calls: u32,
    /// How many were told to be before it.
    pub ahead: Option<u32>,
    /// The told wait.
    pub quoted: Option<WaitRange>,
    /// Its stays, the present one last.
    pub stays: Vec<Stay>,
    /// Since when it is held.
    held_since: Option<Time>,
    /// Since when it is served, and for how long before that in this stay.
    serving: Option<(Time, Span)>,
    /// Whether a step was ever taken back, so that a stay on the disk may be one too many.
    pub(super) undone: bool,
}

/// One wait in one service's queue, and the service it ended in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The service.
    pub service: ServiceCode,
    /// When it began.
    pub queued_at: Time,
    /// Its first call.
    pub first_called_at: Option<Time>,
    /// Its last call.
    pub last_called_at: Option<Time>,
    /// When service began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// How it ended, as a code.
    pub ending: Option<&'static str>,
    /// The outcome, if it was served.
    pub outcome: Option<Outcome>,
    /// The counter of its last call.
    pub counter: Option<CounterId>,
    /// The clerk of its last call.
    pub clerk: Option<ClerkId>,
    /// From arrival to its first call, without holds.
    pub waited: Option<Span>,
    /// Time held.
    pub held: Span,
    /// Time served.
    pub served: Span,
    /// Calls, recalls included.
    pub calls: u32,
    /// Whether a clerk chose it although it was not next.
    pub out_of_order: bool,
}

impl Card {
    pub(super) fn new(visit: &Visit, day: u32, now: Time) -> Card {
        Card {
            ticket: visit.ticket,
            day,
            number: visit.number,
            service: visit.service.clone(),
            class: visit.class,
            language: visit.language.clone(),
            channel: visit.channel,
            quantity: visit.quantity,
            stage: visit.stage.name(),
            counter: None,
            clerk: None,
            reserved_at: now,
            queued_at: None,
            first_called_at: None,
            last_called_at: None,
            started_at: None,
            ended_at: None,
            closing: None,
            outcome: None,
            calls: 0,
            ahead: None,
            quoted: None,
            stays: Vec::new(),
            held_since: None,
            serving: None,
            undone: false,
        }
    }

    /// Time held, over all stays.
    pub fn held(&self) -> Span {
        Span(self.stays.iter().map(|stay| stay.held.0).sum())
    }

    /// Time served, over all stays.
    pub fn served(&self) -> Span {
        Span(self.stays.iter().map(|stay| stay.served.0).sum())
    }

    /// How long the present stay has waited until a moment: holds and service left out.
    pub fn waited_until(&self, at: Time) -> Span {
        let Some(stay) = self.stays.last() else { return Span::ZERO };
        let since = at.since(stay.queued_at);
        Span(since.0.saturating_sub(stay.held.0).saturating_sub(stay.served.0))
    }

    /// What the event alone tells: times, counts, stays.
    pub(super) fn apply(&mut self, now: Time, event: &Event) {
        match event {
            Event::Reserved { ahead, quoted, .. } => {
                self.ahead = Some(*ahead);
                self.quoted = *quoted;
            }
            Event::Printed { place, .. } | Event::Revived { place, .. } => self.queue(place.since),
            Event::RecordedOffline { printed_at, place, .. } => {
                self.reserved_at = (*printed_at).min(now);
                self.queue(place.since);
            }
            Event::Voided { .. } => self.close(now, &Closing::Unprinted),
            Event::Called { counter, clerk, order, waited, .. } => {
                self.call(now);
                if let Some(stay) = self.stays.last_mut() {
                    stay.counter = Some(counter.clone());
                    stay.clerk = Some(clerk.clone());
                    stay.waited.get_or_insert(*waited);
                    stay.out_of_order |= *order == CallOrder::OutOfOrder;
                }
            }
            Event::Recalled { .. } => self.call(now),
            Event::Started { .. } => self.start(now),
            Event::Held { .. } => self.held_since = Some(now),
            Event::Resumed { counter, clerk, .. } => {
                self.unhold(now);
                if let Some(stay) = self.stays.last_mut() {
                    stay.counter = Some(counter.clone());
                    stay.clerk = Some(clerk.clone());
                }
            }
            Event::HoldEnded { .. } => self.unhold(now),
            Event::Transferred { service, served, .. } => {
                self.end_stay(now, "transferred", None, *served);
                self.begin_stay(service.clone(), now);
            }
            Event::Completed { outcome, served, next, .. } => {
                self.end_stay(now, "served", Some(outcome), *served);
                self.outcome = Some(outcome.clone());
                match next {
                    Some(next) => self.begin_stay(next.service.clone(), now),
                    None => self.close(now, &Closing::Served(outcome.clone())),
                }
            }
            Event::Closed { closing, .. } => self.close(now, closing),
            Event::Rejoined { .. } => {
                self.reopen();
                self.begin_stay(self.service.clone(), now);
            }
            // Restored from the card before the step.
            Event::Undone { .. } => {}
            Event::Redirected { .. }
            | Event::DayOpened { .. }
            | Event::DayClosed { .. }
            | Event::EpochBegan { .. }
            | Event::CounterOpened { .. }
            | Event::CounterPaused { .. }
            | Event::CounterClosed { .. }
            | Event::ServiceSuspended { .. }
            | Event::ServiceRestored { .. } => {}
        }
    }

    /// What the hall tells: where the visit stands.
    pub(super) fn look_at(&mut self, visit: &Visit) {
        self.number = visit.number;
        self.service.clone_from(&visit.service);
        self.stage = visit.stage.name();
        self.serving = match &visit.stage {
            Stage::Serving { since, served, .. } => Some((*since, *served)),
            Stage::Reserved { .. }
            | Stage::Waiting { .. }
            | Stage::Called { .. }
            | Stage::Held { .. }
            | Stage::Closed { .. } => None,
        };
        (self.counter, self.clerk) = match &visit.stage {
            Stage::Called { counter, clerk, .. } | Stage::Serving { counter, clerk, .. } => {
                (Some(counter.clone()), Some(clerk.clone()))
            }
            Stage::Held { counter, served, .. } => {
                if let Some(stay) = self.stays.last_mut() {
                    stay.served = *served;
                }
                (Some(counter.clone()), None)
            }
            Stage::Reserved { .. } | Stage::Waiting { .. } | Stage::Closed { .. } => (None, None),
        };
    }

    fn queue(&mut self, since: Time) {
        self.reopen();
        self.queued_at.get_or_insert(since);
        self.begin_stay(self.service.clone(), since);
    }

    fn call(&mut self, now: Time) {
        self.first_called_at.get_or_insert(now);
        self.last_called_at = Some(now);
        self.calls += 1;
        if let Some(stay) = self.stays.last_mut() {
            stay.first_called_at.get_or_insert(now);
            stay.last_called_at = Some(now);
            stay.calls += 1;
        }
    }

    fn start(&mut self, now: Time) {
        self.started_at.get_or_insert(now);
        if let Some(stay) = self.stays.last_mut() {
            stay.started_at.get_or_insert(now);
        }
    }

    fn unhold(&mut self, now: Time) {
        let Some(since) = self.held_since.take() else { return };
        if let Some(stay) = self.stays.last_mut() {
            stay.held = Span(stay.held.0 + now.since(since).0);
        }
    }

    fn begin_stay(&mut self, service: ServiceCode, queued_at: Time) {
        // Most visits have one stay: a vector's usual first growth would hold four.
        self.stays.reserve_exact(1);
        self.stays.push(Stay {
            service,
            queued_at,
            first_called_at: None,
            last_called_at: None,
            started_at: None,
            ended_at: None,
            ending: None,
            outcome: None,
            counter: None,
            clerk: None,
            waited: None,
            held: Span::ZERO,
            served: Span::ZERO,
            calls: 0,
            out_of_order: false,
        });
    }

    fn end_stay(&mut self, now: Time, ending: &'static str, outcome: Option<&Outcome>, served: Span) {
        let Some(stay) = self.stays.last_mut().filter(|stay| stay.ended_at.is_none()) else { return };
        stay.ended_at = Some(now);
        stay.ending = Some(ending);
        stay.outcome = outcome.cloned();
        stay.served = served;
    }

    fn close(&mut self, now: Time, closing: &Closing) {
        self.unhold(now);
        let code = code(closing);
        let before = self.stays.last().map_or(Span::ZERO, |stay| stay.served);
        let served = self.serving.map_or(before, |(since, served)| Span(served.0 + now.since(since).0));
        self.end_stay(now, code, None, served);
        self.ended_at = Some(now);
        self.closing = Some(code);
    }

    fn reopen(&mut self) {
        self.ended_at = None;
        self.closing = None;
    }
}

/// A closing's code, as in the views and the statistics.
fn code(closing: &Closing) -> &'static str {
    match closing {
        Closing::Served(_) => "served",
        Closing::NoShow => "no-show",
        Closing::CancelledByVisitor => "cancelled",
        Closing::RemovedByStaff => "removed",
        Closing::Unprinted => "unprinted",
        Closing::DayClosed => "day-closed",
    }
}
