//! A ticket's words put into the blocks of its hall's layout. Blocks with nothing to show leave nothing, not even a
//! second rule; a copy is marked whatever the layout says.

use super::{Edition, PaperText, Piece};
use wire::layout::{Block, BlockKind, BlockSize, TicketLayout, Weight};

/// The pieces of a ticket from above.
pub fn ticket(text: &PaperText, layout: &TicketLayout) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let marks = layout.blocks().iter().any(|block| block.kind == BlockKind::Copy);
    if text.edition == Edition::Copy && !marks {
        pieces.push(Piece::Mark { text: text.copy.clone() });
    }
    for block in layout.blocks() {
        match piece(text, block) {
            Some(Piece::Rule) if matches!(pieces.last(), None | Some(Piece::Rule)) => {}
            Some(piece) => pieces.push(piece),
            None => {}
        }
    }
    if pieces.last() == Some(&Piece::Rule) {
        pieces.pop();
    }
    pieces
}

fn piece(text: &PaperText, block: &Block) -> Option<Piece> {
    let words = match block.kind {
        BlockKind::Rule => return Some(Piece::Rule),
        BlockKind::Space => return Some(Piece::Space { size: block.size }),
        BlockKind::Code => return Some(Piece::Code { address: text.address.clone(), align: block.align }),
        BlockKind::Copy => {
            let marked = text.edition == Edition::Copy;
            return marked.then(|| Piece::Mark { text: text.copy.clone() });
        }
        BlockKind::Hall => &text.hall,
        BlockKind::Label => &text.label,
        BlockKind::Number => &text.number,
        BlockKind::Service => &text.service,
        BlockKind::Official => &text.official,
        BlockKind::Ahead => &text.ahead,
        BlockKind::Wait => &text.wait,
        BlockKind::Alone => &text.alone,
        BlockKind::When => &text.when,
        BlockKind::Scan => &text.scan,
        BlockKind::Foot => &text.foot,
        BlockKind::Text => block.text.as_ref()?.of(text.language.tag()),
    };
    let line = || Piece::Line { text: words.to_owned(), size: block.size, weight: block.weight, align: block.align };
    (!words.is_empty()).then(line)
}

/// A ticket nobody's layout can spoil: the number, the service, the code.
pub(super) fn bare(text: &PaperText) -> Vec<Piece> {
    let line = |words: &String, size| Piece::Line {
        text: words.chars().take(80).collect(),
        size,
        weight: Weight::Bold,
        align: wire::layout::Align::Center,
    };
    let mark = (text.edition == Edition::Copy).then(|| Piece::Mark { text: text.copy.clone() });
    let rest = [
        line(&text.number, BlockSize::Huge),
        line(&text.service, BlockSize::Normal),
        line(&text.when, BlockSize::Normal),
        Piece::Code { address: text.address.clone(), align: wire::layout::Align::Center },
    ];
    mark.into_iter().chain(rest).collect()
}
