//! From a clerk's key to the picture: the real hub, the real display on a screen of its own, whose memory is looked at.
//!
//! What counts begins with the clerk's request and ends when the screen's own rows have changed. Beside it stands what a
//! board costs that nobody changes.

use crate::{
    figures::{Bar, figure, judged, percentile},
    hall::{Hall, PATIENCE, binary},
    keepalive::Connection,
    load,
    screen::Screen,
    window::pause,
};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use uuid::Uuid;

/// What a call may take.
const CALL_MS: f64 = 100.0;
/// What a still board may take of one core.
const STILL_PERCENT: f64 = 5.0;
const STILL: Duration = Duration::from_secs(20);
/// Rows of the screen in which the first call's number stands.
const ROWS: [usize; 4] = [240, 270, 300, 330];
/// How often the screen is looked at; what is measured is at most this much too long.
const LOOK_EVERY: Duration = Duration::from_micros(500);

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) fn figures(calls: usize, folder: &Path, show: &mut impl FnMut(Value)) -> Result<()> {
    fs::create_dir_all(folder.join("hall"))?;
    let hall = Hall::start(&folder.join("hall"), |_| Ok(()))?;
    let screen = Screen::open(folder, 1920, 1080)?;
    let mut command = Command::new(binary("queue-display")?);
    command.args(["--hub", &hall.facts.url, "--face", "hall"]).env("DISPLAY", &screen.display);
    command.env("NAVBAT_TOKEN", hall.facts.display_token.as_deref().context("the demo has a display")?);
    command.env("SLINT_BACKEND", "winit-software").env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    let program = Program(command.stdin(Stdio::null()).stderr(Stdio::null()).spawn()?);
    screen.shows("the board", |picture| picture.colours() > 30)?;
    let spans =
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(call(&hall, &screen, calls))?;
    let (p50, p99) = (percentile(spans.clone(), 50), percentile(spans, 99));
    show(figure("call-to-pixels-p50", p50, "ms", "itself"));
    show(judged(figure("call-to-pixels-p99", p99, "ms", "100 ms"), Bar::AtMost(p99, CALL_MS)));
    let before = processor_s(program.0.id())?;
    pause(STILL);
    let percent = (processor_s(program.0.id())? - before) / STILL.as_secs_f64() * 100.0;
    show(judged(
        figure("display-processor-while-still", percent, "%", "5 % of a core"),
        Bar::AtMost(percent, STILL_PERCENT),
    ));
    drop(program);
    hall.kill()?;
    Ok(())
}

/// Calls one visitor after the other; milliseconds until the picture is another one.
async fn call(hall: &Hall, screen: &Screen, calls: usize) -> Result<Vec<f64>> {
    let clerk = hall.facts.clerks.first().context("the demo has clerks")?;
    let counter = clerk.counter.clone().context("the first clerk has a counter")?;
    let token = load::sit_down(hall.address, &clerk.name, &clerk.pin, &counter).await?;
    let mut desk = Connection::open(hall.address, Some(&token)).await?;
    let mut kiosk = Connection::open(hall.address, Some(&hall.facts.device_token)).await?;
    let mut spans = vec![];
    for _ in 0..calls {
        let body = json!({"command_id": Uuid::now_v7(), "service": "A01", "language": "ru"});
        let taken = kiosk.post("/api/v1/tickets", &body).await?;
        let path = format!("/api/v1/tickets/{}/printed", taken.json()["ticket_id"].as_str().unwrap_or_default());
        kiosk.post(&path, &json!({"command_id": Uuid::now_v7()})).await?;
        // Nothing moves: the last call has left the rows that are looked at.
        let still = still(screen)?;
        let began = Instant::now();
        press(&mut desk, &counter, "call-next").await?;
        while screen.rows(&ROWS)? == still {
            anyhow::ensure!(began.elapsed() < PATIENCE, "a call was never shown");
            pause(LOOK_EVERY);
        }
        spans.push(began.elapsed().as_secs_f64() * 1e3);
        press(&mut desk, &counter, "start").await?;
        press(&mut desk, &counter, "complete").await?;
    }
    Ok(spans)
}

/// The rows once they have been the same for longer than half a pulse.
fn still(screen: &Screen) -> Result<Vec<u8>> {
    let (mut rows, mut since) = (screen.rows(&ROWS)?, Instant::now());
    while since.elapsed() < Duration::from_millis(900) {
        pause(Duration::from_millis(20));
        let now = screen.rows(&ROWS)?;
        if now != rows {
            (rows, since) = (now, Instant::now());
        }
    }
    Ok(rows)
}

async fn press(desk: &mut Connection, counter: &str, action: &str) -> Result<()> {
    let path = format!("/api/v1/counters/{counter}/{action}");
    let reply = desk.post(&path, &json!({"command_id": Uuid::now_v7()})).await?;
    load::expect(reply.status, &[200], &reply.json())?;
    Ok(())
}

/// Seconds of processor that a process has taken; a hundred ticks are a second on Linux.
fn processor_s(id: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / 100.0)
}
