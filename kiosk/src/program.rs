//! Puts the kiosk together: threads for network, printer and wires, the driver between them, a face in front.
//!
//! Everything meets in one bounded channel of inputs. The face never waits: a tap that finds the channel full is a tap
//! on a kiosk that is busy, and is dropped.

use crate::{
    checkup::{Fittings, Voice as Fitted},
    clock::{self, Clock, Pace},
    driver::{Course, Driver, Input, Ports, View, Voice, Workshop},
    net,
    options::Options,
    paper::Width,
    pins::{self, Wiring},
    printer::{self, Address, Device, FilePrinter, Patience, WiredPrinter},
    signing::{self, Pages},
    spoken::Speech,
    store::{Store, StoreError},
    workshop::{self, Folders},
};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
};
use tokio::sync::mpsc;
use voice::{Speaker, aplay::Aplay, pack::Packs, speaker::Equipment};
use wire::client::{HubClient, NotAClient};

/// Inputs that may wait for the driver.
const INPUTS_MAX: usize = 256;

/// The kiosk cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder of the journal or of the printer.
    #[error("{path} cannot be used")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another kiosk uses the folder.
    #[error("another kiosk uses {0}")]
    Taken(PathBuf),
    /// The hub's address.
    #[error("the hub cannot be asked")]
    Hub(#[from] NotAClient),
    /// The journal.
    #[error("the kiosk's journal cannot be used")]
    Store(#[from] StoreError),
}

/// A kiosk that is put together and waits for its face.
pub struct Kiosk {
    /// The way in.
    pub inputs: SyncSender<Input>,
    received: Receiver<Input>,
    store: Store,
    /// The journal, if it could not be opened.
    lost: Option<PathBuf>,
    device: Box<dyn Device + Send>,
    hub: HubClient,
    width: Width,
    pages: Pages,
    pins: Wiring,
    voice: Vec<PathBuf>,
    sound: String,
    folders: Folders,
    named: (String, String),
    pace: Pace,
    lock: File,
}

impl Kiosk {
    /// Opens what has to be open. Nothing runs yet.
    pub fn new(options: &Options) -> Result<Kiosk, StartError> {
        let folder = |path: &PathBuf| {
            let path = path.clone();
            move |source| StartError::Folder { path, source }
        };
        fs::create_dir_all(&options.data).map_err(folder(&options.data))?;
        let lock = options.data.join("lock");
        // A disk that takes nothing has the lock of the last start.
        let lock = File::create(&lock).or_else(|_| File::open(&lock)).map_err(folder(&options.data))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StartError::Taken(options.data.clone())),
            Err(TryLockError::Error(source)) => {
                return Err(StartError::Folder { path: options.data.clone(), source });
            }
        }
        let device: Box<dyn Device + Send> = match &options.printer {
            Address::File(paper) => Box::new(FilePrinter::new(paper).map_err(folder(paper))?),
            address @ (Address::Tcp(_) | Address::Usb(_) | Address::Serial { .. }) => {
                Box::new(WiredPrinter::new(address.clone(), Patience::default()))
            }
        };
        let (inputs, received) = sync_channel(INPUTS_MAX);
        let (store, lost) = journal(&options.data.join("kiosk.sqlite"))?;
        let (hub, pages) = signed(options, HubClient::new(&options.hub, &options.token)?);
        Ok(Kiosk {
            inputs,
            received,
            store,
            lost,
            device,
            hub,
            width: options.paper.0,
            pages,
            pins: options.pins.clone(),
            voice: options.voice.clone(),
            sound: options.sound.clone(),
            folders: Folders { data: options.data.clone(), documents: options.documents.clone() },
            named: (options.device_id.clone(), options.hub.clone()),
            pace: Pace::REAL,
            lock,
        })
    }

    /// The same with clocks that run faster: for proofs.
    #[must_use]
    pub fn hurried(self, pace: Pace) -> Kiosk {
        Kiosk { pace, ..self }
    }

    /// Runs until [`Input::Stop`]. `screen` is called whenever there is something new to show.
    pub fn run(self, screen: impl FnMut(&View)) -> Result<(), StartError> {
        let Kiosk { inputs, received, store, lost, mut device, hub, width, pages, pins, .. } = self;
        let Kiosk { voice, sound, folders, named, pace, lock, .. } = self;
        let (requests, asked) = mpsc::channel(net::REQUESTS_MAX);
        let (jobs, printing) = sync_channel(printer::JOBS_MAX);
        let (orders, ordered) = sync_channel(pins::ORDERS_MAX);
        let clock = Clock::start(pace);
        let ports = Ports { hub: requests, printer: jobs, screen, identity: Box::new(clock::identity), pages };
        let mut driver = Driver::new(store, ports, clock.now(), |unanswered| device.evidence(unanswered.ticket))?;
        driver.wire(orders);
        lost.into_iter().for_each(|journal| driver.has_lost(journal, clock.now()));
        let voice = speaker(&voice, &sound, clock);
        let (tasks, asked_of_it) = sync_channel(workshop::TASKS_MAX);
        let fittings = Fittings {
            lines: pins.lines().into_iter().collect(),
            voice: if voice.is_some() { Fitted::Fitted } else { Fitted::None },
        };
        driver.equip(Workshop { tasks, fittings, device: named.0, hub: named.1 });
        voice.into_iter().for_each(|voice| driver.give_voice(voice));
        let say = inputs.clone();
        let errands = thread::spawn(move || {
            workshop::run(&folders, &asked_of_it, |done| drop(say.send(Input::Workshop(done))));
        });
        let say = inputs.clone();
        let network = thread::spawn(move || {
            // The driver is gone: the program ends.
            net::run(hub, asked, Arc::new(move |reply| drop(say.send(Input::Hub(reply)))));
        });
        let say = inputs.clone();
        let wires = pins::start(&pins, ordered, move |sign| drop(say.send(Input::Pins(sign))));
        let printer = thread::spawn(move || {
            printer::run(device, width, &printing, |word| drop(inputs.send(Input::Printer(word))));
        });
        loop {
            let wait = clock.wait(driver.idle_ms(clock.now()));
            match received.recv_timeout(wait) {
                Ok(Input::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(input) => driver.take(input, clock.now()),
                Err(RecvTimeoutError::Timeout) => driver.look(clock.now()),
            }
            match driver.course() {
                Course::GoesOn => {}
                Course::Ends => break,
            }
        }
        drop((driver, received));
        for thread in [network, printer, errands].into_iter().chain(wires) {
            // A thread that panicked has said so; there is nothing left to save.
            let _ = thread.join();
        }
        drop(lock);
        Ok(())
    }
}

