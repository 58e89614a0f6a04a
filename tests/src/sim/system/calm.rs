//! A hall at rest: everything is mended, and what was promised for afterwards must be so in time.

use super::{
    super::{
        assertions::{self as promise, LIVENESS, Paper},
        network::FAIR,
        transitions::Mood,
    },
    Due, Judged, System,
};
use hub::journal::verify_at;
use kiosk::{
    driver::{HOME_EVERY_MS, Input, Link},
    printer::Word,
};
use queue::hall::Day;

/// Within this everyone is connected again: the longest pauses between attempts and the longest silence.
const RECONNECT_MS_MAX: u64 = 20_000;
/// Within this, after that, what is on paper is in the queue.
const REPORTED_MS_MAX: u64 = 60_000;
/// Within this, after the last change, boards equal the hub's.
const SHOWN_MS_MAX: u64 = 1_000;

impl System {
    /// Mends everything, lets it come to rest, and looks.
    pub fn calm(&mut self) -> Judged {
        self.tally.calms += 1;
        self.mend()?;
        self.wait(RECONNECT_MS_MAX, "somebody has not found the hub again", System::all_connected)?;
        // Whoever was connected all the time hears of a new epoch when it asks next.
        self.pass(HOME_EVERY_MS + SHOWN_MS_MAX)?;
        self.wait(REPORTED_MS_MAX, "somebody's papers are not in the queue", System::all_reported)?;
        let landed_ms = self.screens.iter().map(|screen| screen.cable.landed_ms()).max().unwrap_or(0);
        self.pass(landed_ms.saturating_sub(self.now_ms) + SHOWN_MS_MAX)?;
        self.boards_are_equal()?;
        // Announcements wait for each other; meanwhile nothing else happens.
        let calls = self.watch.history.hall.calls().len() as u64;
        self.pass((calls + 1) * queue_display::announce::TURN_MS + SHOWN_MS_MAX)?;
        self.announced()?;
        self.papers_are_in()?;
        self.journal_verifies()
    }

    fn mend(&mut self) -> Judged {
        if self.hub.disk.is_off() {
            self.power_is_gone();
        }
        self.hub.disk.mend();
        // Nobody presses anything any more.
        self.presses.clear();
        self.desks.weather = FAIR;
        self.screens.iter_mut().for_each(|screen| screen.cable.weather = FAIR);
        self.start_hub()?;
        for nth in 0..self.kiosks.len() {
            if self.kiosks[nth].disk.is_off() {
                self.kiosk_is_off(nth);
            }
            self.kiosks[nth].disk.mend();
            self.kiosks[nth].cable.weather = FAIR;
            self.kiosks[nth].printer.mood = Mood::Fine;
            self.start_kiosk(nth)?;
            let condition = self.kiosks[nth].printer.condition();
            self.kiosks[nth].take(Input::Printer(Word::Is(condition)), self.now_ms);
            self.attend(nth)?;
        }
        for nth in 0..self.screens.len() {
            self.plan(0, Due::StartScreen(nth));
        }
        self.pass(1)
    }

    fn wait(&mut self, most_ms: u64, what: &str, done: fn(&System) -> Option<String>) -> Judged {
        let until = self.now_ms + most_ms;
        while let Some(missing) = done(self) {
            if self.now_ms >= until {
                return Err(System::late(format!("{what} after {} s: {missing}", most_ms / 1000)));
            }
            self.pass(100)?;
        }
        self.watch.looked.at(LIVENESS, Ok(1))
    }

    fn all_connected(&self) -> Option<String> {
        let kiosk = self.kiosks.iter().position(|kiosk| kiosk.view().is_none_or(|view| view.link != Link::Up));
        let screen = self.screens.iter().position(|screen| !screen.follows());
        match (&self.hub.life, kiosk, screen) {
            (None, _, _) => Some("the hub is off".to_owned()),
            (Some(_), Some(kiosk), _) => Some(format!("kiosk {kiosk}")),
            (Some(_), None, Some(screen)) => Some(format!("display {screen}")),
            (Some(_), None, None) => None,
        }
    }

    fn all_reported(&self) -> Option<String> {
        let busy = self.kiosks.iter().position(|kiosk| kiosk.printer.busy.is_some());
        let waits = self.kiosks.iter().position(|kiosk| kiosk.view().is_none_or(|view| view.reports > 0));
        let waits = waits.filter(|_| self.takes_reports());
        match (busy, waits) {
            (Some(kiosk), _) => Some(format!("kiosk {kiosk} is printing")),
            (None, Some(kiosk)) => Some(format!("reports of kiosk {kiosk} wait")),
            (None, None) => None,
        }
    }

    fn boards_are_equal(&mut self) -> Judged {
        let Some(life) = &self.hub.life else { return Ok(()) };
        let hub = life.stream.board();
        for screen in &self.screens {
            let shown = screen.life.as_ref().and_then(|life| life.display.board());
            self.watch.looked.at(11, promise::display_equals_the_board(&hub, shown))?;
        }
        Ok(())
    }

    fn announced(&mut self) -> Judged {
        let Some(life) = &self.hub.life else { return Ok(()) };
        let board = life.stream.board();
        for screen in &self.screens {
            let Some(life) = &screen.life else { continue };
            let called_ms = &self.watch.history.called_ms;
            let after_it_knew = |seq| called_ms.get(seq).is_some_and(|ms| life.knew_ms.is_some_and(|knew| *ms > knew));
            let due: Vec<(u64, String)> = board
                .calls
                .iter()
                .filter(|call| call.stage == "called" && after_it_knew(&call.call_seq))
                .map(|call| (call.call_seq, call.called_at.clone()))
                .collect();
            self.watch.looked.at(11, promise::each_call_is_announced_once(&life.announced, &due))?;
        }
        Ok(())
    }

    /// Between two service days there is no queue to put a paper into; it is reported again and again.
    fn takes_reports(&self) -> bool {
        matches!(self.watch.history.hall.day, Day::Open { .. })
    }

    /// Papers of the service day; those of days that are over have had their time.
    fn papers_are_in(&mut self) -> Judged {
        let (day, entered) = (self.watch.day(), self.watch.history.entered.clone());
        let due = |paper: &&Paper| {
            let today = paper.day >= day && self.takes_reports() && !self.orphans.contains(&paper.ticket);
            today || entered.contains(&paper.ticket)
        };
        let today: Vec<_> = self.watch.papers.iter().filter(due).cloned().collect();
        let verdict = promise::paper_is_in_the_queue_once(&today, &entered, &self.watch.history.hall);
        self.watch.looked.at(10, verdict)?;
        if !self.takes_reports() {
            return Ok(());
        }
        let waiting = self.kiosks.iter().filter_map(|kiosk| kiosk.view().map(|view| view.reports)).sum();
        self.watch.looked.at(12, promise::nothing_is_left_to_report(waiting))
    }

    /// Everything on the disk, from the first entry: the chain, the views, the carry.
    fn journal_verifies(&mut self) -> Judged {
        let verdict = match verify_at(&self.hub.place()) {
            Ok(verified) if verified.entries == self.watch.history.seq => Ok(1),
            Ok(verified) => Err(format!("{} entries on the disk, {} known", verified.entries, self.watch.history.seq)),
            Err(faults) => Err(format!("{faults:?}")),
        };
        self.watch.looked.at(7, verdict)
    }
}
