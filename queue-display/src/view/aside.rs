//! What stands beside the calls: who is next, and what the hall announces.

use super::{PAGE_MS, turn_of};
use crate::{
    board::{Display, Moment},
    languages::Languages,
    post::Face,
};
use wire::{
    display::{NEXT_MAX, NextInLine, Notice, Severity},
    layout::Wording,
};
use words::Lang;

/// How long a notice stands in one language.
const NOTICE_MS: u64 = 10_000;
/// Letters of what is announced; the hub keeps to less.
const LETTERS_MAX: usize = 1_200;

/// Who is next in a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// What the category is called.
    pub name: String,
    /// Numbers in order.
    pub numbers: Vec<String>,
}

/// Something announced, in one language at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// A line.
    pub title: String,
    /// What there is to say besides; may be empty.
    pub text: String,
    /// How urgent it is.
    pub severity: Severity,
}

/// Whether it takes every screen.
pub(super) fn urgent(severity: Severity) -> bool {
    match severity {
        Severity::Extreme | Severity::Severe => true,
        Severity::Moderate | Severity::Minor => false,
    }
}

/// Everybody who is next.
pub(super) fn next(display: &Display) -> Vec<&NextInLine> {
    let home = display.home().into_iter().flat_map(|home| &home.next);
    home.filter(|next| !next.numbers.is_empty()).collect()
}

/// Those that fit, by turns.
pub(super) fn turn(display: &Display, next: &[&NextInLine], room: usize, lang: Lang, at: Moment) -> Vec<Next> {
    if room == 0 {
        return vec![];
    }
    let page = turn_of(next.len().div_ceil(room), PAGE_MS, at);
    // The last page is filled up, so that the list does not jump.
    let from = (page * room).min(next.len().saturating_sub(room));
    let categories = display.names(lang).map_or(&[][..], |names| &names.categories);
    let name = |code: &str| categories.iter().find(|known| known.code == code).map(|known| known.name.clone());
    let said = |next: &&NextInLine| Next {
        name: name(&next.category).unwrap_or_default(),
        numbers: next.numbers.iter().take(NEXT_MAX).cloned().collect(),
    };
    next.iter().skip(from).take(room).map(said).collect()
}

/// The line at the foot: on a face that has no card, and on every face for a banner.
pub(super) fn strip(face: &Face, notices: &[Notice], languages: &Languages, at: Moment) -> Option<Card> {
    let banner: Vec<&Notice> = notices.iter().filter(|notice| notice.severity == Severity::Moderate).collect();
    let all: Vec<&Notice> = match face {
        _ if !banner.is_empty() => banner,
        Face::Counter(_) => notices.iter().filter(|notice| urgent(notice.severity)).collect(),
        Face::Hall | Face::Lobby => notices.iter().collect(),
        Face::Information => return None,
    };
    let (notice, lang) = in_turn(&all, languages, at)?;
    Some(Card { text: String::new(), ..said(notice, lang) })
}

/// The card beside the calls; an alert lets nothing else stand there.
pub(super) fn card(face: &Face, notices: &[Notice], languages: &Languages, at: Moment) -> Option<Card> {
    let alerts: Vec<&Notice> = notices.iter().filter(|notice| urgent(notice.severity)).collect();
    let all = if alerts.is_empty() { notices.iter().collect() } else { alerts };
    match face {
        Face::Information => in_turn(&all, languages, at).map(|(notice, lang)| said(notice, lang)),
        Face::Hall | Face::Counter(_) | Face::Lobby => None,
    }
}

/// Each notice in each of the display's languages.
fn in_turn<'a>(notices: &[&'a Notice], languages: &Languages, at: Moment) -> Option<(&'a Notice, Lang)> {
    let langs: Vec<Lang> = languages.all().collect();
    let turn = turn_of(notices.len() * langs.len(), NOTICE_MS, at);
    Some((notices.get(turn / langs.len())?, langs[turn % langs.len()]))
}

fn said(notice: &Notice, lang: Lang) -> Card {
    let text = notice.text.as_ref().map(|text| in_language(text, lang)).unwrap_or_default();
    Card { title: in_language(&notice.title, lang), text, severity: notice.severity }
}

fn in_language(wording: &Wording, lang: Lang) -> String {
    wording.of(lang.tag()).chars().take(LETTERS_MAX).collect()
}
