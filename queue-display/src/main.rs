//! `queue-display`: follows one hub and shows its board, in a window or as lines of JSON.

use anyhow::Context;
use clap::Parser;
use queue_display::{
    announce::TURN_MS,
    board::Event,
    languages::Languages,
    lines::Lines,
    network::Hub,
    post::Orders,
    program::{Dark, Face, Program, TICK_MS},
    voice::{Loudspeakers, Voice},
    window::Window,
};
use screen::{Change, Patience, Screen, Watch};
use sd_notify::NotifyState;
use slint::ComponentHandle;
use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::{self, Receiver, Sender};
use voice::{aplay::Aplay, sound::Sound};
use wire::display::DisplayFace;

/// Events on their way to the screen.
const CHANNEL_MAX: usize = 64;

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
    /// What it shows: hall, counter, lobby or information; else as the hub says
    #[arg(long, value_parser = face)]
    face: Option<DisplayFace>,
    /// The counter it hangs above, with --face counter
    #[arg(long)]
    counter: Option<String>,
    /// Languages of the board; the first always stands, the others take turns beside it; else as the hub says
    #[arg(long)]
    languages: Option<Languages>,
    /// Size of the window
    #[arg(long, value_parser = size, default_value = "1920x1080")]
    size: (u32, u32),
    /// The screen's diagonal in inches: a number is as high as ten metres need; else as the hub says
    #[arg(long)]
    diagonal: Option<f64>,
    /// Take the whole screen
    #[arg(long)]
    fullscreen: bool,
    /// No window: a line of JSON for each board, announcement and change of staleness
    #[arg(long)]
    headless_json: bool,
    /// How long a call is announced where no voice speaks of it
    #[arg(long, default_value_t = TURN_MS, value_parser = clap::value_parser!(u64).range(10..=60_000))]
    turn_ms: u64,
    /// A folder of recordings; without one there is no voice. The first that has a clip is asked
    #[arg(long)]
    voice: Vec<PathBuf>,
    /// Languages of every call after the visitor's own; else as the hub says, which may be none
    #[arg(long)]
    voice_languages: Option<Languages>,
    /// The hall's loudspeaker, as ALSA names it
    #[arg(long, default_value = "default")]
    sound: String,
    /// A loudspeaker of its own for the hearing loop
    #[arg(long)]
    hearing_loop: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    // A log that cannot be written (a full disk beneath it) is no reason to end: without this it would be.
    tracing_subscriber::fmt().log_internal_errors(false).with_env_filter(filter).with_writer(std::io::stderr).init();
    let options = Options::parse();
    let token = options.token.clone().or_else(|| std::env::var("NAVBAT_TOKEN").ok());
    let token = token.context("a display needs the token of its pairing: --token, or NAVBAT_TOKEN")?;
    let hub = Hub::new(&options.hub, &token).context("this hub cannot be followed")?;
    let (sender, events) = mpsc::channel(CHANNEL_MAX);
    let began = Instant::now();
    let voice = speak(&options, began, sender.clone());
    hub.follow(sender)?;
    let orders = Orders {
        face: options.face,
        counter: options.counter.clone(),
        languages: options.languages.clone(),
        diagonal_inch: options.diagonal,
        voice: options.voice_languages.clone(),
    };
    let program = Program::new(began).with_turns(options.turn_ms).speaking(voice).ordered(orders);
    if options.headless_json {
        let lines = Lines::new(std::io::stdout().lock());
        let mut program = program.facing(lines);
        let tick = Duration::from_millis(options.turn_ms.min(TICK_MS));
        run_without_window(&mut program, tick, &mut { events }, || Patience::Wait)
    } else {
        in_window(&options, program, events)
    }
}

/// A television that is off at first is no reason to be silent: the voice goes on, the picture comes with the screen.
fn in_window(options: &Options, mut dark: Program<Dark>, mut events: Receiver<Event>) -> anyhow::Result<()> {
    if on_bare_screen() {
        tell_systemd(&[NotifyState::Ready]);
        let output = output();
        let watch = || match screen::look(Path::new(screen::SYSTEM), output.as_deref()) {
            Screen::Off => Patience::Wait,
            Screen::On(_) | Screen::Unknown => Patience::Leave,
        };
        if watch() == Patience::Wait {
            tracing::warn!("there is no screen that is on; the display speaks and waits for one");
            run_without_window(&mut dark, Duration::from_millis(TICK_MS), &mut events, watch)?;
        }
    }
    let window = Window::new().context("there is no screen")?;
    open_window(options, dark, window, events)
}

