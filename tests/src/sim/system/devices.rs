//! Kiosks and displays on the agenda: what they ask, hear, print and show.

use super::{
    super::{assertions::fits, hub::Wanted, network::Way, screen::Sent, touchscreen::away},
    Due, Judged, System,
};
use hub::journal::RING_MAX;
use kiosk::{
    driver::Input,
    net::{Asking, REQUESTS_MAX, Reply},
    printer::{Evidence, Word},
    session::Tap,
};
use queue::{ids::TicketId, number::Number};

/// A whole request; opening a connection.
const REQUEST_MS_MAX: u64 = 5_000;
const CONNECT_MS_MAX: u64 = 2_000;
/// Requests a kiosk may have on the line and before it.
const ASKED_MAX: usize = 32 + REQUESTS_MAX;

impl System {
    pub(super) fn start_kiosk(&mut self, nth: usize) -> Judged {
        if self.kiosks[nth].life.is_some() {
            return Ok(());
        }
        // The printer ends what it had in hand before the kiosk is up again.
        self.printed(nth)?;
        match self.kiosks[nth].start(self.now_ms) {
            Ok(unsure) => {
                for (ticket, evidence) in unsure {
                    self.trace.say(self.now_ms, format_args!("kiosk {nth} asks about {ticket}: {evidence:?}"));
                    if evidence == Evidence::None {
                        self.watch.on_paper.insert(TicketId(ticket));
                    }
                }
                self.trace.say(self.now_ms, format_args!("kiosk {nth} starts"));
                self.look_later(nth);
                self.attend(nth)
            }
            Err(error) => {
                self.trace.say(self.now_ms, format_args!("kiosk {nth} does not start: {error}"));
                self.kiosk_is_off(nth);
                self.plan(5_000, Due::StartKiosk(nth));
                Ok(())
            }
        }
    }

    pub(super) fn tap(&mut self, nth: usize, taps: Vec<Tap>) -> Judged {
        for tap in taps {
            self.trace.say(self.now_ms, format_args!("kiosk {nth}: {tap:?}"));
            self.kiosks[nth].take(Input::Tap(tap), self.now_ms);
            self.attend(nth)?;
        }
        Ok(())
    }

    pub(super) fn look(&mut self, nth: usize, boot: u32) -> Judged {
        if self.kiosks[nth].boot != boot || self.kiosks[nth].life.is_none() {
            return Ok(());
        }
        self.kiosks[nth].look(self.now_ms);
        self.look_later(nth);
        self.attend(nth)
    }

    fn look_later(&mut self, nth: usize) {
        if let Some(after_ms) = self.kiosks[nth].idle_ms(self.now_ms) {
            let boot = self.kiosks[nth].boot;
            self.plan(after_ms, Due::Look(nth, boot));
        }
    }

    /// Sees to what a kiosk wants of others since it was last given something.
    pub(super) fn attend(&mut self, nth: usize) -> Judged {
        if self.kiosks[nth].disk.is_off() {
            self.trace.say(self.now_ms, format_args!("kiosk {nth} loses its power"));
            self.kiosk_is_off(nth);
            self.plan(8_000, Due::StartKiosk(nth));
            return Ok(());
        }
        for asking in self.kiosks[nth].asked() {
            self.ask(nth, &asking)?;
        }
        if let Some(job) = self.kiosks[nth].job() {
            let kiosk = &mut self.kiosks[nth];
            let takes_ms = kiosk.printer.begin(job, kiosk.boot, &mut self.chance);
            self.plan(takes_ms, Due::Printed(nth));
        }
        Ok(())
    }

    fn ask(&mut self, nth: usize, asking: &Asking) -> Judged {
        self.messages += 1;
        let (id, kiosk) = (self.messages, &mut self.kiosks[nth]);
        let boot = kiosk.boot;
        let Some(life) = &mut kiosk.life else { return Ok(()) };
        life.open.insert(id, asking.request.clone());
        self.watch.looked.at(15, fits("requests of a kiosk", life.open.len(), ASKED_MAX))?;
        let patience = if kiosk.cable.open(Way::There) { REQUEST_MS_MAX } else { CONNECT_MS_MAX };
        for after_ms in kiosk.cable.carry(Way::There, &mut self.tally.carried) {
            self.plan(after_ms, Due::Ask { kiosk: nth, boot, id, asking: Box::new(asking.clone()) });
        }
        self.plan(patience, Due::GiveUp { kiosk: nth, boot, id });
        Ok(())
    }

    pub(super) fn asked(&mut self, nth: usize, (boot, id): (u32, u64), asking: &Asking) -> Judged {
        let asker = self.kiosks[nth].asker.clone();
        let reply = match self.hub.wanted(&asker, asking) {
            // Nobody listens there.
            None => Some(away(&asking.request)),
            Some(Wanted::Reply(reply)) => Some(*reply),
            Some(Wanted::Write(submission)) => match self.submit(None, submission)? {
                None => None,
                Some(outcome) => self.hub.reply(&asking.request, outcome.as_ref().map_err(Clone::clone)),
            },
        };
        let Some(reply) = reply else { return Ok(()) };
        for after_ms in self.kiosks[nth].cable.carry(Way::Back, &mut self.tally.carried) {
            self.plan(after_ms, Due::Hear { kiosk: nth, boot, id, reply: Box::new(reply.clone()) });
        }
        Ok(())
    }

