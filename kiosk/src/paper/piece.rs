//! The pieces of a strip of paper: what a ticket, a list and a report are made of before they are drawn.

use super::Width;
use crate::ui;
use slint::{Image, SharedString};
use wire::layout::{Align, BlockSize, PAPER_DOTS, Weight};

/// Pieces on one strip: a list that is longer is not for a pocket.
pub const PIECES_MAX: usize = 80;
/// White at both edges, in dots of 80 mm paper: printers shift by one or two.
pub(super) const MARGIN_DOTS: u32 = 12;
/// The width of a bold figure and of the widest letters, as a share of their height.
const LETTER_SHARE: f32 = 0.6;
const RULE_DOTS: f32 = 3.0;

/// Something on paper, over the whole width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Line {
        /// The words.
        text: String,
        /// How large.
        size: BlockSize,
        /// How bold.
        weight: Weight,
        /// Where they begin.
        align: Align,
    },
    /// White words on black.
    Mark {
        /// The words.
        text: String,
    },
    /// A line across.
    Rule,
    /// Nothing.
    Space {
        /// As high as a line of this size.
        size: BlockSize,
    },
    /// A QR code.
    Code {
        /// What it says.
        address: String,
        /// Where it stands.
        align: Align,
    },
    /// Words, and what belongs to them at the right edge: a figure, a result.
    Pair {
        /// At the left.
        text: String,
        /// At the right.
        aside: String,
        /// How bold.
        weight: Weight,
    },
    /// A line of a list, with a box to tick.
    Item {
        /// The words.
        text: String,
    },
}

impl Piece {
    /// A plain line from the left: what reports and lists are made of.
    pub fn line(text: impl Into<String>) -> Piece {
        let (size, weight) = (BlockSize::Normal, Weight::Regular);
        Piece::Line { text: text.into(), size, weight, align: Align::Start }
    }

    /// A title over a report or a list.
    pub fn title(text: impl Into<String>) -> Piece {
        let (size, weight) = (BlockSize::Large, Weight::Bold);
        Piece::Line { text: text.into(), size, weight, align: Align::Start }
    }

    /// What can be read on it.
    pub fn words(&self) -> Option<String> {
        match self {
            Piece::Line { text, .. } | Piece::Mark { text } | Piece::Item { text } => Some(text.clone()),
            Piece::Code { address, .. } => Some(address.clone()),
            Piece::Pair { text, aside, .. } => Some(format!("{text}  {aside}")),
            Piece::Rule | Piece::Space { .. } => None,
        }
    }

    /// As Slint draws it.
    pub(super) fn drawn(&self, width: Width) -> ui::Piece {
        let blank = blank(width);
        let said = |text: &str| -> SharedString { text.into() };
        match self {
            Piece::Line { text, size, weight, align } => ui::Piece {
                kind: kind(text, *size, width),
                text: said(text),
                dots: letters(text, *size, width),
                bold: *weight == Weight::Bold,
                centered: *align == Align::Center,
                ..blank
            },
            Piece::Mark { text } => ui::Piece {
                kind: ui::PieceKind::Mark,
                text: said(text),
                dots: letters(text, BlockSize::Large, width),
                bold: true,
                ..blank
            },
            Piece::Rule => ui::Piece { kind: ui::PieceKind::Rule, dots: RULE_DOTS, ..blank },
            Piece::Space { size } => ui::Piece { kind: ui::PieceKind::Space, dots: letters("", *size, width), ..blank },
            Piece::Code { address, align } => ui::Piece {
                kind: ui::PieceKind::Code,
                picture: code(address, width),
                centered: *align == Align::Center,
                ..blank
            },
            Piece::Pair { text, aside, weight } => ui::Piece {
                kind: ui::PieceKind::Pair,
                text: said(text),
                aside: said(aside),
                bold: *weight == Weight::Bold,
                ..blank
            },
            Piece::Item { text } => ui::Piece { kind: ui::PieceKind::Item, text: said(text), ..blank },
        }
    }
}

fn blank(width: Width) -> ui::Piece {
    ui::Piece {
        kind: ui::PieceKind::Line,
        text: SharedString::default(),
        aside: SharedString::default(),
        dots: letters("", BlockSize::Normal, width),
        bold: false,
        centered: false,
        picture: Image::default(),
    }
}

/// How tall letters are in dots. Narrow paper wraps text and shrinks it a little: two thirds would be too small to read.
/// The largest size is for what must stand on one line.
#[expect(clippy::cast_precision_loss, reason = "a few hundred dots and letters")]
fn letters(text: &str, size: BlockSize, width: Width) -> f32 {
    let dots = size.dots() as f32;
    let (shrunk, across) = match width {
        Width::Mm80 => (dots, PAPER_DOTS),
        Width::Mm58 => (dots * 0.8, width.dots()),
    };
    match size {
        BlockSize::Small | BlockSize::Normal | BlockSize::Large => shrunk.round(),
        BlockSize::Huge => {
            let room = (across - 2 * MARGIN_DOTS) as f32;
            let count = text.chars().count().max(1) as f32;
            (room / (count * LETTER_SHARE)).min(dots).max(letters("", BlockSize::Large, width)).floor()
        }
    }
}

/// What fits on one line in large letters stands on it; anything else is wrapped.
fn kind(text: &str, size: BlockSize, width: Width) -> ui::PieceKind {
    let small = letters("", BlockSize::Large, width);
    if letters(text, size, width) > small { ui::PieceKind::Figure } else { ui::PieceKind::Line }
}

/// A code is as wide as half of the paper, or wider if what it says needs more modules.
fn code(address: &str, width: Width) -> Image {
    let room = (width.dots() - 2 * MARGIN_DOTS) as usize;
    super::code::code(address, room * 11 / 20, room).unwrap_or_default()
}
