//! Draws papers into a folder: tickets at both widths in five languages, long names, numbers of the kiosk's own, copies,
//! lists and a report: `cargo run -p kiosk --example papers -- DIR`. Beside each PNG lie the printer's bytes.

#[path = "../tests/sample/mod.rs"]
#[expect(dead_code, reason = "the screens are drawn elsewhere")]
mod sample;

use kiosk::{
    book::Book,
    paper::{Edition, Piece, Press, Raster, Width, paper_text},
    printer::encode,
    session::{Slip, Told},
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use words::Lang;

fn main() -> anyhow::Result<()> {
    let dir = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "papers".to_owned()));
    fs::create_dir_all(&dir)?;
    for (name, width) in [("80", Width::Mm80), ("58", Width::Mm58)] {
        let dir = dir.clone();
        // A platform belongs to a thread: each width has its own.
        let drawn = std::thread::spawn(move || all(&dir, name, width));
        drawn.join().map_err(|_| anyhow::anyhow!("the paper's thread panicked"))??;
    }
    Ok(())
}

fn all(dir: &Path, name: &str, width: Width) -> anyhow::Result<()> {
    let (press, book) = (Press::new(width)?, sample::book());
    for lang in Lang::ALL {
        let ticket = |slip: &Slip, edition| {
            let now: jiff::Timestamp = "2026-11-23T05:24:00Z".parse().expect("a time");
            let address = format!("http://hub.local:8480/tickets/{}", slip.ticket);
            let mut text = paper_text(slip, &book, address, now);
            text.edition = edition;
            press.draw(&text)
        };
        let put = |kind: &str, raster: &Raster| put(&dir.join(format!("{kind}-{name}-{lang}.png")), raster);
        put("ticket", &ticket(&sample::slip(lang, "K-047"), Edition::Original))?;
        put("copy", &ticket(&sample::slip(lang, "M-1000"), Edition::Copy))?;
        let mut alone = Slip { told: Told::Unseen, ..sample::slip(lang, "K1-1012") };
        alone.wish.service = longest(&book, lang);
        put("alone", &ticket(&alone, Edition::Original))?;
        put("list", &press.sheet(&list(&book, lang)))?;
    }
    Ok(())
}

fn put(path: &Path, raster: &Raster) -> anyhow::Result<()> {
    fs::write(path, raster.png()?)?;
    fs::write(path.with_extension("escpos"), encode(raster).map_err(|error| anyhow::anyhow!("{error}"))?)?;
    Ok(())
}

/// The service with the longest name in this language.
fn longest(book: &Book, lang: Lang) -> String {
    let all = book.categories(lang).into_iter().flat_map(|category| &category.services);
    all.max_by_key(|service| service.name.chars().count()).map(|service| service.code.clone()).unwrap_or_default()
}

/// Names of services as a list to tick and as figures at the edge: enough to see how lines wrap and stand.
fn list(book: &Book, lang: Lang) -> Vec<Piece> {
    let names = book.services("M", lang).iter().map(|service| service.name.clone());
    let mut pieces = vec![Piece::title(book.category_name("M", lang)), Piece::Rule];
    pieces.extend(names.clone().map(|text| Piece::Item { text }));
    pieces.push(Piece::Rule);
    let figures = ["7", "1 204", "41 200", "0"];
    let weight = wire::layout::Weight::Regular;
    pieces.extend(names.zip(figures).map(|(text, aside)| Piece::Pair { text, aside: aside.to_owned(), weight }));
    pieces
}