/// Whether Slint draws straight to the screen.
fn on_bare_screen() -> bool {
    let told = std::env::var("SLINT_BACKEND").is_ok_and(|backend| backend.starts_with("linuxkms"));
    told || cfg!(all(feature = "kms", not(feature = "desktop")))
}

/// The one output that counts, if one was chosen.
fn output() -> Option<String> {
    std::env::var("SLINT_DRM_OUTPUT").ok()
}

/// A board that cannot speak still shows.
fn speak(options: &Options, began: Instant, told: Sender<Event>) -> Option<Voice> {
    if options.voice.is_empty() {
        return None;
    }
    let started = Voice::start(Loudspeakers {
        packs: options.voice.clone(),
        hall: Box::new(Aplay::on(&options.sound)),
        hearing_loop: options.hearing_loop.as_deref().map(|device| Box::new(Aplay::on(device)) as Box<dyn Sound>),
        told,
        began,
    });
    started.map_err(|error| tracing::error!(error = &error as &dyn std::error::Error, "there is no voice")).ok()
}

/// Goes on until `leave` says so.
fn run_without_window<F>(
    program: &mut Program<F>,
    tick: Duration,
    events: &mut Receiver<Event>,
    mut leave: impl FnMut() -> Patience,
) -> anyhow::Result<()>
where
    F: Face,
    F::Error: std::error::Error + Send + Sync + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let mut tick = tokio::time::interval(tick);
        let mut look = tokio::time::interval(screen::ASK_EVERY);
        loop {
            let event = tokio::select! {
                event = events.recv() => event.context("the network thread is gone")?,
                _ = tick.tick() => Event::Tick,
                _ = look.tick() => {
                    tell_systemd(&[NotifyState::Watchdog]);
                    match leave() {
                        Patience::Wait => continue,
                        Patience::Leave => return Ok(()),
                    }
                }
            };
            program.take(Instant::now(), event)?;
        }
    })
}

fn open_window(
    options: &Options,
    dark: Program<Dark>,
    window: Window,
    mut events: Receiver<Event>,
) -> anyhow::Result<()> {
    let screen = window.ui().window();
    screen.set_size(slint::PhysicalSize::new(options.size.0, options.size.1));
    screen.set_fullscreen(options.fullscreen);
    let ui = window.ui().clone_strong();
    let program = Rc::new(RefCell::new(dark.facing(window)));
    let ticking = Rc::clone(&program);
    let tick = slint::Timer::default();
    tick.start(slint::TimerMode::Repeated, Duration::from_millis(TICK_MS), move || {
        take(&ticking, Event::Tick);
        // From the thread that draws: a screen that hangs is not alive, whatever the network does.
        tell_systemd(&[NotifyState::Watchdog]);
    });
    let returns = on_bare_screen().then(begin_anew_with_the_screen);
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
    let ended = slint::run_event_loop().context("the screen is gone");
    drop(returns);
    ended
}

/// A screen that was pulled out and is there again may stay dark: the program ends, and whoever started it starts it again.
fn begin_anew_with_the_screen() -> slint::Timer {
    let (mut watch, output) = (Watch::default(), output());
    let look = slint::Timer::default();
    look.start(slint::TimerMode::Repeated, screen::ASK_EVERY, move || {
        match watch.saw(screen::look(Path::new(screen::SYSTEM), output.as_deref())) {
            Change::None => {}
            Change::Gone => tracing::warn!("the screen is gone; the voice goes on"),
            Change::Back => {
                tracing::info!("the screen is there again: the display begins anew");
                drop(slint::quit_event_loop());
            }
        }
    });
    look
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

fn face(text: &str) -> Result<DisplayFace, String> {
    match text {
        "hall" => Ok(DisplayFace::Hall),
        "counter" => Ok(DisplayFace::Counter),
        "lobby" => Ok(DisplayFace::Lobby),
        "information" => Ok(DisplayFace::Information),
        _ => Err("one of hall, counter, lobby, information".to_owned()),
    }
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let parsed = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    parsed
        .filter(|(w, h)| (1..=16_384).contains(w) && (1..=16_384).contains(h))
        .ok_or_else(|| "as 1920x1080".to_owned())
}
