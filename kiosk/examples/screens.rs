//! Draws every screen and the paper into a folder, without a display: `cargo run -p kiosk --example screens -- DIR
//! [LANGUAGE …] [WIDTHxHEIGHT] [largest|night|black-on-white|white-on-black|low …]`. The README's pictures are made by it.

#[path = "../tests/sample/mod.rs"]
mod sample;

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions, mock_elapsed_time};
use kiosk::{
    driver::{Link, View},
    face,
    paper::{Press, Width, paper_text},
    session::{Comfort, Contrast, Fault, Panel, Presence, Reach, Readiness, Screen, TextSize},
    ui::KioskWindow,
};
use slint::ComponentHandle;
use std::{
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use words::Lang;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().unwrap_or_else(|| "screens".to_owned()));
    let mut languages = vec![];
    let (mut width, mut height) = (1080, 1920);
    let mut comfort = Comfort::default();
    for arg in args {
        if let Some(size) = TextSize::ALL.into_iter().find(|size| size.code() == arg) {
            comfort.size = size;
        } else if let Some(contrast) = Contrast::ALL.into_iter().find(|contrast| contrast.code() == arg) {
            comfort.contrast = contrast;
        } else if arg == Reach::Low.code() {
            comfort.reach = Reach::Low;
        } else if let Some((w, h)) = arg.split_once('x') {
            (width, height) = (w.parse()?, h.parse()?);
        } else {
            languages.push(arg.parse()?);
        }
    }
    if languages.is_empty() {
        languages = Lang::ALL.to_vec();
    }
    fs::create_dir_all(&dir)?;
    paper(&dir, &languages)?;
    slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
        mock_time: true,
        threading: false,
        renderer_name: Some("software".into()),
    })))?;
    let book = Arc::new(sample::book());
    for lang in languages {
        for (name, screen) in sample::screens(lang) {
            let mut view = sample::view(&book, screen);
            view.shown.comfort = comfort;
            shot(&view, (width, height), &dir.join(format!("{name}-{lang}.png")))?;
        }
        for (name, mut view) in sample::rungs(&book, lang) {
            view.shown.comfort = comfort;
            shot(&view, (width, height), &dir.join(format!("{name}-{lang}.png")))?;
        }
        let mut asked = sample::view(&book, Screen::Offer { wish: sample::wish(lang), told: sample::told() });
        asked.shown.presence = Presence::Asked;
        asked.shown.comfort = comfort;
        shot(&asked, (width, height), &dir.join(format!("presence-{lang}.png")))?;
        asked.shown.presence = Presence::Here;
        asked.shown.panel = Panel::Comfort;
        shot(&asked, (width, height), &dir.join(format!("comfort-{lang}.png")))?;
    }
    let mut trouble = sample::view(&book, Screen::Attract);
    (trouble.shown.readiness, trouble.link) = (Readiness::NoPrinter(Fault::PaperOut), Link::Down);
    shot(&trouble, (width, height), &dir.join("attract-trouble.png"))?;
    let mut doubled = sample::view(&book, Screen::Attract);
    doubled.link = Link::Fenced;
    shot(&doubled, (width, height), &dir.join("attract-two-hubs.png"))?;
    Ok(())
}

fn shot(view: &View, (width, height): (u32, u32), path: &Path) -> anyhow::Result<()> {
    let window = KioskWindow::new()?;
    face::bind(&window, |_| {});
    window.window().set_size(slint::PhysicalSize::new(width, height));
    face::show(&window, view);
    window.show()?;
    mock_elapsed_time(Duration::from_millis(600));
    let pixels = window.window().take_snapshot()?;
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_compression(png::Compression::Balanced);
    encoder.write_header()?.write_image_data(pixels.as_bytes())?;
    window.hide()?;
    Ok(())
}

/// The paper has a platform of its own, so it is drawn in a thread of its own.
fn paper(dir: &Path, languages: &[Lang]) -> anyhow::Result<()> {
    for (name, width) in [("80", Width::Mm80), ("58", Width::Mm58)] {
        let (dir, languages) = (dir.to_owned(), languages.to_vec());
        let drawn = std::thread::spawn(move || -> anyhow::Result<()> {
            let press = Press::new(width)?;
            let book = sample::book();
            let now: jiff::Timestamp = "2026-11-23T05:24:00Z".parse().map_err(anyhow::Error::msg)?;
            for lang in languages {
                let slip = sample::slip(lang, if name == "80" { "K-047" } else { "K1-1012" });
                let address = format!("http://hub.local:8480/t/{}", slip.ticket);
                let text = paper_text(&slip, &book, address, now);
                fs::write(dir.join(format!("paper-{name}-{lang}.png")), press.draw(&text).png()?)?;
            }
            Ok(())
        });
        drawn.join().map_err(|_| anyhow::anyhow!("the paper's thread panicked"))??;
    }
    Ok(())
}
