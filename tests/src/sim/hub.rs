//! The hub of a simulated hall: the real journal on a disk that lies, and the translation the HTTP handlers use.
//!
//! It answers requests as the handlers do and nothing more: who may ask is not simulated, what is asked and answered is.

use super::{
    disk::{Disk, Loss, VFS},
    time::WallClock,
};
use crate::chance::Chance;
use hub::{
    config::Config,
    http::{
        Fault, catalogue,
        kiosk::{self as home, Standing},
        permit, services,
        stream::{BoardStream, Heart},
        tickets,
    },
    journal::{Clock, Done, Durability, NotDone, OpenError, Opening, Place, Reading, Scribe, Seat, Submission},
    serve::ServiceDay,
};
use kiosk::{
    net::{self, Asking, Body, Reply, Request},
    session::{Answer, Staffed, Told, Turn},
};
use queue::{
    command::{Actor, Channel, Class},
    ids::{CommandId, DeviceId, TicketId},
    time::Time,
};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use uuid::Uuid;
use wire::{client::NoAnswer, kiosk::ChainLink, tickets::TicketStage};
use words::Lang;

const FILE: &str = "hall.sqlite";

/// The machine.
pub struct Hub {
    /// Its disk.
    pub disk: Disk,
    /// Its clock.
    pub wall: WallClock,
    /// The hall.
    pub config: Arc<Config>,
    /// The program, while it runs.
    pub life: Option<Life>,
    /// The end of the journal when it was last copied to another disk.
    pub backup: Option<ChainLink>,
    /// Journals of each kiosk, in the order in which they were first heard of.
    journals: Vec<(DeviceId, Uuid)>,
    told: Arc<AtomicI64>,
}

/// The running program.
pub struct Life {
    /// The journal.
    pub scribe: Scribe,
    /// The board's streams.
    pub stream: BoardStream,
    /// What passes changes on to them, and beats.
    pub heart: Heart,
    /// What opens and closes days.
    pub day: ServiceDay,
}

/// A kiosk that asks.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Its id.
    pub device: DeviceId,
    /// Its lane.
    pub lane: u8,
}

/// What a request asks of the journal.
pub enum Wanted {
    /// Something is to be done; the reply follows from what came of it.
    Write(Submission),
    /// Nothing: here is the reply.
    Reply(Box<Reply>),
}

impl Hub {
    /// A machine that is switched off.
    pub fn new(config: Config) -> Hub {
        let told = Arc::new(AtomicI64::new(0));
        Hub {
            disk: Disk::new(),
            wall: WallClock::default(),
            config: Arc::new(config),
            life: None,
            backup: None,
            journals: Vec::new(),
            told,
        }
    }

    /// The program starts: the journal is opened, checked and replayed.
    pub fn start(&mut self, now_ms: u64) -> Result<(), OpenError> {
        self.tell(now_ms);
        // What a program before left in the machine's memory is written onto itself before it is believed.
        self.disk.restore(&self.disk.image());
        let told = Arc::clone(&self.told);
        let clock: Clock = Arc::new(move || Time(told.load(Ordering::Relaxed)));
        let place = self.place();
        let rules = Arc::clone(self.config.rules());
        let scribe = Scribe::open(Opening { place, rules, durability: Durability::Full, clock: Arc::clone(&clock) })?;
        let (stream, heart) = BoardStream::new(scribe.board(), clock);
        self.life = Some(Life { scribe, stream, heart, day: ServiceDay::default() });
        Ok(())
    }

    /// The machine stops and its disk comes up again with what is left.
    pub fn stop(&mut self, loss: Loss, chance: &mut Chance) {
        self.life = None;
        self.disk.restart(loss, chance);
    }

    /// Where the journal lies.
    pub fn place(&self) -> Place {
        let file: PathBuf = self.disk.path(FILE);
        Place::Vfs { file, vfs: VFS }
    }

    /// The clock goes on.
    pub fn tell(&self, now_ms: u64) {
        self.told.store(self.wall.at(now_ms).0, Ordering::Relaxed);
    }