    pub(super) fn heard(&mut self, nth: usize, (boot, id): (u32, u64), reply: Reply) -> Judged {
        let kiosk = &mut self.kiosks[nth];
        if kiosk.boot != boot || kiosk.life.as_mut().is_none_or(|life| life.open.remove(&id).is_none()) {
            return Ok(());
        }
        if let Reply::Report(report, Err(wire::client::NoAnswer::Refused(problem))) = &reply {
            self.trace.say(self.now_ms, format_args!("kiosk {nth}: {} is refused: {}", report.number, problem.code));
            // Put back to before two days that both gave a number, the hub takes the first paper that comes with it.
            let hall = &self.watch.history.hall;
            let whose = report.number.parse().ok().and_then(|number: Number| hall.numbers.get(&number));
            if problem.code == "number-taken" && hall.epoch > 0 && whose.is_some_and(|ticket| ticket.0 != report.ticket)
            {
                self.orphans.insert(TicketId(report.ticket));
            }
        }
        self.kiosks[nth].take(Input::Hub(reply), self.now_ms);
        self.attend(nth)
    }

    pub(super) fn gave_up(&mut self, nth: usize, (boot, id): (u32, u64)) -> Judged {
        let request = self.kiosks[nth].life.as_ref().and_then(|life| life.open.get(&id)).cloned();
        match request {
            Some(request) => self.heard(nth, (boot, id), away(&request)),
            None => Ok(()),
        }
    }

    /// The printer ends what it has in hand.
    pub(super) fn printed(&mut self, nth: usize) -> Judged {
        let Some((word, boot)) = self.kiosks[nth].printer.end() else { return Ok(()) };
        if let Word::Printed(job) | Word::Doubtful(job, _) = &word {
            self.trace.say(self.now_ms, format_args!("kiosk {nth} prints {} {}", job.text.number, job.ticket));
            self.tally.papers += 1;
            self.watch.paper(TicketId(job.ticket), &job.text.number, nth, self.now_ms)?;
        }
        let condition = Word::Is(self.kiosks[nth].printer.condition());
        if self.kiosks[nth].boot == boot && self.kiosks[nth].life.is_some() {
            self.kiosks[nth].take(Input::Printer(word), self.now_ms);
            self.kiosks[nth].take(Input::Printer(condition), self.now_ms);
        }
        self.attend(nth)
    }

    pub(super) fn connect(&mut self, nth: usize) -> Judged {
        self.messages += 1;
        let (id, screen) = (self.messages, &mut self.screens[nth]);
        let whole = screen.cable.open(Way::There) && screen.cable.open(Way::Back);
        let stream = self.hub.life.as_ref().filter(|_| whole).map(|life| &life.stream);
        screen.connect(stream, id, self.now_ms);
        if screen.life.as_ref().is_some_and(|life| life.line.is_none()) {
            self.part(nth);
        }
        self.pump()
    }

    pub(super) fn part(&mut self, nth: usize) {
        let boot = self.screens[nth].boot;
        if let Some(pause_ms) = self.screens[nth].part() {
            self.plan(pause_ms, Due::Connect(nth, boot));
        }
    }

    pub(super) fn bytes(&mut self, nth: usize, (boot, line): (u32, u64), bytes: &[u8]) {
        if !self.is_on(nth, (boot, line)) {
            return;
        }
        if !self.screens[nth].cable.open(Way::Back) {
            // Lost on the way: what follows on this connection cannot arrive any more, and only silence tells.
            self.screens[nth].stall();
            return;
        }
        if let Err(deaf) = self.screens[nth].hear(bytes, self.now_ms) {
            self.trace.say(self.now_ms, format_args!("display {nth} believes nothing: {deaf:?}"));
            self.part(nth);
        }
    }

    pub(super) fn ended(&mut self, nth: usize, on: (u32, u64)) {
        if self.is_on(nth, on) && self.screens[nth].cable.open(Way::Back) {
            self.part(nth);
        }
    }

    /// Everything the hub has to send goes on its way; a closed cable holds it up.
    pub(super) fn pump(&mut self) -> Judged {
        if let Some(life) = &mut self.hub.life {
            life.heart.pass_on();
        }
        for nth in 0..self.screens.len() {
            let screen = &mut self.screens[nth];
            if !screen.cable.open(Way::Back) {
                continue;
            }
            let boot = screen.boot;
            let Some(line) = screen.life.as_ref().and_then(|life| life.line.as_ref()).map(|line| line.id) else {
                continue;
            };
            let sent = screen.sent();
            let counted = sent.len();
            for sent in sent {
                let at = self.screens[nth].cable.stream(self.now_ms);
                self.agenda.plan(
                    at,
                    match sent {
                        Sent::Bytes(bytes) => Due::Bytes { screen: nth, boot, line, bytes },
                        Sent::End => Due::Ended { screen: nth, boot, line },
                    },
                );
            }
            self.watch.looked.at(15, fits("frames that wait for a display", counted, RING_MAX + 2))?;
        }
        Ok(())
    }

    pub(super) fn beat(&mut self) -> Judged {
        self.pump()?;
        if let Some(life) = &self.hub.life {
            life.heart.beat();
        }
        self.pump()
    }

    fn is_on(&self, nth: usize, (boot, id): (u32, u64)) -> bool {
        let screen = &self.screens[nth];
        let line = screen.life.as_ref().and_then(|life| life.line.as_ref());
        screen.boot == boot && line.is_some_and(|line| line.id == id)
    }
}
