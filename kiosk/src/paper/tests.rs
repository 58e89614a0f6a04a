//! Layouts: what a block becomes, and that nothing a hall writes spoils a ticket.

use super::*;
use crate::{
    book::Book,
    session::{Medium, Slip, Told, Turn, Wish},
};
use std::sync::Arc;
use uuid::Uuid;
use wire::layout::{Align, Block, BlockKind, BlockSize, TicketLayout, Weight, Wording};
use words::Lang;

fn text(told: Told) -> PaperText {
    let wish = Wish {
        language: Lang::Ru,
        category: "A".to_owned(),
        service: "A01".to_owned(),
        further: vec![],
        turn: Turn::Ordinary,
        medium: Medium::Paper,
    };
    let slip = Slip { ticket: Uuid::from_u128(7), number: "A1-012".to_owned(), wish, told };
    let at: jiff::Timestamp = "2026-11-23T05:00:00Z".parse().unwrap();
    paper_text(&slip, &Book::default(), "http://hub/tickets/7".to_owned(), at)
}

fn words_of(pieces: &[Piece]) -> Vec<String> {
    pieces.iter().filter_map(Piece::words).collect()
}

#[test]
fn a_ticket_that_the_kiosk_gave_alone_says_so() {
    let words = words_of(&text(Told::Unseen).pieces());
    assert!(words.contains(&words::say(Lang::Ru, "paper.ticket.alone").to_owned()), "{words:?}");
    let place = Told::Place { ahead: 0, wait_minutes: None, staffed: crate::session::Staffed::Open };
    let words = words_of(&text(place).pieces());
    assert!(!words.contains(&words::say(Lang::Ru, "paper.ticket.alone").to_owned()), "{words:?}");
}

#[test]
fn a_copy_is_marked_whatever_the_layout_says() {
    let mut text = text(Told::Unseen);
    let mark = Piece::Mark { text: "Копия / Nusxa".to_owned() };
    assert!(!text.pieces().contains(&mark), "an original is not marked");
    text.edition = Edition::Copy;
    assert_eq!(text.pieces().iter().filter(|piece| **piece == mark).count(), 1);
    text.layout = Arc::new(TicketLayout::new(vec![Block::of(BlockKind::Number)]).unwrap());
    assert_eq!(text.pieces()[0], mark);
}

#[test]
fn rules_do_not_meet_where_nothing_is_between_them() {
    let mut text = text(Told::Unseen);
    let kinds =
        [BlockKind::Rule, BlockKind::Ahead, BlockKind::Rule, BlockKind::Number, BlockKind::Rule, BlockKind::Rule];
    text.layout = Arc::new(TicketLayout::new(kinds.map(Block::of).to_vec()).unwrap());
    let number = text.pieces().into_iter().next().unwrap();
    assert_eq!(text.pieces(), [number]);
}

#[test]
fn a_text_of_the_halls_own_is_in_the_visitors_language() {
    let wording = Wording {
        uz_latn: "Xush kelibsiz".to_owned(),
        uz_cyrl: "Хуш келибсиз".to_owned(),
        ru: "Добро пожаловать".to_owned(),
        kaa: "Xosh kelipsiz".to_owned(),
        en: "Welcome".to_owned(),
    };
    let own = Block { text: Some(wording), align: Align::Start, ..Block::of(BlockKind::Text) };
    let mut text = text(Told::Unseen);
    text.layout = Arc::new(TicketLayout::new(vec![own, Block::of(BlockKind::Number)]).unwrap());
    assert_eq!(words_of(&text.pieces()), ["Добро пожаловать", "A1-012"]);
}

#[test]
fn a_layout_that_is_longer_than_a_ticket_is_not_used() {
    let drawn = std::thread::spawn(|| {
        let press = Press::new(Width::Mm58).unwrap();
        let long = "Ж ".repeat(100);
        let wording =
            Wording { uz_latn: long.clone(), uz_cyrl: long.clone(), ru: long.clone(), kaa: long.clone(), en: long };
        let own = Block { text: Some(wording), size: BlockSize::Huge, ..Block::of(BlockKind::Text) };
        let large = Block { size: BlockSize::Large, weight: Weight::Bold, ..own };
        let mut blocks = vec![large; 8];
        blocks.extend(vec![Block { size: BlockSize::Huge, ..Block::of(BlockKind::Space) }; 8]);
        blocks.push(Block::of(BlockKind::Number));
        let mut text = text(Told::Unseen);
        let standard = press.draw(&text).height();
        text.layout = Arc::new(TicketLayout::new(blocks).unwrap());
        let bare = press.draw(&text).height();
        text.layout = Arc::default();
        let again = press.draw(&text);
        assert!((again.height() - FOOT_DOTS..again.height()).all(|row| again.is_white(row)), "nothing is cut off");
        assert!((again.height() - 80..again.height()).any(|row| !again.is_white(row)), "no paper is wasted");
        (standard, bare, again.height())
    });
    let (standard, bare, again) = drawn.join().unwrap();
    assert!(bare < standard && bare > 300, "{bare} of {standard}");
    assert_eq!(again, standard, "nothing of one ticket is left in the next");
}