    /// The hall as the program knows it.
    pub fn reading(&mut self) -> Option<Reading<'_>> {
        self.life.as_mut()?.scribe.reading()
    }

    /// Gives a command to the journal.
    pub fn submit(&mut self, seat: Option<Seat>, submission: Submission) -> Option<Result<Done, NotDone>> {
        self.life.as_mut()?.scribe.submit(vec![(seat, submission)]).pop()
    }

    /// What a kiosk's request asks, as the handlers read it.
    pub fn wanted(&mut self, asker: &Asker, Asking { request, seen }: &Asking) -> Option<Wanted> {
        let config = Arc::clone(&self.config);
        let now = Time(self.told.load(Ordering::Relaxed));
        let today = self.life.as_ref()?.stream.board().day;
        let write = |command_id, command| {
            let (device, actor) = (Some(asker.device.clone()), Actor::Kiosk(asker.device.clone()));
            Wanted::Write(Submission { command_id: CommandId(command_id), device, actor, command })
        };
        Some(match request {
            Request::Home { journal } => {
                let kiosk = permit::Kiosk { device: asker.device.clone(), lane: asker.lane };
                let standing = Standing {
                    backup: self.backup.clone(),
                    generation: self.generation(asker, *journal),
                    ..Standing::default()
                };
                let met = home::met(&self.reading()?, &config, (&kiosk, &standing), seen.as_ref());
                Wanted::Reply(Box::new(Reply::Home(match met {
                    Ok(Ok(home)) => Ok(home),
                    Ok(Err(_overtaken)) => Err(NoAnswer::Fenced),
                    Err(not_done) => Err(no_answer(&config, &Fault::from(not_done))),
                })))
            }
            Request::Catalogue(lang) => {
                Wanted::Reply(Box::new(Reply::Catalogue(*lang, Ok(catalogue::page(&config, *lang, now)))))
            }
            Request::Offer(wish) => {
                let told = self.offer(&wish.service, (&wish.turn, wish.language))?;
                Wanted::Reply(Box::new(Reply::Offer(wish.clone(), told)))
            }
            Request::Take { attempt, ticket } => {
                let command_id = ticket.command_id;
                match tickets::reservation(&config, ticket.clone(), Channel::Kiosk) {
                    Ok(command) => write(command_id, command),
                    Err(fault) => {
                        Wanted::Reply(Box::new(Reply::Take(*attempt, answer(Err(no_answer(&config, &fault))))))
                    }
                }
            }
            Request::Report { report, sent_at } => {
                let command = match net::body(report, *sent_at) {
                    Body::Printed(printed) => tickets::confirmation(TicketId(report.ticket), &printed),
                    Body::Offline(ticket) => tickets::record(&config, asker.lane, ticket, (now, today)),
                };
                match command {
                    Ok(command) => write(report.command, command),
                    Err(fault) => {
                        Wanted::Reply(Box::new(Reply::Report(report.clone(), Err(no_answer(&config, &fault)))))
                    }
                }
            }
            Request::Tell(telling) => Wanted::Reply(Box::new(Reply::Told(telling.clone(), Ok(())))),
            // Halls of the simulation take no applications.
            request @ (Request::Lists(_)
            | Request::Reserve { .. }
            | Request::Piece { .. }
            | Request::File { .. }
            | Request::Ask { .. }) => Wanted::Reply(Box::new(net::unanswered(request))),
        })
    }

    /// The reply to a request that asked for something to be done.
    pub fn reply(&self, request: &Request, outcome: Result<&Done, NotDone>) -> Option<Reply> {
        let done = outcome.map_err(|not_done| no_answer(&self.config, &Fault::from(not_done)));
        match request {
            Request::Take { attempt, .. } => {
                let taken =
                    done.and_then(|done| tickets::taken(&done.events).map_err(|fault| no_answer(&self.config, &fault)));
                Some(Reply::Take(*attempt, answer(taken)))
            }
            Request::Report { report, .. } => {
                let stage = |done: &Done| TicketStage {
                    ticket_id: report.ticket,
                    number: report.number.clone(),
                    stage: "waiting".to_owned(),
                    entry: done.seq,
                };
                Some(Reply::Report(report.clone(), done.map(stage)))
            }
            Request::Home { .. }
            | Request::Catalogue(_)
            | Request::Offer(_)
            | Request::Tell(_)
            | Request::Lists(_)
            | Request::Reserve { .. }
            | Request::Piece { .. }
            | Request::File { .. }
            | Request::Ask { .. } => None,
        }
    }

    /// How many journals have counted in a kiosk's lane, this one included.
    fn generation(&mut self, asker: &Asker, journal: Uuid) -> u32 {
        let own = |(device, _): &&(DeviceId, Uuid)| *device == asker.device;
        let nth = |journals: &[(DeviceId, Uuid)]| journals.iter().filter(own).position(|(_, known)| *known == journal);
        if nth(&self.journals).is_none() {
            self.journals.push((asker.device.clone(), journal));
        }
        nth(&self.journals).and_then(|nth| u32::try_from(nth + 1).ok()).unwrap_or(u32::MAX)
    }

    fn offer(&mut self, service: &str, (turn, lang): (&Turn, Lang)) -> Option<Told> {
        let config = Arc::clone(&self.config);
        let class = match turn {
            Turn::Ordinary => Class::Ordinary,
            Turn::Declared(code) => config.class_of(code)?,
        };
        let service = service.parse().ok()?;
        let found = services::found(&self.reading()?, &service, class);
        let offer = services::offered(&config, lang, &service, found);
        Some(match offer.refusal {
            Some(problem) => Told::Refused(problem),
            None => Told::Place {
                ahead: offer.ahead,
                wait_minutes: offer.wait_minutes,
                staffed: if offer.staffed { Staffed::Open } else { Staffed::NotYet },
            },
        })
    }
}

fn answer(taken: Result<wire::tickets::TicketTaken, NoAnswer>) -> Answer {
    match taken {
        Ok(taken) => Answer::Taken(taken),
        Err(NoAnswer::Refused(problem)) => Answer::Refused(problem),
        Err(NoAnswer::NotAdmitted) => Answer::NotAdmitted,
        Err(NoAnswer::Fenced | NoAnswer::Away(_) | NoAnswer::Unreadable(_)) => Answer::Away,
    }
}

/// A fault as it arrives at a device.
fn no_answer(config: &Config, fault: &Fault) -> NoAnswer {
    let problem = fault.problem(config, Lang::default());
    match problem.status {
        401 | 403 => NoAnswer::NotAdmitted,
        408 | 429 | 500.. => NoAnswer::Away(problem.code),
        _ => NoAnswer::Refused(problem),
    }
}
