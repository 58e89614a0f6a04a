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
