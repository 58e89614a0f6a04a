//! What happens in a hall beside its work: machines stop and start, disks fall ill, clocks jump, copies are put back.

use super::{
    super::{
        disk::{Disk, Fault, Loss, When},
        time::{Agenda, WallClock},
        touchscreen::Touchscreen,
        transitions::{Ailment, Machine, Mood, Stop, What, pick},
    },
    Due, Judged, System, loss,
};
use crate::chance::Chance;
use hub::epoch::floors;
use queue::{calendar::date_at, command::Command, hall::Day};
use wire::kiosk::ChainLink;

const HOUR_MS: u64 = 3_600_000;

impl System {
    pub(super) fn happen(&mut self, what: &What, chance: &mut Chance) -> Judged {
        self.trace.say(self.now_ms, format_args!("{what:?}"));
        match what {
            What::Visit { kiosk } => {
                let nth = usize::from(*kiosk);
                let taps = self.kiosks[nth].visit(chance);
                self.tap(nth, taps)
            }
            What::Touch { kiosk } => {
                use kiosk::session::Tap;
                let tap = [Tap::Home, Tap::Back, Tap::Here, Tap::Done, Tap::Again, Tap::Take][pick(chance, 6)].clone();
                self.tap(usize::from(*kiosk), vec![tap])
            }
            What::Work { .. } | What::Act { .. } | What::Ticket { .. } | What::Reception | What::Manage => {
                self.press(what, chance);
                Ok(())
            }
            What::Calm => self.calm(),
            fault => {
                *self.tally.faults.entry(fault.kind()).or_default() += 1;
                self.fault(fault, chance)
            }
        }
    }

    fn fault(&mut self, what: &What, chance: &mut Chance) -> Judged {
        match what {
            What::Cable { machine, weather } => {
                match machine {
                    // The hub's own cable: nobody reaches it.
                    Machine::Hub => {
                        self.kiosks.iter_mut().for_each(|kiosk| kiosk.cable.weather = *weather);
                        self.screens.iter_mut().for_each(|screen| screen.cable.weather = *weather);
                        self.desks.weather = *weather;
                    }
                    Machine::Kiosk(nth) => self.kiosks[usize::from(*nth)].cable.weather = *weather,
                    Machine::Display(nth) => self.screens[usize::from(*nth)].cable.weather = *weather,
                    Machine::Desks => self.desks.weather = *weather,
                }
                Ok(())
            }
            What::Printer { kiosk, mood } => self.printer(usize::from(*kiosk), *mood),
            What::Stop { machine, how, for_ms } => self.stop(*machine, *how, u64::from(*for_ms)),
            What::Disk { machine, ailment } => {
                self.ail(*machine, *ailment);
                Ok(())
            }
            What::Clock { machine, by_ms } => {
                self.clock(*machine, |wall, _| wall.ahead_ms = wall.ahead_ms.saturating_add(*by_ms));
                Ok(())
            }
            What::NoBattery { machine } => {
                self.clock(*machine, WallClock::wake_in_1970);
                Ok(())
            }
            What::Backup => {
                self.back_up();
                Ok(())
            }
            What::Restore => self.restore(),
            What::NewKiosk { kiosk } => self.new_kiosk(usize::from(*kiosk), chance),
            What::Night => self.night(),
            _ => Ok(()),
        }
    }

    fn printer(&mut self, nth: usize, mood: Mood) -> Judged {
        use kiosk::{driver::Input, printer::Word};
        self.kiosks[nth].printer.mood = mood;
        let condition = self.kiosks[nth].printer.condition();
        self.kiosks[nth].take(Input::Printer(Word::Is(condition)), self.now_ms);
        self.attend(nth)
    }

    fn stop(&mut self, machine: Machine, how: Stop, for_ms: u64) -> Judged {
        match machine {
            Machine::Hub | Machine::Desks => {
                if self.hub.life.is_some() {
                    self.hub.stop(loss(how), &mut self.chance);
                    self.hub_is_off();
                }
                self.plan(for_ms, Due::StartHub);
            }
            Machine::Kiosk(nth) => {
                let nth = usize::from(nth);
                self.kiosks[nth].stop(loss(how));
                self.plan(for_ms, Due::StartKiosk(nth));
            }
            Machine::Display(nth) => {
                let nth = usize::from(nth);
                self.screens[nth].life = None;
                self.plan(for_ms, Due::StartScreen(nth));
            }
        }
        Ok(())
    }

    /// The hub's power went in the middle of a write: it comes up again by itself.
    pub(super) fn power_is_gone(&mut self) {
        self.trace.say(self.now_ms, format_args!("the hub loses its power"));
        let how = if self.chance.coin() { Stop::Torn } else { Stop::Cut };
        self.hub.stop(loss(how), &mut self.chance);
        self.hub_is_off();
        self.plan(10_000, Due::StartHub);
    }

    /// The hub's disk failed: the program believes it no more and ends; whoever watches over it starts it again.
    pub(super) fn program_ends(&mut self) {
        self.trace.say(self.now_ms, format_args!("the hub's disk failed, the hub ends"));
        self.hub.life = None;
        self.hub_is_off();
        self.plan(5_000, Due::StartHub);
    }

    pub(super) fn kiosk_is_off(&mut self, nth: usize) {
        let how = if self.chance.coin() { Stop::Torn } else { Stop::Cut };
        self.kiosks[nth].stop(loss(how));
    }

