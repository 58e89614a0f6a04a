//! A national worst day on one hub: ten thousand visitors, sixty counters, twenty kiosks and forty displays in ten
//! minutes, a kiosk that is cut off, displays that lose the line, and in the afternoon rush a crowd of phones.
//!
//! What must hold is counted, never timed: everything on paper stands in the journal, every display equals the board,
//! whoever was told "not now" was told when. Latency and memory are figures, to be read as ratios within one run,
//! because visitors, clerks and hub share the machine. Deliberately absent: the hub's clock at another speed. The
//! queue's own waits (a recall after ten seconds) stay real, so a fast day is harder than a slow one.

pub mod after;
pub mod chart;
pub mod clerk;
pub mod client;
pub mod crowd;
pub mod display;
pub mod hub;
pub mod kiosk;
pub mod plan;
pub mod summary;

pub use after::Check;

use crate::{chance::Chance, hall::PATIENCE, keepalive::Connection};
use anyhow::{Context, Result};
use client::{Client, Request};
use hub::{Hub, Needs, Tokens};
use plan::{Pace, Size};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, watch},
    task::{JoinHandle, JoinSet},
    time::{sleep_until, timeout},
};
use uuid::Uuid;
use wire::{board::Board, client_stream::BoardSource};

/// How large the day is.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// Visitors.
    #[arg(long, default_value_t = 10_000)]
    tickets: usize,
    /// Counters, each with a clerk and a live page.
    #[arg(long, default_value_t = 60)]
    counters: usize,
    /// Kiosks.
    #[arg(long, default_value_t = 20)]
    kiosks: usize,
    /// Displays.
    #[arg(long, default_value_t = 40)]
    displays: usize,
    /// How long the run is.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Minutes of the hall in one minute of the run.
    #[arg(long, default_value_t = 20.0)]
    speed: f64,
    /// Phones in the crowd.
    #[arg(long, default_value_t = 200)]
    phones: usize,
    /// Chooses who comes when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to draw the charts; without it nothing is drawn.
    #[arg(long)]
    draw: Option<PathBuf>,
}

/// Parts of the run, as shares of it.
const MORNING_RUSH: (f64, f64) = (1.0 / 17.0, 4.0 / 17.0);
const CROWD: (f64, f64) = (10.0 / 17.0, 13.0 / 17.0);
const CUT: (f64, f64) = (0.3, 0.45);
/// One display of so many loses its line, twice.
const LOSING: usize = 5;
/// Between two looks at the hub's memory.
const NEEDS_EVERY: Duration = Duration::from_millis(500);

/// What everybody in the hall shares.
pub struct Stage {
    address: SocketAddr,
    began: Instant,
    pace: Pace,
    config: ::hub::config::Config,
    known: Mutex<Vec<Uuid>>,
    pictures: AtomicU64,
}

impl Stage {
    /// Seconds of the hall, in the run.
    fn hall(&self, seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds / self.pace.speed)
    }

    /// A ticket that a phone may look at.
    fn known(&self, ticket: Uuid) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).push(ticket);
    }

    fn all_known(&self) -> Arc<[Uuid]> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).as_slice().into()
    }

    fn moment(&self, share: f64) -> Duration {
        self.pace.run.mul_f64(share)
    }
}

/// Everything that was seen of a day.
struct Seen {
    stage: Arc<Stage>,
    requests: Vec<Request>,
    kiosks: Vec<kiosk::Done>,
    clerks: Vec<(String, clerk::Done)>,
    displays: Vec<display::Done>,
    board: Board,
    crowd: crowd::Done,
    needs: Vec<(Duration, Needs)>,
    took: Duration,
}

