//! A clerk of the worst day: calls, greets, serves, and now and then sets aside, sends on, or waits for nobody.
//!
//! Beside each clerk a browser shows the counter's page live, as it would in a hall: that is most of what a hub does.

use super::{
    Stage,
    client::{Away, Client, Kind},
    plan,
};
use crate::{chance::Chance, keepalive::Connection};
use serde_json::{Value, json};
use std::{io, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use uuid::Uuid;

/// A clerk's patience with one key.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// The queue's rest between two calls of the same visitor, in real time: the hub's clock is not pressed.
const CALL_AGAIN_AFTER: Duration = Duration::from_millis(10_100);
/// Seconds of the hall between two looks when nobody waits.
const LOOK_AGAIN_S: f64 = 10.0;
/// Of a hundred visitors.
const DO_NOT_COME: u64 = 1;
const SENT_ON: u64 = 3;
const SET_ASIDE: u64 = 2;

/// A clerk at a counter.
pub struct Clerk {
    /// The counter.
    pub counter: String,
    /// The browser's line.
    pub client: Client,
    /// How long a visitor keeps the counter, on average.
    pub serving: Duration,
    /// Chooses what happens.
    pub chance: Chance,
    /// The day.
    pub stage: Arc<Stage>,
}

/// What a clerk did.
#[derive(Default)]
pub struct Done {
    /// When each call of this counter was pressed, in order: next, again, and back from being set aside.
    pub calls: Vec<std::time::Instant>,
    /// What the hub said no to, where it should not have.
    pub refused: Vec<String>,
}

impl Clerk {
    /// Works until everybody is served and nobody comes any more.
    pub async fn run(mut self, closing: watch::Receiver<bool>) -> (Client, Done) {
        let (mut done, mut aside) = (Done::default(), None::<String>);
        loop {
            if let Some(ticket) = aside.take() {
                let pressed = std::time::Instant::now();
                if self.press(Kind::Key, "resume", json!({"ticket_id": ticket}), &mut done).await.is_some() {
                    done.calls.push(pressed);
                    sleep(self.serving / 2).await;
                    self.press(Kind::Complete, "complete", json!({"outcome": "served"}), &mut done).await;
                }
            }
            // Looked at before the call: what came before the closing is still called.
            let last = *closing.borrow();
            let pressed = std::time::Instant::now();
            match self.press(Kind::Call, "call-next", json!({}), &mut done).await {
                Some(state) if state["number"].is_string() => {
                    done.calls.push(pressed);
                    aside = self.serve(&state, &mut done).await;
                }
                Some(_) | None if last => return (self.client, done),
                Some(_) | None => sleep(self.stage.hall(LOOK_AGAIN_S)).await,
            }
        }
    }

    /// Serves who was called; answers with who was set aside.
    async fn serve(&mut self, state: &Value, done: &mut Done) -> Option<String> {
        let fate = self.chance.between(0, 100);
        if fate < DO_NOT_COME {
            sleep(CALL_AGAIN_AFTER).await;
            let pressed = std::time::Instant::now();
            if self.press(Kind::Key, "recall", json!({}), done).await.is_some() {
                done.calls.push(pressed);
            }
            self.press(Kind::Key, "no-show", json!({}), done).await;
            return None;
        }
        sleep(self.serving / 4).await;
        self.press(Kind::Start, "start", json!({}), done).await;
        // Most are quick, some are not: the mean of the two dice is three quarters.
        let dice = self.chance.between(0, 750) + self.chance.between(0, 751);
        sleep(self.serving.mul_f64(dice as f64 / 1000.0)).await;
        if fate < DO_NOT_COME + SENT_ON {
            let service = plan::service(&self.stage.config, &mut self.chance);
            self.press(Kind::Key, "transfer", json!({"service": service}), done).await;
            return None;
        }
        if fate < DO_NOT_COME + SENT_ON + SET_ASIDE {
            self.press(Kind::Key, "hold", json!({"reason": "other"}), done).await?;
            return state["ticket_id"].as_str().map(str::to_owned);
        }
        self.press(Kind::Complete, "complete", json!({"outcome": "served"}), done).await;
        None
    }

    /// Presses a key until the hub answers; the same command each time.
    async fn press(&mut self, kind: Kind, action: &str, mut body: Value, done: &mut Done) -> Option<Value> {
        body["command_id"] = json!(Uuid::now_v7());
        let path = format!("/api/v1/counters/{}/{action}", self.counter);
        let deadline = Instant::now() + crate::hall::PATIENCE;
        loop {
            match self.client.post(kind, &path, &body, ANSWER_WITHIN).await {
                Ok(reply) if reply.status < 300 => return Some(reply.json()),
                Ok(reply) if reply.status < 500 => {
                    done.refused.push(format!("{path}: {} {}", reply.status, reply.json()));
                    return None;
                }
                Ok(_) | Err(Away) if Instant::now() < deadline => sleep(Duration::from_secs(1)).await,
                Ok(_) | Err(Away) => {
                    done.refused.push(format!("{path}: no answer"));
                    return None;
                }
            }
        }
    }
}

/// The counter's page in the clerk's browser: live, until the hub or the task ends.
pub async fn page(stage: Arc<Stage>, token: String, counter: String) -> io::Result<()> {
    let mut stream = Connection::open(stage.address, Some(&token)).await?;
    let status = stream.subscribe(&format!("/counters/{counter}/events?lang=uz-Latn"), None).await?;
    if status != 200 {
        return Err(io::Error::other(format!("the page of counter {counter}: {status}")));
    }
    loop {
        if stream.line().await?.starts_with("event: patch") {
            stage.pictures.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    }
}
