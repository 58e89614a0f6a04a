//! Renders the board's states to PNG without a display server: `screenshots DIR`.
//!
//! For the README, and for looking at what was drawn in each language and on each screen.

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use queue_display::{
    board::{Display, Event, Moment},
    program::Face,
    window::Window,
};
use slint::ComponentHandle;
use std::{fs::File, io::BufWriter, path::Path};
use wire::board::{Beat, Board, BoardCall, BoardEvent};
use words::Lang;

const STATES: [&str; 4] = ["board", "empty", "stale", "full"];
const SCREENS: [(&str, u32, u32); 4] =
    [("", 1920, 1080), ("-portrait", 1080, 1920), ("-720", 1280, 720), ("-4k", 3840, 2160)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("where to? screenshots DIR")?;
    std::fs::create_dir_all(&folder)?;
    slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
        mock_time: true,
        threading: false,
        renderer_name: Some("software".into()),
    })))?;
    for state in STATES {
        for (suffix, width, height) in SCREENS {
            let path = Path::new(&folder).join(format!("{state}{suffix}.png"));
            shoot(state, "uz-Latn,ru", (width, height), &path)?;
        }
    }
    for languages in ["uz-Cyrl,ru", "kaa,en"] {
        for state in ["board", "empty", "stale"] {
            let path = Path::new(&folder).join(format!("{state}-{}.png", languages.replace(',', "-")));
            shoot(state, languages, (1920, 1080), &path)?;
        }
    }
    Ok(())
}

fn shoot(state: &str, languages: &str, size: (u32, u32), path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut window = Window::new(languages.parse()?, 43.0)?;
    window.ui().window().set_size(slint::PhysicalSize::new(size.0, size.1));
    window.ui().show()?;
    let mut display = Display::new(Moment(0));
    let moment = play(state, &mut display);
    window.show(moment, &display, None)?;
    let picture = window.ui().window().take_snapshot()?;
    window.ui().hide()?;
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header()?.write_image_data(picture.as_bytes())?;
    Ok(())
}

/// Brings a display into a state, and says when to look at it.
fn play(state: &str, display: &mut Display) -> Moment {
    let names = [
        (Lang::UzLatn, "Zomin tumani hokimligi yagona darchasi"),
        (Lang::UzCyrl, "Зомин тумани ҳокимлиги ягона дарчаси"),
        (Lang::Ru, "Единое окно хокимията Зааминского района"),
        (Lang::Kaa, "Zomin rayonı hákimliginiń birden-bir aynası"),
        (Lang::En, "Zaamin District Khokimiyat One-Stop Shop"),
    ];
    for (lang, name) in names {
        display.handle(Moment(0), Event::HallName { lang, name: name.to_owned() });
    }
    let (calls, recent) = match state {
        "empty" => (vec![], vec![]),
        "full" => (many(), earlier()),
        _ => (some(), earlier()),
    };
    let begin = Board { epoch: 1, day: 1, calls: Vec::new(), recent: Vec::new() };
    let board = Board { epoch: 1, day: 1, calls, recent };
    let beat = Beat { epoch: 1, at: "2026-03-20T05:42:00Z".to_owned() };
    for event in [BoardEvent::Snapshot(begin), BoardEvent::Beat(beat), BoardEvent::Snapshot(board)] {
        display.handle(Moment(0), Event::Stream(event));
    }
    let settled = Moment(3_000 * 6);
    for n in 0..=6 {
        display.handle(Moment(3_000 * n), Event::Tick);
    }
    if state != "stale" {
        let beat = Beat { epoch: 1, at: "2026-03-20T05:42:18Z".to_owned() };
        display.handle(settled, Event::Stream(BoardEvent::Beat(beat)));
    }
    settled
}

fn some() -> Vec<BoardCall> {
    vec![
        call("A-047", "5", 9, "called"),
        call("K-012", "2", 8, "called"),
        call("A1-003", "1", 7, "serving"),
        call("E-031", "12", 6, "serving"),
    ]
}

fn many() -> Vec<BoardCall> {
    let more = (0..9_u32).map(|n| call(&format!("M-{:03}", 40 - n), &(20 + n).to_string(), u64::from(n), "serving"));
    some().into_iter().chain(more).collect()
}

fn earlier() -> Vec<BoardCall> {
    let calls = [("A-046", "3"), ("T-009", "4"), ("O-022", "7"), ("K-011", "2"), ("A-045", "5"), ("E-030", "12")];
    let more = [("A-1044", "1"), ("M-007", "6")];
    (0..).zip(calls.into_iter().chain(more)).map(|(n, (number, counter))| call(number, counter, n, "serving")).collect()
}

fn call(number: &str, counter: &str, call_seq: u64, stage: &str) -> BoardCall {
    BoardCall {
        number: number.to_owned(),
        counter: counter.to_owned(),
        call_seq,
        called_at: "2026-03-20T05:41:30Z".to_owned(),
        stage: stage.to_owned(),
        language: "uz-Latn".to_owned(),
    }
}
