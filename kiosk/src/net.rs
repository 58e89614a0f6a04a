//! The way to the hub: one thread, a current-thread tokio runtime, a bounded channel of requests.
//!
//! It has no memory. What is asked, how often and what an answer means is decided by the driver; here a request becomes
//! an answer, whatever happens on the line. Requests run beside each other, so a slow one holds up nobody.

use crate::{
    session::{Answer, Attempt, Staffed, Told, Turn, Wish},
    store::{Kind, Report},
};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::{sync::mpsc, task::JoinSet};
use uuid::Uuid;
use wire::{
    applications::{
        ApplicationFiled, ApplicationSeen, ApplicationSlot, AskApplication, FileApplication, FormLists,
        ReserveApplication,
    },
    client::{HubClient, NoAnswer},
    fleet::{KioskCondition, Reprinted, SelfTest},
    hall::{Catalogue, Offer},
    kiosk::KioskHome,
    seen::Seen,
    tickets::{OfflineTicket, Printed, TakeTicket, TicketStage},
};
use words::Lang;

/// Requests that may wait for the thread.
pub const REQUESTS_MAX: usize = 16;
/// Requests on the line at once; more than one visitor can tap.
const ON_THE_LINE_MAX: usize = 32;

/// A request, and what the kiosk has seen of its hub: a hub that was overtaken learns of it with every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// What is asked.
    pub request: Request,
    /// What was seen; nothing before the first meeting.
    pub seen: Option<Seen>,
}

/// Something to ask the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// What does the hub know of this kiosk?
    Home {
        /// Who the kiosk's journal is.
        journal: Uuid,
    },
    /// The hall's services in one language.
    Catalogue(Lang),
    /// What would a visitor be told?
    Offer(Wish),
    /// A number, please.
    Take {
        /// The tap.
        attempt: Attempt,
        /// The body.
        ticket: TakeTicket,
    },
    /// A ticket is on paper.
    Report {
        /// The report.
        report: Report,
        /// The kiosk's clock now, so that the hub can correct it.
        sent_at: Timestamp,
    },
    /// Something about the kiosk itself.
    Tell(Telling),
    /// What the hall's forms choose from; the mark it shall have.
    Lists(String),
    /// A place for an application.
    Reserve {
        /// The tap.
        attempt: Attempt,
        /// The body.
        asked: ReserveApplication,
    },
    /// A sealed piece of it.
    Piece {
        /// The tap.
        attempt: Attempt,
        /// Its place.
        case_id: Uuid,
        /// Which, from 0.
        nth: u32,
        /// What nobody without a key can read.
        closed: Arc<Vec<u8>>,
    },
    /// It is complete.
    File {
        /// The tap.
        attempt: Attempt,
        /// The body.
        filing: FileApplication,
    },
    /// What became of one?
    Ask {
        /// The tap.
        attempt: Attempt,
        /// The body.
        asked: AskApplication,
        /// The language of a refusal.
        language: Lang,
    },
}

/// What a kiosk tells of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Telling {
    /// How its printer is.
    Condition(KioskCondition),
    /// A copy it printed.
    Copy(Reprinted),
    /// What its technician found.
    Test(SelfTest),
}

/// What became of a request.
#[expect(clippy::large_enum_variant, reason = "one every few seconds, and it is looked at at once")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Of [`Request::Home`].
    Home(Result<KioskHome, NoAnswer>),
    /// Of [`Request::Catalogue`].
    Catalogue(Lang, Result<Catalogue, NoAnswer>),
    /// Of [`Request::Offer`].
    Offer(Wish, Told),
    /// Of [`Request::Take`].
    Take(Attempt, Answer),
    /// Of [`Request::Report`].
    Report(Report, Result<TicketStage, NoAnswer>),
    /// Of [`Request::Tell`].
    Told(Telling, Result<(), NoAnswer>),
    /// Of [`Request::Lists`].
    Lists(String, Result<FormLists, NoAnswer>),
    /// Of [`Request::Reserve`].
    Slot(Attempt, Result<ApplicationSlot, NoAnswer>),
    /// Of [`Request::Piece`].
    Put((Attempt, u32), Result<(), NoAnswer>),
    /// Of [`Request::File`].
    Filed(Attempt, Result<ApplicationFiled, NoAnswer>),
    /// Of [`Request::Ask`].
    Became(Attempt, Result<ApplicationSeen, NoAnswer>),
}

/// The thread: runs until nobody asks any more.
pub fn run(client: HubClient, mut requests: mpsc::Receiver<Asking>, say: Arc<dyn Fn(Reply) + Send + Sync>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the network cannot be used; the kiosk works alone");
            return;
        }
    };
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async move {
        let mut line = JoinSet::new();
        while let Some(Asking { request, seen }) = requests.recv().await {
            while line.len() >= ON_THE_LINE_MAX {
                line.join_next().await;
            }
            while line.try_join_next().is_some() {}
            let (client, say) = (client.having_seen(seen.as_ref()), Arc::clone(&say));
            line.spawn_local(async move { say(ask(&client, request).await) });
        }
    });
}

