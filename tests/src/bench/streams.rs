//! A call and the displays that hear of it: from the clerk's key to each display's screen, over real streams.

use super::seconds;
use crate::{figures::percentile, hall::Hall, keepalive::Connection, load};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, time::timeout};
use uuid::Uuid;

/// A display that has not heard of a call by then has lost it.
const HEARD_WITHIN: Duration = Duration::from_secs(5);

/// How a fan-out went; seconds.
pub(super) struct FanOut {
    /// Until the last display heard, the median over calls.
    pub(super) last_p50: f64,
    /// Over all displays and calls.
    pub(super) all_p99: f64,
    /// Displays that did not hear of a call, over all calls.
    pub(super) lost: usize,
    /// The hub with all displays connected.
    pub(super) resident_mib: f64,
}

/// Connects so many displays and calls so many visitors, one after the other.
pub(super) fn fan_out(hall: &Hall, displays: usize, calls: usize) -> Result<FanOut> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let (hear, mut heard) = mpsc::channel::<(u64, Instant)>(displays * 4 + 64);
        let mut streams = tokio::task::JoinSet::new();
        let (ready, mut begun) = mpsc::channel::<()>(displays);
        for _ in 0..displays {
            streams.spawn(display(hall.address, hall.facts.device_token.clone(), ready.clone(), hear.clone()));
        }
        for _ in 0..displays {
            timeout(crate::hall::PATIENCE, begun.recv()).await.context("a display got no snapshot")?;
        }
        let resident_mib = hall.resident_kib()? as f64 / 1024.0;
        let clerk = hall.facts.clerks.first().context("the demo has clerks")?;
        let counter = clerk.counter.clone().context("the first clerk has a counter")?;
        let token = load::sit_down(hall.address, &clerk.name, &clerk.pin, &counter).await?;
        let mut hub = Connection::open(hall.address, Some(&token)).await?;
        let (mut lasts, mut all, mut lost) = (vec![], vec![], 0);
        for _ in 0..calls {
            let began = Instant::now();
            press(&mut hub, &counter, "call-next").await?;
            let mut spans = vec![];
            while spans.len() < displays {
                match timeout(HEARD_WITHIN, heard.recv()).await {
                    Ok(Some((_, at))) => spans.push(at.duration_since(began)),
                    _ => break,
                }
            }
            lost += displays - spans.len();
            lasts.push(spans.iter().max().copied().unwrap_or(HEARD_WITHIN));
            all.extend(spans);
            press(&mut hub, &counter, "start").await?;
            press(&mut hub, &counter, "complete").await?;
        }
        streams.shutdown().await;
        let (last_p50, all_p99) = (percentile(seconds(lasts), 50), percentile(seconds(all), 99));
        Ok(FanOut { last_p50, all_p99, lost, resident_mib })
    })
}

async fn press(hub: &mut Connection, counter: &str, action: &str) -> Result<Value> {
    let path = format!("/api/v1/counters/{counter}/{action}");
    let reply = hub.post(&path, &json!({"command_id": Uuid::now_v7()})).await?;
    Ok(load::expect(reply.status, &[200], &reply.json())?)
}

/// Reads a stream and tells of each call with the moment it was read.
async fn display(
    address: SocketAddr,
    token: String,
    ready: mpsc::Sender<()>,
    hear: mpsc::Sender<(u64, Instant)>,
) -> Result<()> {
    let mut stream = Connection::open(address, Some(&token)).await?;
    let status = stream.subscribe("/api/v1/board/stream", None).await?;
    anyhow::ensure!(status == 200, "the stream answered {status}");
    let mut latest = 0;
    loop {
        let line = stream.line().await?;
        let Some(text) = line.strip_prefix("data:") else { continue };
        let read = Instant::now();
        let event: Value = serde_json::from_str(text.trim())?;
        if event.get("calls").is_some() {
            let _ = ready.send(()).await;
        }
        // A change is sent as itself; the call is under `call`.
        if let Some(call_seq) = event.pointer("/call/call_seq").and_then(Value::as_u64).filter(|seq| *seq > latest) {
            latest = call_seq;
            hear.send((call_seq, read)).await?;
        }
    }
}