/// Runs the day and prints its figures; the checks say whether it held.
pub fn run(settings: &Settings, place: &Path) -> Result<Vec<Check>> {
    let _ = fs::remove_dir_all(place);
    fs::create_dir_all(place)?;
    let size = Size {
        tickets: settings.tickets,
        counters: settings.counters,
        kiosks: settings.kiosks,
        displays: settings.displays,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (seen, hub) = runtime.block_on(day(settings, size, place))?;
    hub.stop()?;
    let journal = after::Journal::read(&place.join("data"))?;
    let verified = crate::hall::verify(&place.join("data"));

    let pressed = journal.pressed(&seen.clerks);
    summary::print(settings, &seen, &journal, pressed.as_ref());
    if let (Some(folder), Some(pressed)) = (&settings.draw, &pressed) {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("worst-day.svg"), summary::chart(&seen, pressed))?;
    }
    let mut checks = journal.papers(size.tickets, &seen.kiosks);
    let own: usize = seen.kiosks.iter().map(|kiosk| kiosk.own).sum();
    checks.push((format!("{own} tickets were printed without the hub and reported later"), own > 0));
    let refused: Vec<&String> = seen.clerks.iter().flat_map(|(_, clerk)| &clerk.refused).collect();
    checks.push((format!("no clerk's key was refused or lost: {}", after::first(&refused)), refused.is_empty()));
    checks.push(("every call was pressed by one clerk".into(), pressed.is_some()));
    checks.extend(journal.displays(&seen.board, &seen.displays));
    let again: usize = seen.displays.iter().map(|display| display.connections - 1).sum();
    let losing = 2 * size.displays.div_ceil(LOSING);
    checks.push((format!("displays lost their line {again} times and came back"), again >= losing));
    checks.extend(crowd_checks(&seen.crowd));
    checks.push((
        format!("hub verify: {}", verified.as_ref().map_or_else(ToString::to_string, |()| "sound".into())),
        verified.is_ok(),
    ));
    Ok(checks)
}

fn crowd_checks(crowd: &crowd::Done) -> Vec<Check> {
    let (answered, refused) = (crowd.answered.len(), crowd.refused.len());
    vec![
        (format!("the crowd was answered {answered} times and told \"not now\" {refused} times"), answered > 0),
        (
            format!("\"not now\" always says when: {} without", crowd.without_retry_after),
            crowd.without_retry_after == 0,
        ),
        (format!("the crowd got no other answer: {}", after::first(&crowd.strange)), crowd.strange.is_empty()),
    ]
}

/// From the opening to the moment when every display is equal to the board.
async fn day(settings: &Settings, size: Size, place: &Path) -> Result<(Seen, Hub)> {
    let hub = Hub::start(place, size).await?;
    let tokens = hub.admit(size).await.context("devices and clerks were not admitted")?;
    let pace = Pace { run: Duration::from_secs_f64(settings.minutes * 60.0), speed: settings.speed };
    // Displays, pages and sign-ins come first, so that the day begins with everyone in their place.
    let began = Instant::now() + Duration::from_secs(2);
    let config = plan::hall(size)?;
    let known = Mutex::new(vec![]);
    let stage = Arc::new(Stage { address: hub.address, began, pace, config, known, pictures: AtomicU64::new(0) });

    let (last_board, last) = watch::channel(None);
    let mut displays = displays(&stage, &tokens, settings.seed, &last).await?;
    let mut pages = JoinSet::new();
    for (nth, token) in tokens.clerks.iter().enumerate() {
        pages.spawn(clerk::page(Arc::clone(&stage), token.clone(), (nth + 1).to_string()));
    }
    let (closing, closed) = watch::channel(false);
    let mut clerks = clerks(&stage, &tokens, (size, settings.seed), &closed);
    let mut kiosks = kiosks(&stage, &tokens, (size, settings.seed));
    let crowd = crowd_at_its_time(Arc::clone(&stage), settings.phones, settings.seed);

    let mut needs = vec![];
    let mut seen_kiosks = vec![];
    let mut requests = vec![];
    let mut every = tokio::time::interval(NEEDS_EVERY);
    while !kiosks.is_empty() {
        tokio::select! {
            Some(kiosk) = kiosks.join_next() => {
                let (client, done) = kiosk?;
                requests.extend(client.requests);
                seen_kiosks.push(done);
            }
            _ = every.tick() => needs.push((began.elapsed(), hub.needs()?)),
        }
    }
    let crowd = crowd.await??;
    closing.send_replace(true);
    let mut seen_clerks = vec![];
    while !clerks.is_empty() {
        tokio::select! {
            Some(clerk) = clerks.join_next() => {
                let (counter, (client, done)) = clerk?;
                requests.extend(client.requests);
                seen_clerks.push((counter, done));
            }
            _ = every.tick() => needs.push((began.elapsed(), hub.needs()?)),
        }
    }
    anyhow::ensure!(pages.try_join_next().is_none(), "a clerk's page ended before its time");
    let board: Board =
        serde_json::from_slice(&Connection::open(hub.address, None).await?.get("/api/v1/board").await?.body)?;
    last_board.send_replace(Some(board.clone()));
    let seen_displays = equal(&mut displays, last_board).await?;
    let seen = Seen {
        stage,
        requests,
        kiosks: seen_kiosks,
        clerks: seen_clerks,
        displays: seen_displays,
        board,
        crowd,
        needs,
        took: began.elapsed(),
    };
    Ok((seen, hub))
}