    /// Whoever is connected over a good cable feels it.
    fn hub_is_off(&mut self) {
        for nth in 0..self.screens.len() {
            let screen = &mut self.screens[nth];
            let Some(line) = screen.life.as_mut().and_then(|life| life.line.as_mut()) else { continue };
            line.server = None;
            let (id, boot, at) = (line.id, screen.boot, screen.cable.stream(self.now_ms));
            self.agenda.plan(at, Due::Ended { screen: nth, boot, line: id });
        }
    }

    fn disk(&self, machine: Machine) -> Option<&Disk> {
        match machine {
            Machine::Hub => Some(&self.hub.disk),
            Machine::Kiosk(nth) => Some(&self.kiosks[usize::from(nth)].disk),
            Machine::Display(_) | Machine::Desks => None,
        }
    }

    pub(super) fn ail(&mut self, machine: Machine, ailment: Ailment) {
        if matches!(ailment, Ailment::Full | Ailment::Broken) {
            // Somebody sees to it.
            self.plan(20_000, Due::Mend(machine));
        }
        let Some(disk) = self.disk(machine) else { return };
        match ailment {
            Ailment::Full => disk.plan(When::Write(1), Fault::Full),
            Ailment::Broken => disk.plan(When::Write(1), Fault::Broken),
            Ailment::OneWrite => disk.plan(When::Write(1), Fault::Error),
            Ailment::OneSync => disk.plan(When::Sync(1), Fault::Error),
            Ailment::CutAtWrite(n) => disk.plan(When::Write(u64::from(n)), Fault::PowerCut),
            Ailment::CutAtSync(n) => disk.plan(When::Sync(u64::from(n)), Fault::PowerCut),
            Ailment::Mended => disk.mend(),
        }
    }

    fn clock(&mut self, machine: Machine, change: impl Fn(&mut WallClock, u64)) {
        match machine {
            Machine::Hub | Machine::Desks | Machine::Display(_) => change(&mut self.hub.wall, self.now_ms),
            Machine::Kiosk(nth) => {
                let nth = usize::from(nth);
                if self.kiosks[nth].life.is_none() {
                    // It wakes up to another time, and cannot know.
                    self.orphan(nth);
                }
                change(&mut self.kiosks[nth].wall, self.now_ms);
                let refused = self.kiosks[nth].disk.counts().refused;
                self.kiosks[nth].look(self.now_ms);
                if self.kiosks[nth].disk.counts().refused > refused {
                    // It saw the change, and its disk would not have it.
                    self.orphan(nth);
                }
            }
        }
        self.hub.tell(self.now_ms);
    }

    /// A copy on another disk; kiosks are told how far it goes.
    fn back_up(&mut self) {
        if self.hub.disk.is_off() || !self.unsure.is_empty() {
            return;
        }
        let link = self.hub.reading().and_then(|reading| {
            let hash = reading.hash_at(reading.seq).ok()??;
            Some(ChainLink { seq: reading.seq, hash })
        });
        if link.is_some() {
            self.backup = Some((self.hub.disk.image(), self.watch.history.clone(), link.clone()));
            self.hub.backup = link;
        }
    }

    /// The last copy is put back under a higher epoch, as `hub restore` does.
    fn restore(&mut self) -> Judged {
        let Some((image, history, link)) = self.backup.clone() else { return Ok(()) };
        let epoch = self.watch.history.hall.epoch.max(history.hall.epoch) + 1;
        self.hub.stop(Loss::Nothing, &mut self.chance);
        self.hub_is_off();
        self.hub.disk.restore(&image);
        self.hub.backup = link;
        self.unsure.clear();
        self.presses.clear();
        self.watch.put_back(history);
        self.open_hub()?;
        if self.hub.life.is_none() {
            return Ok(());
        }
        let today = date_at(self.hub.config.rules(), self.hub.wall.at(self.now_ms));
        if matches!(self.watch.history.hall.day, Day::Open { date, .. } if date < today) {
            self.by_hub(Command::CloseDay)?;
        }
        let seen = floors(&self.watch.history.hall, epoch);
        self.by_hub(Command::BeginEpoch { epoch, seen })?;
        self.reconcile_day()
    }

    /// Papers that only the old machine knew of are told by nobody.
    fn new_kiosk(&mut self, nth: usize, chance: &mut Chance) -> Judged {
        self.printed(nth)?;
        self.orphan(nth);
        let (asker, boot) = (self.kiosks[nth].asker.clone(), self.kiosks[nth].boot);
        self.kiosks[nth] = Touchscreen::new(asker, Chance::new(chance.draw()));
        // What was on its way to the old machine is for nobody.
        self.kiosks[nth].boot = boot;
        self.plan(20_000, Due::StartKiosk(nth));
        Ok(())
    }

    fn orphan(&mut self, nth: usize) {
        self.orphans.extend(self.watch.papers.iter().filter(|paper| paper.kiosk == nth).map(|paper| paper.ticket));
    }

    /// Everything is switched off until the next morning.
    fn night(&mut self) -> Judged {
        for nth in 0..self.kiosks.len() {
            self.printed(nth)?;
            self.kiosks[nth].stop(Loss::Nothing);
        }
        self.screens.iter_mut().for_each(|screen| screen.life = None);
        self.hub.stop(Loss::Nothing, &mut self.chance);
        self.presses.clear();
        self.watch.night();
        self.agenda = Agenda::default();
        let today = self.now_ms / (24 * HOUR_MS);
        self.now_ms = (today + 1) * 24 * HOUR_MS;
        self.hub.tell(self.now_ms);
        self.switch_on();
        self.pass(1_000)
    }
}
