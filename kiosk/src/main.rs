#![doc = include_str!("../README.md")]
#![expect(clippy::print_stderr, reason = "a program that cannot go on says why")]

use anyhow::{Context, anyhow};
use clap::Parser;
use kiosk::{
    autopilot::{self, Ending},
    clock::Pace,
    driver::{Input, View},
    face,
    keys::{Key, KeyMap},
    options::{Flags, Frame, Options},
    pins::Sign,
    program::Kiosk,
    ui::KioskWindow,
};
#[cfg(feature = "bare")]
use screen::Patience;
use slint::{ComponentHandle, LogicalSize, Weak};
use std::{
    fs::File,
    io,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::{
        Arc, OnceLock,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    // A log that cannot be written (a full disk beneath it) is no reason to end: without this it would be.
    tracing_subscriber::fmt().log_internal_errors(false).with_env_filter(filter).with_writer(io::stderr).init();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line: it is the last one of a service's log, and what `systemctl status` shows.
            eprintln!("kiosk: {}", format!("{error:#}").replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let flags = Flags::parse();
    let (script, looked_on, pace) = (flags.autopilot.clone(), flags.with_window, flags.pace.unwrap_or(Pace::REAL));
    let options = flags.options(std::env::var("NAVBAT_TOKEN").ok())?;
    tracing::info!(device = options.device_id, hub = options.hub, "kiosk {} starts", options.device_id);
    let alone = script.is_some() && !looked_on;
    if !alone {
        zoomed(&options)?;
    }
    let kiosk = Kiosk::new(&options)?.hurried(pace);
    match script {
        Some(script) if alone => without_window(kiosk, &script),
        script => with_window(kiosk, &options, script),
    }
}

/// The driver begins before there is a screen: what is on paper has to reach the hub even while a television is off.
fn with_window(kiosk: Kiosk, options: &Options, script: Option<PathBuf>) -> anyhow::Result<()> {
    let (taps, stop) = (kiosk.inputs.clone(), kiosk.inputs.clone());
    let mut told = beside(&kiosk, script);
    let window: Arc<OnceLock<Weak<KioskWindow>>> = Arc::default();
    let shown = Arc::clone(&window);
    let driver = thread::spawn(move || {
        // The window closes with the driver, also when that panics: a kiosk that shows an old screen helps nobody.
        let _close = CloseWindow;
        let mut presses = 0;
        kiosk.run(|view| {
            told(view);
            let Some(window) = shown.get() else { return };
            let view = view.clone();
            let pressed = view.pressed.1.filter(|_| view.pressed.0 > presses);
            presses = view.pressed.0;
            // The event loop is gone: the program ends.
            drop(window.upgrade_in_event_loop(move |window| {
                face::show(&window, &view);
                pressed.into_iter().for_each(|key| face::press(&window, key));
            }));
        })
    });
    let drawn = draw(options, &window, &driver, move |input| drop(taps.try_send(input)));
    // The driver may have ended by itself.
    drop(stop.send(Input::Stop));
    driver.join().map_err(|_| anyhow!("the kiosk's driver panicked"))??;
    drawn
}

/// A script that runs beside the window, if there is one; where views are told to it.
fn beside(kiosk: &Kiosk, script: Option<PathBuf>) -> Box<dyn FnMut(&View) + Send> {
    let Some(script) = script else { return Box::new(|_| {}) };
    let inputs = kiosk.inputs.clone();
    let (views, seen) = sync_channel(autopilot::VIEWS_MAX);
    thread::spawn(move || match follow(&script, &inputs, &seen) {
        Ok(Ending::GoOn) => {}
        ended => {
            if let Err(error) = ended {
                tracing::error!("the script ends: {error:#}");
            }
            // The driver may have ended by itself.
            drop(inputs.send(Input::Stop));
        }
    });
    Box::new(autopilot::screen(io::stdout(), views))
}

/// Makes the window and runs it until it closes.
fn draw<T>(
    options: &Options,
    shown: &OnceLock<Weak<KioskWindow>>,
    driver: &thread::JoinHandle<T>,
    give: impl Fn(Input) + Clone + 'static,
) -> anyhow::Result<()> {
    #[cfg(feature = "bare")]
    kiosk::bare::begin(options.allowed.clone(), |moment| {
        thread::sleep(moment);
        if driver.is_finished() { Patience::Leave } else { Patience::Wait }
    })
    .context("the screen cannot be had")?;
    let window = KioskWindow::new().context("there is no screen; --autopilot works without one")?;
    size(&window, options);
    let taps = give.clone();
    face::bind(&window, move |tap| taps(Input::Tap(tap)));
    bind_keys(&window, options.keys.clone(), give.clone());
    // Set once, here.
    drop(shown.set(window.as_weak()));
    // What was shown before there was a window was shown to nobody.
    give(Input::Look);
    if !driver.is_finished() {
        window.run()?;
    }
    Ok(())
}

/// What the keys reach is read aloud; what a keypad types for the voice is a key of the kiosk.
fn bind_keys(window: &KioskWindow, keys: KeyMap, give: impl Fn(Input) + Clone + 'static) {
    let reached = give.clone();
    face::bind_keys(
        window,
        move |label| reached(Input::Reached(label.to_owned())),
        move |text| match keys.key(text) {
            // The window moves and presses by itself.
            None | Some(Key::Previous | Key::Next | Key::Select) => false,
            Some(key) => {
                give(Input::Pins(Sign::Key(key)));
                true
            }
        },
    );
}

struct CloseWindow;

impl Drop for CloseWindow {
    fn drop(&mut self) {
        // No event loop, nothing to close.
        drop(slint::quit_event_loop());
    }
}

fn size(window: &KioskWindow, options: &Options) {
    match options.window {
        Frame::Whole => window.window().set_fullscreen(true),
        Frame::Sized(size) => window.window().set_size(LogicalSize::new(size.width.into(), size.height.into())),
    }
}

/// Slint reads its scale from the environment when the first window is made, and a program cannot safely change its
/// own environment: so the program begins anew with the right one.
fn zoomed(options: &Options) -> anyhow::Result<()> {
    const SCALE: &str = "SLINT_SCALE_FACTOR";
    let wanted = options.zoom.to_string();
    if options.zoom == 1.0 || std::env::var(SCALE).is_ok() {
        return Ok(());
    }
    let failed = Command::new(std::env::current_exe()?).args(std::env::args_os().skip(1)).env(SCALE, wanted).exec();
    Err(failed).context("the kiosk could not begin anew with another scale")
}

fn without_window(kiosk: Kiosk, script: &Path) -> anyhow::Result<()> {
    let inputs = kiosk.inputs.clone();
    let (views, seen) = sync_channel(autopilot::VIEWS_MAX);
    let driver = thread::spawn(move || kiosk.run(autopilot::screen(io::stdout(), views)));
    let ended = follow(script, &inputs, &seen);
    drop(seen);
    match ended {
        Ok(Ending::GoOn) => {}
        // The driver may have ended by itself.
        Ok(Ending::Quit) | Err(_) => drop(inputs.send(Input::Stop)),
    }
    driver.join().map_err(|_| anyhow!("the kiosk's driver panicked"))??;
    ended?;
    Ok(())
}

fn follow(script: &Path, inputs: &SyncSender<Input>, seen: &Receiver<View>) -> anyhow::Result<Ending> {
    if script == Path::new("-") {
        return Ok(autopilot::run(io::stdin(), inputs, seen)?);
    }
    let file = File::open(script).with_context(|| format!("{} cannot be read", script.display()))?;
    Ok(autopilot::run(file, inputs, seen)?)
}
