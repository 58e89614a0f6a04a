//! A call and the displays that hear of it: from the clerk's key to each display's screen, over real streams.

use super::seconds;
use crate::{figures::percentile, hall::Hall, keepalive::Connection, load};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, time::timeout};
use uuid::Uuid;

/// A display that has not heard of a call by then has lost it.
const HEARD_WITHIN: Duration = Duration::from_secs(5);
/// About what a call takes on the board's stream.
const FRAME_BYTES: usize = 256;

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

/// Reads a stream and tells of each call with the moment it was read. A thousand displays are a thousand machines in a
/// hall and one thread here: what a display does with a call is left out, so that the hub is measured and not this.
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
    while !stream.line().await?.contains("\"calls\":") {}
    let _ = ready.send(()).await;
    loop {
        let heard = stream.heard().await?;
        let read = Instant::now();
        if let Some(call_seq) = call_seq(heard).filter(|seq| *seq > latest) {
            latest = call_seq;
            hear.send((call_seq, read)).await?;
        }
    }
}

/// The last call's number in what was read: the hub sends changes whole, but several may come at once.
fn call_seq(read: &[u8]) -> Option<u64> {
    const KEY: &[u8] = b"\"call_seq\":";
    let at = read.windows(KEY.len()).rposition(|window| window == KEY)? + KEY.len();
    let digits = read[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// The floor under a fan-out: a thread that writes a frame of the same size to so many sockets, one after the other,
/// and nothing else; read as [`display`] reads. The median over calls until the last has heard; seconds.
pub(super) fn bare_sockets(displays: usize, calls: usize) -> Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (go, told) = std::sync::mpsc::channel::<u64>();
    let writer = thread::spawn(move || -> Result<()> {
        let sockets: Vec<_> = (0..displays).map(|_| Ok(listener.accept()?.0)).collect::<Result<_>>()?;
        sockets.iter().try_for_each(|socket| socket.set_nodelay(true))?;
        for call in told {
            let frame = format!("{{\"call_seq\":{call},\"padding\":\"{}\"}}\n", ".".repeat(FRAME_BYTES));
            sockets.iter().try_for_each(|mut socket| socket.write_all(frame.as_bytes()))?;
        }
        Ok(())
    });
    let lasts = tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let (hear, mut heard) = mpsc::channel::<Instant>(displays * 4);
        let mut streams = tokio::task::JoinSet::new();
        for _ in 0..displays {
            let mut stream = Connection::open(address, None).await?;
            let hear = hear.clone();
            streams.spawn(async move {
                while let Some(read) = stream.heard().await.ok().and_then(call_seq).map(|_| Instant::now()) {
                    let _ = hear.send(read).await;
                }
            });
        }
        let mut lasts = vec![];
        for call in 0..calls as u64 {
            let began = Instant::now();
            go.send(call)?;
            let mut last = Duration::ZERO;
            for _ in 0..displays {
                let read = timeout(HEARD_WITHIN, heard.recv()).await?.context("the readers ended")?;
                last = last.max(read.duration_since(began));
            }
            lasts.push(last);
        }
        drop(go);
        anyhow::Ok(lasts)
    })?;
    writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))??;
    Ok(percentile(seconds(lasts), 50))
}
