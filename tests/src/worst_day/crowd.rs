//! A crowd: phones that reload their ticket's page, the public figures and the front page, without a pause and without
//! a thought for `Retry-After`.
//!
//! It runs on a thread of its own, so that what it does to the hub is measured and not what it does to the measuring.

use crate::{
    chance::Chance,
    keepalive::{Connection, Reply},
};
use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use uuid::Uuid;

/// Between an answer and the next reload.
const RELOAD_AFTER: Duration = Duration::from_millis(20);

/// Who comes, and for how long.
#[derive(Debug, Clone)]
pub struct Crowd {
    /// The hub.
    pub address: SocketAddr,
    /// Phones at once.
    pub phones: usize,
    /// Whose tickets they look at.
    pub tickets: Arc<[Uuid]>,
    /// How long.
    pub lasts: Duration,
    /// Chooses the pages.
    pub seed: u64,
}

/// What the crowd was answered.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// With a page or figures, in seconds each.
    pub answered: Vec<f64>,
    /// With "not now", in seconds each.
    pub refused: Vec<f64>,
    /// "Not now" without saying when.
    pub without_retry_after: usize,
    /// Otherwise: no answer, or one that nobody expects.
    pub strange: Vec<String>,
}

impl Crowd {
    /// Begins, on a thread of its own.
    pub fn gather(self) -> JoinHandle<io::Result<Done>> {
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            Ok(runtime.block_on(self.reload()))
        })
    }

    async fn reload(self) -> Done {
        let until = Instant::now() + self.lasts;
        let mut phones = JoinSet::new();
        for nth in 0..self.phones as u64 {
            let (crowd, chance) = (self.clone(), Chance::new(self.seed.wrapping_mul(1_000).wrapping_add(nth)));
            phones.spawn(async move { crowd.phone(chance, until).await });
        }
        let mut all = Done::default();
        while let Some(one) = phones.join_next().await {
            match one {
                Ok(one) => all.add(one),
                Err(e) => all.strange.push(e.to_string()),
            }
        }
        all
    }

    async fn phone(&self, mut chance: Chance, until: Instant) -> Done {
        let (mut done, mut line) = (Done::default(), None);
        while Instant::now() < until {
            let page = self.page(&mut chance);
            let began = Instant::now();
            match look(self.address, &mut line, &page).await {
                Ok(reply) => done.note(&page, &reply, began.elapsed()),
                Err(e) => {
                    line = None;
                    done.strange.push(format!("{page}: {e}"));
                }
            }
            sleep(RELOAD_AFTER).await;
        }
        done
    }

    fn page(&self, chance: &mut Chance) -> String {
        let ticket = self.tickets.get(chance.place(self.tickets.len()));
        match (chance.between(0, 10), ticket) {
            (0..=5, Some(ticket)) => format!("/t/{ticket}"),
            (6..=7, Some(ticket)) => format!("/api/v1/tickets/{ticket}"),
            (8, _) => "/api/v1/hall".to_owned(),
            _ => "/".to_owned(),
        }
    }
}

async fn look(address: SocketAddr, line: &mut Option<Connection>, page: &str) -> io::Result<Reply> {
    let mut open = match line.take() {
        Some(open) => open,
        None => Connection::open(address, None).await?,
    };
    let reply = open.get(page).await?;
    *line = Some(open).filter(|_| reply.header("connection") != Some("close"));
    Ok(reply)
}

impl Done {
    fn note(&mut self, page: &str, reply: &Reply, took: Duration) {
        match reply.status {
            200 => self.answered.push(took.as_secs_f64()),
            503 => {
                self.refused.push(took.as_secs_f64());
                self.without_retry_after += usize::from(reply.header("retry-after").is_none());
            }
            status => self.strange.push(format!("{page}: {status}")),
        }
    }

    fn add(&mut self, other: Done) {
        self.answered.extend(other.answered);
        self.refused.extend(other.refused);
        self.without_retry_after += other.without_retry_after;
        self.strange.extend(other.strange);
    }
}
