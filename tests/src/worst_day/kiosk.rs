//! A kiosk of the worst day: asks, prints the hub's number or one of its own, and reports until the hub has it.
//!
//! It keeps the kiosk's promises (400 ms of patience, a new identity for an own number, the same command id for the same
//! report) without its screen and printer; the kiosk itself is proved elsewhere.

use super::{
    Stage,
    client::{Client, Kind},
    plan::Visitor,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    io,
    ops::Range,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;
use wire::tickets::{OfflineTicket, TakeTicket};

/// The kiosk's patience for a number.
const NUMBER_WITHIN: Duration = Duration::from_millis(400);
/// And for everything else.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// Before a report is tried again.
const AGAIN_AFTER: Duration = Duration::from_millis(500);
/// Seconds of the hall that a visitor looks at the offer, and that the paper takes.
const LOOK_S: f64 = 4.0;
const PRINT_S: f64 = 3.0;

/// A ticket on paper.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its identity.
    pub id: Uuid,
    /// Its name on paper.
    pub number: String,
}

/// What a kiosk did.
#[derive(Default)]
pub struct Done {
    /// What the hub acknowledged to be on paper.
    pub acknowledged: Vec<Paper>,
    /// Numbers of the kiosk's own lane among them.
    pub own: usize,
    /// Why a visitor got no ticket, where that should not be.
    pub refused: Vec<String>,
}

/// A kiosk.
pub struct Kiosk {
    /// Its number, from 1: its own lane.
    pub lane: usize,
    /// Its line.
    pub client: Client,
    /// Who comes to it.
    pub visitors: Vec<Visitor>,
    /// While this lasts its cable is pulled.
    pub cut: Option<Range<Duration>>,
    /// The day.
    pub stage: Arc<Stage>,
}

/// A report that the hub has not acknowledged.
struct Report {
    paper: Paper,
    kind: Kind,
    path: String,
    body: Value,
}

/// The kiosk's clock, as it writes it on paper and into reports.
fn wall_clock() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(ms).unwrap_or_default().to_string()
}

impl Kiosk {
    /// Serves everybody who comes, and reports until the hub has everything.
    pub async fn run(mut self) -> (Client, Done) {
        let (mut done, mut outbox, mut serials) = (Done::default(), VecDeque::new(), BTreeMap::new());
        for visitor in std::mem::take(&mut self.visitors) {
            sleep_until(Instant::from_std(self.stage.began + visitor.at)).await;
            match self.number(&visitor).await {
                Ok(Some(paper)) => {
                    sleep(self.stage.hall(PRINT_S)).await;
                    let path = format!("/api/v1/tickets/{}/printed", paper.id);
                    let body = json!({"command_id": Uuid::now_v7()});
                    outbox.push_back(Report { paper, kind: Kind::Printed, path, body });
                }
                Ok(None) => {
                    sleep(self.stage.hall(PRINT_S)).await;
                    done.own += 1;
                    outbox.push_back(self.alone(&visitor, &mut serials));
                }
                Err(why) => done.refused.push(why),
            }
            while self.is_connected() && !outbox.is_empty() && self.report(&mut outbox, &mut done).await.is_ok() {}
        }
        while !outbox.is_empty() {
            if !self.is_connected() || self.report(&mut outbox, &mut done).await.is_err() {
                sleep(AGAIN_AFTER).await;
            }
        }
        (self.client, done)
    }

    fn is_connected(&self) -> bool {
        let now = self.stage.began.elapsed();
        self.cut.as_ref().is_none_or(|cut| !cut.contains(&now))
    }

    /// The hub's number; nothing if the kiosk has to find one itself; an error if the hub refuses.
    async fn number(&mut self, visitor: &Visitor) -> Result<Option<Paper>, String> {
        if !self.is_connected() {
            sleep(self.stage.hall(LOOK_S)).await;
            return Ok(None);
        }
        let offer = format!("/api/v1/services/{}/offer?lang={}", visitor.service, visitor.language);
        let _ = self.client.get(Kind::Offer, &offer, ANSWER_WITHIN).await;
        sleep(self.stage.hall(LOOK_S)).await;
        let wish = TakeTicket {
            command_id: Uuid::now_v7(),
            ticket_id: Some(Uuid::now_v7()),
            service: visitor.service.clone(),
            language: visitor.language.to_owned(),
            class: visitor.class.map(str::to_owned),
            services: None,
            quantity: None,
        };
        let Ok(reply) = self.client.post(Kind::Issue, "/api/v1/tickets", &json!(wish), NUMBER_WITHIN).await else {
            return Ok(None);
        };
        let answer = reply.json();
        match (reply.status, wish.ticket_id, answer["number"].as_str()) {
            (201, Some(id), Some(number)) => {
                self.stage.known(id);
                Ok(Some(Paper { id, number: number.to_owned() }))
            }
            (500.., ..) => Ok(None),
            (status, ..) => Err(format!("{status}: {answer}")),
        }
    }

    /// A number of the kiosk's own lane, on paper now.
    fn alone(&self, visitor: &Visitor, serials: &mut BTreeMap<char, u32>) -> Report {
        let letter = visitor.service.chars().next().unwrap_or_default();
        let serial = serials.entry(letter).or_insert(0);
        *serial += 1;
        let paper = Paper { id: Uuid::now_v7(), number: format!("{letter}{}-{serial:03}", self.lane) };
        let body = OfflineTicket {
            command_id: Uuid::now_v7(),
            ticket_id: paper.id,
            number: paper.number.clone(),
            service: visitor.service.clone(),
            language: visitor.language.to_owned(),
            class: visitor.class.map(str::to_owned),
            services: None,
            quantity: None,
            day: None,
            printed_at: wall_clock(),
            sent_at: String::new(),
        };
        Report { paper, kind: Kind::Offline, path: "/api/v1/tickets/offline".to_owned(), body: json!(body) }
    }

    /// Reports the oldest; an error if the hub does not have it yet.
    async fn report(&mut self, outbox: &mut VecDeque<Report>, done: &mut Done) -> io::Result<()> {
        let Some(report) = outbox.front_mut() else { return Ok(()) };
        if report.kind == Kind::Offline {
            report.body["sent_at"] = json!(wall_clock());
        }
        let reply = self.client.post(report.kind, &report.path, &report.body, ANSWER_WITHIN).await;
        let reply = reply.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        match reply.status {
            200 => done.acknowledged.push(report.paper.clone()),
            status if status >= 500 => return Err(io::ErrorKind::ResourceBusy.into()),
            status => done.refused.push(format!("{}: {status} {}", report.paper.number, reply.json())),
        }
        outbox.pop_front();
        Ok(())
    }
}