async fn ask(client: &HubClient, request: Request) -> Reply {
    match request {
        Request::Home { journal } => Reply::Home(client.kiosk_home(journal).await),
        Request::Catalogue(lang) => Reply::Catalogue(lang, client.catalogue(lang.tag()).await),
        Request::Offer(wish) => {
            let class = match &wish.turn {
                Turn::Ordinary => None,
                Turn::Declared(class) => Some(class.as_str()),
            };
            let offer = client.offer(&wish.service, wish.language.tag(), class).await;
            Reply::Offer(wish, told(offer))
        }
        Request::Take { attempt, ticket } => {
            let answer = match client.take_ticket(&ticket).await {
                Ok(taken) => Answer::Taken(taken),
                Err(NoAnswer::Refused(problem)) => Answer::Refused(problem),
                Err(NoAnswer::NotAdmitted) => Answer::NotAdmitted,
                Err(NoAnswer::Fenced | NoAnswer::Away(_) | NoAnswer::Unreadable(_)) => Answer::Away,
            };
            Reply::Take(attempt, answer)
        }
        Request::Report { report, sent_at } => {
            let done = deliver(client, &report, sent_at).await;
            Reply::Report(report, done)
        }
        Request::Tell(telling) => {
            let done = match &telling {
                Telling::Condition(condition) => client.tell_condition(condition).await,
                Telling::Copy(copy) => client.reprinted(copy).await,
                Telling::Test(test) => client.self_test(test).await,
            };
            Reply::Told(telling, done)
        }
        Request::Lists(of) => Reply::Lists(of, client.form_lists().await),
        Request::Reserve { attempt, asked } => Reply::Slot(attempt, client.reserve_application(&asked).await),
        Request::Piece { attempt, case_id, nth, closed } => {
            Reply::Put((attempt, nth), client.put_piece(case_id, nth, closed.to_vec()).await)
        }
        Request::File { attempt, filing } => Reply::Filed(attempt, client.file_application(&filing).await),
        Request::Ask { attempt, asked, language } => {
            Reply::Became(attempt, client.ask_application(&asked, language.tag()).await)
        }
    }
}

/// What is heard when nothing comes back.
pub fn unanswered(request: &Request) -> Reply {
    let away = || NoAnswer::Away("no answer in time".to_owned());
    match request {
        Request::Home { .. } => Reply::Home(Err(away())),
        Request::Catalogue(lang) => Reply::Catalogue(*lang, Err(away())),
        Request::Offer(wish) => Reply::Offer(wish.clone(), Told::Unseen),
        Request::Take { attempt, .. } => Reply::Take(*attempt, Answer::Away),
        Request::Report { report, .. } => Reply::Report(report.clone(), Err(away())),
        Request::Tell(telling) => Reply::Told(telling.clone(), Err(away())),
        Request::Lists(of) => Reply::Lists(of.clone(), Err(away())),
        Request::Reserve { attempt, .. } => Reply::Slot(*attempt, Err(away())),
        Request::Piece { attempt, nth, .. } => Reply::Put((*attempt, *nth), Err(away())),
        Request::File { attempt, .. } => Reply::Filed(*attempt, Err(away())),
        Request::Ask { attempt, .. } => Reply::Became(*attempt, Err(away())),
    }
}

async fn deliver(client: &HubClient, report: &Report, sent_at: Timestamp) -> Result<TicketStage, NoAnswer> {
    match body(report, sent_at) {
        Body::Printed(confirm) => client.printed(report.ticket, &confirm).await,
        Body::Offline(ticket) => client.offline(&ticket).await,
    }
}

/// What a report says to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The hub's own number is on paper.
    Printed(Printed),
    /// Everything there is to know of a ticket.
    Offline(OfflineTicket),
}

/// A report as it goes on the line at this time of the kiosk's clock.
pub fn body(report: &Report, sent_at: Timestamp) -> Body {
    match &report.kind {
        Kind::Printed => Body::Printed(Printed { command_id: report.command, number: Some(report.number.clone()) }),
        Kind::Offline { service, further, language, class, day, printed_at } => Body::Offline(OfflineTicket {
            command_id: report.command,
            ticket_id: report.ticket,
            number: report.number.clone(),
            service: service.clone(),
            language: language.clone(),
            class: class.clone(),
            services: (!further.is_empty()).then(|| further.clone()),
            quantity: None,
            day: *day,
            printed_at: printed_at.to_string(),
            sent_at: sent_at.to_string(),
        }),
    }
}

/// An offer as the session knows it.
fn told(offer: Result<Offer, NoAnswer>) -> Told {
    match offer {
        Ok(Offer { refusal: Some(problem), .. }) | Err(NoAnswer::Refused(problem)) => Told::Refused(problem),
        Ok(Offer { ahead, wait_minutes, staffed, refusal: None, .. }) => {
            let staffed = if staffed { Staffed::Open } else { Staffed::NotYet };
            Told::Place { ahead, wait_minutes, staffed }
        }
        Err(NoAnswer::NotAdmitted | NoAnswer::Fenced | NoAnswer::Away(_) | NoAnswer::Unreadable(_)) => Told::Unseen,
    }
}