/// Waits until every display is equal to the board; those that never become equal are told to give up.
async fn equal(
    displays: &mut JoinSet<display::Done>,
    last_board: watch::Sender<Option<Board>>,
) -> Result<Vec<display::Done>> {
    let mut done = vec![];
    let all = async {
        while let Some(display) = displays.join_next().await {
            done.push(display?);
        }
        anyhow::Ok(())
    };
    let _ = timeout(PATIENCE, all).await;
    drop(last_board);
    while let Some(display) = displays.join_next().await {
        done.push(display?);
    }
    Ok(done)
}

/// Everybody's display, each with a board.
async fn displays(
    stage: &Arc<Stage>,
    tokens: &Tokens,
    seed: u64,
    last: &watch::Receiver<Option<Board>>,
) -> Result<JoinSet<display::Done>> {
    let (ready, mut begun) = mpsc::channel(tokens.displays.len() * 4);
    let mut displays = JoinSet::new();
    for (nth, token) in tokens.displays.iter().enumerate() {
        let mut chance = Chance::new(seed ^ (nth as u64) << 32);
        let source = BoardSource::new(&format!("http://{}", stage.address), token)?;
        let mut losses: Vec<Duration> = match nth % LOSING {
            0 => (0..2).map(|_| stage.moment(chance.between(50, 950) as f64 / 1000.0)).collect(),
            _ => vec![],
        };
        losses.sort();
        let display = display::Display { source, losses, chance, stage: Arc::clone(stage) };
        displays.spawn(display.run(ready.clone(), last.clone()));
    }
    for _ in 0..tokens.displays.len() {
        timeout(PATIENCE, begun.recv()).await.context("a display got no board")?;
    }
    Ok(displays)
}

fn clerks(
    stage: &Arc<Stage>,
    tokens: &Tokens,
    (size, seed): (Size, u64),
    closed: &watch::Receiver<bool>,
) -> JoinSet<(String, (Client, clerk::Done))> {
    let mut clerks = JoinSet::new();
    for (nth, token) in tokens.clerks.iter().enumerate() {
        let counter = (nth + 1).to_string();
        let clerk = clerk::Clerk {
            counter: counter.clone(),
            client: Client::new(stage.address, token),
            serving: plan::at_the_counter(size, stage.pace),
            chance: Chance::new(seed ^ 0xc1e4 ^ (nth as u64) << 16),
            stage: Arc::clone(stage),
        };
        let closed = closed.clone();
        clerks.spawn(async move { (counter, clerk.run(closed).await) });
    }
    clerks
}

/// Visitors go to the kiosks in turn. The first kiosk's cable is pulled for a while.
fn kiosks(stage: &Arc<Stage>, tokens: &Tokens, (size, seed): (Size, u64)) -> JoinSet<(Client, kiosk::Done)> {
    let visitors = plan::visitors(&stage.config, size, stage.pace, seed);
    let mut kiosks = JoinSet::new();
    for (nth, token) in tokens.kiosks.iter().enumerate() {
        let kiosk = kiosk::Kiosk {
            lane: nth + 1,
            client: Client::new(stage.address, token),
            visitors: visitors.iter().skip(nth).step_by(size.kiosks).cloned().collect(),
            cut: (nth == 0).then(|| stage.moment(CUT.0)..stage.moment(CUT.1)),
            stage: Arc::clone(stage),
        };
        kiosks.spawn(kiosk.run());
    }
    kiosks
}

/// The crowd comes in the afternoon rush and stays to its end.
fn crowd_at_its_time(stage: Arc<Stage>, phones: usize, seed: u64) -> JoinHandle<Result<crowd::Done>> {
    tokio::spawn(async move {
        sleep_until((stage.began + stage.moment(CROWD.0)).into()).await;
        let lasts = stage.moment(CROWD.1 - CROWD.0);
        let crowd = crowd::Crowd { address: stage.address, phones, tickets: stage.all_known(), lasts, seed };
        let gathered = crowd.gather();
        let dispersed = tokio::task::spawn_blocking(move || gathered.join()).await?;
        Ok(dispersed.map_err(|_| anyhow::anyhow!("the crowd panicked"))??)
    })
}
