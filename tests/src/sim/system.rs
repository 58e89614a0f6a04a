//! The hall itself: real programs on simulated machines, joined by one agenda. Time moves from one thing due to the next.

mod calm;
mod desks;
mod devices;
mod faults;
mod tally;

pub use tally::Tally;

use super::{
    assertions::{self as promise, Broken, LIVENESS},
    disk::Loss,
    hall,
    hub::{Asker, Hub},
    network::Cable,
    screen::Screen,
    staff::{Press, code},
    time::Agenda,
    touchscreen::Touchscreen,
    trace::Trace,
    transitions::{Ailment, Machine, Script, Step, Stop},
    watch::{History, Watch, by_hub},
};
use crate::chance::Chance;
use hub::journal::{Done, NotDone, Seat, Submission};
use jiff::Timestamp;
use kiosk::net::{Asking, Reply};
use queue::{
    command::Command,
    ids::{CommandId, TicketId},
    time::Time,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Between two looks of the hub at timers and the service day.
const SECOND_MS: u64 = 1_000;
const BEAT_MS: u64 = 2_000;

/// A hall.
pub struct System {
    /// Milliseconds since it began.
    pub now_ms: u64,
    /// The hub.
    pub hub: Hub,
    /// The kiosks.
    pub kiosks: Vec<Touchscreen>,
    /// The displays.
    pub screens: Vec<Screen>,
    /// The cable of the clerks' browsers.
    pub desks: Cable,
    /// Who watches.
    pub watch: Watch,
    /// What was done to it.
    pub tally: Tally,
    /// What happened, in lines.
    pub trace: Trace,
    agenda: Agenda<Due>,
    presses: BTreeMap<u64, (Press, CommandId, u8)>,
    /// Commands of which the journal could not say whether they were done, and the hub's clock then.
    unsure: Vec<(Option<Seat>, Submission, Time)>,
    backup: Option<(super::disk::Image, History, Option<wire::kiosk::ChainLink>)>,
    /// Papers that no machine can speak for any more, of which nobody can say when they were printed, or whose number
    /// another paper has since a restore.
    orphans: BTreeSet<TicketId>,
    chance: Chance,
    messages: u64,
}

/// What is due.
enum Due {
    Second,
    Beat,
    StartHub,
    StartKiosk(usize),
    StartScreen(usize),
    Look(usize, u32),
    Ask { kiosk: usize, boot: u32, id: u64, asking: Box<Asking> },
    Hear { kiosk: usize, boot: u32, id: u64, reply: Box<Reply> },
    GiveUp { kiosk: usize, boot: u32, id: u64 },
    Printed(usize),
    Mend(Machine),
    Pressed(u64),
    PressAgain(u64),
    Connect(usize, u32),
    Bytes { screen: usize, boot: u32, line: u64, bytes: Vec<u8> },
    Ended { screen: usize, boot: u32, line: u64 },
}

/// What a step may end with.
pub type Judged<T = ()> = Result<T, Broken>;

impl System {
    /// A hall on its first morning, everything switched on.
    pub fn new(script: &Script, trace: Trace) -> anyhow::Result<System> {
        let mut chance = Chance::new(script.seed ^ 0x6e61_7662_6174);
        let config = hall::config(&script.shape)?;
        let watch = Watch::new(config.rules());
        let kiosk = |nth: u8, chance: &mut Chance| {
            let asker = Asker { device: code(&format!("kiosk-{}", nth + 1)), lane: nth + 1 };
            Touchscreen::new(asker, Chance::new(chance.draw()))
        };
        let kiosks = (0..script.shape.kiosks).map(|nth| kiosk(nth, &mut chance)).collect();
        let screens = (0..script.shape.displays).map(|_| Screen::new(Chance::new(chance.draw()))).collect();
        let mut system = System {
            now_ms: 0,
            hub: Hub::new(config),
            kiosks,
            screens,
            desks: Cable::new(Chance::new(chance.draw())),
            watch,
            tally: Tally::default(),
            trace,
            agenda: Agenda::default(),
            presses: BTreeMap::new(),
            unsure: Vec::new(),
            backup: None,
            orphans: BTreeSet::new(),
            chance,
            messages: 0,
        };
        system.switch_on();
        Ok(system)
    }

    /// One step of the script.
    pub fn step(&mut self, step: &Step) -> Judged {
        self.pass(step.after_ms)?;
        self.tally.steps += 1;
        self.trace.say(self.now_ms, format_args!("step {}", self.tally.steps));
        let mut chance = Chance::new(step.chance);
        self.happen(&step.what, &mut chance)?;
        let day = self.watch.history.hall.counts();
        self.trace.say(self.now_ms, format_args!("{day:?} seq {}", self.watch.history.seq));
        self.watch.looked.at(15, promise::fits("things due", self.agenda.len(), 20_000))
    }

    /// Lets time pass, and does what is due.
    pub fn pass(&mut self, ms: u64) -> Judged {
        let until = self.now_ms + ms;
        while let Some((at, due)) = self.agenda.next(until) {
            self.now_ms = at.max(self.now_ms);
            self.hub.tell(self.now_ms);
            self.due(due)?;
        }
        self.now_ms = until;
        self.hub.tell(until);
        Ok(())
    }

    fn switch_on(&mut self) {
        self.plan(0, Due::StartHub);
        self.plan(7, Due::Second);
        self.plan(13, Due::Beat);
        (0..self.kiosks.len()).for_each(|kiosk| self.plan(100, Due::StartKiosk(kiosk)));
        (0..self.screens.len()).for_each(|screen| self.plan(200, Due::StartScreen(screen)));
    }

    fn plan(&mut self, after_ms: u64, due: Due) {
        self.agenda.plan(self.now_ms + after_ms, due);
    }

    fn due(&mut self, due: Due) -> Judged {
        match due {
            Due::Second => self.second(),
            Due::Beat => {
                self.plan(BEAT_MS, Due::Beat);
                self.beat()
            }
            Due::StartHub => self.start_hub(),
            Due::StartKiosk(kiosk) => self.start_kiosk(kiosk),
            Due::StartScreen(screen) => {
                if self.screens[screen].life.is_some() {
                    return Ok(());
                }
                self.screens[screen].start(self.now_ms);
                self.connect(screen)
            }
            Due::Look(kiosk, boot) => self.look(kiosk, boot),
            Due::Ask { kiosk, boot, id, asking } => self.asked(kiosk, (boot, id), &asking),
            Due::Hear { kiosk, boot, id, reply } => self.heard(kiosk, (boot, id), *reply),
            Due::GiveUp { kiosk, boot, id } => self.gave_up(kiosk, (boot, id)),
            Due::Printed(kiosk) => self.printed(kiosk),
            Due::Mend(machine) => {
                self.ail(machine, Ailment::Mended);
                Ok(())
            }
            Due::Pressed(id) => self.pressed(id),
            Due::PressAgain(id) => {
                self.press_again(id);
                Ok(())
            }
            Due::Connect(screen, boot) => {
                if self.screens[screen].boot != boot {
                    return Ok(());
                }
                self.connect(screen)
            }
            Due::Bytes { screen, boot, line, bytes } => {
                self.bytes(screen, (boot, line), &bytes);
                Ok(())
            }
            Due::Ended { screen, boot, line } => {
                self.ended(screen, (boot, line));
                Ok(())
            }
        }
    }

    /// What the hub's timers do, and who has heard nothing for too long.
    fn second(&mut self) -> Judged {
        self.plan(SECOND_MS, Due::Second);
        let now = self.hub.wall.at(self.now_ms);
        let timer = self.hub.reading().and_then(|reading| reading.hall.timers.first().map(|(until, _)| *until));
        if timer.is_some_and(|until| until <= now) {
            self.by_hub(Command::Tick)?;
        }
        self.reconcile_day()?;
        for screen in 0..self.screens.len() {
            self.screens[screen].tick(self.now_ms);
            if self.screens[screen].is_deaf(self.now_ms) {
                self.part(screen);
            }
        }
        self.pump()
    }

    fn reconcile_day(&mut self) -> Judged {
        for _ in 0..2 {
            let now = self.hub.wall.at(self.now_ms);
            let rules = std::sync::Arc::clone(self.hub.config.rules());
            let Some(life) = &mut self.hub.life else { return Ok(()) };
            let read = life.scribe.reading().map(|reading| (reading.hall.day.clone(), reading.views.date()));
            let Some((day, last)) = read else { return Ok(()) };
            let Some(command) = life.day.due((&day, last), &rules, now) else { return Ok(()) };
            if !matches!(self.by_hub(command)?, Some(Ok(_))) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn by_hub(&mut self, command: Command) -> Judged<Option<Result<Done, NotDone>>> {
        let id = CommandId(self.identity());
        self.submit(None, by_hub(id, command))
    }

    /// The one way into the journal: whatever comes of it is judged.
    fn submit(&mut self, seat: Option<Seat>, submission: Submission) -> Judged<Option<Result<Done, NotDone>>> {
        self.trace.say(self.now_ms, format_args!("{:?} {:?}", submission.actor, submission.command));
        let Some(outcome) = self.hub.submit(seat.clone(), submission.clone()) else { return Ok(None) };
        self.judge((seat, submission), &outcome)?;
        if self.hub.disk.is_off() {
            self.power_is_gone();
            return Ok(None);
        }
        if matches!(outcome, Err(NotDone::Broken)) {
            self.program_ends();
            return Ok(None);
        }
        if let Some(reading) = self.hub.reading() {
            self.watch.step(&reading)?;
        }
        self.pump()?;
        Ok(Some(outcome))
    }

    fn judge(&mut self, (seat, submission): (Option<Seat>, Submission), outcome: &Result<Done, NotDone>) -> Judged {
        match outcome {
            Ok(done) => {
                self.trace.say(self.now_ms, format_args!("  {:?} {} {:?}", done.repeat, done.seq, done.events));
                self.tally.done += 1;
                self.take_in(&submission, done)?;
                if !done.events.is_empty() {
                    self.unsure.clear();
                }
                Ok(())
            }
            Err(NotDone::DiskFull | NotDone::Broken | NotDone::Stopped | NotDone::Busy) => {
                self.trace.say(self.now_ms, format_args!("  the disk did not take it"));
                self.tally.not_saved += 1;
                self.unsure.push((seat, submission, self.hub.wall.at(self.now_ms)));
                Ok(())
            }
            Err(refusal) => {
                self.trace.say(self.now_ms, format_args!("  {refusal}"));
                self.tally.refused += 1;
                match self.hub.reading() {
                    Some(reading) => self.watch.refused(&submission.command, &reading),
                    None => Ok(()),
                }
            }
        }
    }

    fn take_in(&mut self, submission: &Submission, done: &Done) -> Judged {
        match done.repeat {
            hub::journal::Repeat::First => self.watch.done(submission, done, self.now_ms),
            hub::journal::Repeat::Again => {
                let seq = self.hub.reading().map_or(self.watch.history.seq, |reading| reading.seq);
                self.watch.again(submission, done, seq)
            }
        }
    }

    /// The hub comes up: what it says it is must be what its events added up to. Commands of which nobody could say
    /// whether they were done are asked again by their ids, in the order of the journal.
    fn start_hub(&mut self) -> Judged {
        if self.hub.life.is_some() {
            return Ok(());
        }
        self.open_hub()?;
        self.reconcile_day()
    }

    fn open_hub(&mut self) -> Judged {
        let refused = self.hub.disk.counts().refused;
        if let Err(error) = self.hub.start(self.now_ms) {
            if self.hub.disk.is_off() {
                self.power_is_gone();
                return Ok(());
            }
            if self.hub.disk.counts().refused > refused {
                // The disk is ill: whoever watches over the program starts it again.
                self.plan(5_000, Due::StartHub);
                return Ok(());
            }
            let what = format!("the hub does not start: {error}: {:?}", std::error::Error::source(&error));
            return Err(Broken { promise: 7, what });
        }
        self.trace.say(self.now_ms, format_args!("the hub starts"));
        self.resolve()?;
        match self.hub.reading() {
            Some(reading) => self.watch.step(&reading),
            None => Ok(()),
        }
    }

    fn resolve(&mut self) -> Judged {
        let there = self.hub.reading().map_or(0, |reading| reading.seq);
        let mut known = Vec::new();
        for (seat, submission, at) in std::mem::take(&mut self.unsure) {
            if there <= self.watch.history.seq {
                break;
            }
            let mut again = submission.clone();
            if let Command::Hold { until: Some(until), .. } = &mut again.command {
                // Minutes from now, as a page asks for them: the hub's clock may be another one since.
                until.0 += self.hub.wall.at(self.now_ms).0 - at.0;
            }
            if let Some(Ok(done)) = self.hub.submit(seat, again) {
                known.push((done.seq, submission, done));
            }
        }
        known.sort_by_key(|(seq, ..)| *seq);
        for (_, submission, done) in known {
            if !done.events.is_empty() && !self.watch.history.answers.contains_key(&submission.command_id) {
                self.watch.done(&submission, &done, self.now_ms)?;
            }
        }
        Ok(())
    }

    fn identity(&mut self) -> Uuid {
        super::touchscreen::identity(Timestamp::UNIX_EPOCH, &mut self.chance)
    }

    fn late(what: String) -> Broken {
        Broken { promise: LIVENESS, what }
    }
}

/// What a way of stopping leaves on a disk.
fn loss(how: Stop) -> Loss {
    match how {
        Stop::Kill => Loss::Nothing,
        Stop::Cut => Loss::Unsynced,
        Stop::Torn => Loss::Torn,
    }
}
