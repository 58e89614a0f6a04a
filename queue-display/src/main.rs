//! `queue-display`: follows one hub and shows its board, in a window or as lines of JSON.

use anyhow::Context;
use clap::Parser;
use queue_display::{
    board::Event,
    languages::Languages,
    lines::Lines,
    network::Hub,
    program::{Face, Program, TICK_MS},
    window::Window,
};
use sd_notify::NotifyState;
use slint::ComponentHandle;
use std::{
    cell::RefCell,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::Receiver;

/// Shows what a hall calls now.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The hub, as http://hub.local:8080
    #[arg(long)]
    hub: String,
    /// This device's token, from its pairing; better in NAVBAT_TOKEN, where no list of processes shows it
    #[arg(long)]
    token: Option<String>,
    /// Languages of the board; the first always stands, the others take turns beside it
    #[arg(long, default_value = "uz-Latn,ru")]
    languages: Languages,
    /// Size of the window
    #[arg(long, value_parser = size, default_value = "1920x1080")]
    size: (u32, u32),
    /// The screen's diagonal in inches: a number is as high as ten metres need
    #[arg(long, default_value_t = 43.0)]
    diagonal: f64,
    /// Take the whole screen
    #[arg(long)]
    fullscreen: bool,
    /// No window: a line of JSON for each board, announcement and change of staleness
    #[arg(long)]
    headless_json: bool,
}

fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let options = Options::parse();
    let token = options.token.clone().or_else(|| std::env::var("NAVBAT_TOKEN").ok());
    let token = token.context("a display needs the token of its pairing: --token, or NAVBAT_TOKEN")?;
    let hub = Hub::new(&options.hub, &token, &options.languages).context("this hub cannot be followed")?;
    let events = hub.follow()?;
    if options.headless_json { write_lines(events) } else { open_window(&options, events) }
}

fn write_lines(mut events: Receiver<Event>) -> anyhow::Result<()> {
    let mut program = Program::new(Instant::now(), Lines::new(std::io::stdout().lock()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let mut tick = tokio::time::interval(Duration::from_millis(TICK_MS));
        loop {
            let event = tokio::select! {
                event = events.recv() => event.context("the network thread is gone")?,
                _ = tick.tick() => Event::Tick,
            };
            program.take(Instant::now(), event)?;
        }
    })
}

fn open_window(options: &Options, mut events: Receiver<Event>) -> anyhow::Result<()> {
    let window = Window::new(options.languages.clone(), options.diagonal).context("there is no screen")?;
    let screen = window.ui().window();
    screen.set_size(slint::PhysicalSize::new(options.size.0, options.size.1));
    screen.set_fullscreen(options.fullscreen);
    let ui = window.ui().clone_strong();
    let program = Rc::new(RefCell::new(Program::new(Instant::now(), window)));
    let ticking = Rc::clone(&program);
    let tick = slint::Timer::default();
    tick.start(slint::TimerMode::Repeated, Duration::from_millis(TICK_MS), move || {
        take(&ticking, Event::Tick);
        // From the thread that draws: a screen that hangs is not alive, whatever the network does.
        tell_systemd(&[NotifyState::Watchdog]);
    });
    slint::spawn_local(async move {
        while let Some(event) = events.recv().await {
            take(&program, event);
        }
        // Whoever started the program starts it again, and its network with it.
        tracing::error!("the network thread is gone");
        drop(slint::quit_event_loop());
    })?;
    ui.show()?;
    tell_systemd(&[NotifyState::Ready]);
    slint::run_event_loop().context("the screen is gone")
}

/// Nothing if systemd did not ask.
fn tell_systemd(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "systemd could not be told {state:?}");
    }
}

fn take<F: Face<Error = std::convert::Infallible>>(program: &RefCell<Program<F>>, event: Event) {
    let Ok(()) = program.borrow_mut().take(Instant::now(), event);
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let parsed = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    parsed
        .filter(|(w, h)| (1..=16_384).contains(w) && (1..=16_384).contains(h))
        .ok_or_else(|| "as 1920x1080".to_owned())
}