/// The journal; or, on a disk that fails, what can be read of it, so that the screen says where to go.
fn journal(path: &Path) -> Result<(Store, Option<PathBuf>), StartError> {
    match Store::open(path) {
        Ok(store) => Ok((store, None)),
        Err(error) if error.is_the_disks() => {
            tracing::error!(%error, "the kiosk's journal cannot be opened: no tickets until it can be");
            Ok((Store::salvage(path)?, Some(path.to_owned())))
        }
        Err(error) => Err(error.into()),
    }
}

/// The audio mode's voice; a kiosk without recordings has none.
fn speaker(folders: &[PathBuf], sound: &str, clock: Clock) -> Option<Voice> {
    if folders.is_empty() {
        return None;
    }
    let packs = match Packs::open(folders) {
        Ok(packs) => packs,
        Err(error) => {
            tracing::error!(%error, "the recordings cannot be used: there is no audio mode");
            return None;
        }
    };
    let now = move || {
        let now = clock.now();
        let local = jiff::tz::offset(5).to_datetime(now.at);
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).ok();
        voice::Now { ms: now.ms, minute_of_day: minute }
    };
    let speaker = match Speaker::start(Equipment::of(packs, Box::new(Aplay::on(sound)), Box::new(now))) {
        Ok(speaker) => speaker,
        Err(error) => {
            tracing::error!(%error, "the voice's thread cannot start: there is no audio mode");
            return None;
        }
    };
    let mut tag = 0;
    Some(Box::new(move |speech| match speech {
        Speech::Say(lang, says) => {
            tag += 1;
            speaker.say_instead(tag, voice::plan(lang, &says), clock.now().ms);
        }
        Speech::Repeat => speaker.repeat(),
        Speech::Slower => speaker.slower(),
        Speech::Faster => speaker.faster(),
        Speech::Louder => speaker.louder(),
        Speech::Softer => speaker.softer(),
        Speech::Forget => speaker.forget(),
    }))
}

/// A kiosk without a key prints tickets all the same; only nobody can admit them while it is cut off.
fn signed(options: &Options, hub: HubClient) -> (HubClient, Pages) {
    match signing::key(&options.data.join("signing.key")) {
        Ok(key) => (hub.signing_with(&key.public().text()), Pages::signed(&options.pages, key)),
        Err(error) => {
            tracing::error!(%error, "the kiosk's key cannot be kept: tickets printed alone have no signed code");
            (hub, Pages::plain(&options.pages))
        }
    }
}
