//! The lobby: who waits for what, and how long it takes.
//!
//! Services this hall's counters serve, in the order of the catalogue, in one language at a time: a name in large
//! letters for a few seconds is read, two in small ones are not. More than fit take turns by pages. Deliberately absent:
//! anything that tells one visitor from another.

use super::{PAGE_MS, Page, turn_of};
use crate::{
    board::{Display, Moment},
    languages::Languages,
    layout::Layout,
};
use wire::services::{HallNow, ServiceNow, ServiceState};
use words::Lang;

/// How long a page stands: it is read, not glanced at.
const TURN_MS: u64 = 2 * PAGE_MS;

/// One service as shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The category's letter, for its icon.
    pub category: String,
    /// What the service is called, in the language whose turn it is.
    pub name: String,
    /// How many wait.
    pub waiting: String,
    /// How long it takes, or why there is no ticket.
    pub wait: String,
    /// Whether there are tickets.
    pub open: Open,
}

/// Whether there are tickets for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// There are.
    Yes,
    /// There are none now.
    No,
}

/// The lines whose turn it is.
pub(super) fn page(display: &Display, languages: &Languages, layout: &Layout, at: Moment) -> Page<Line> {
    let langs: Vec<Lang> = languages.all().filter(|lang| display.names(*lang).is_some()).collect();
    let empty = HallNow::default();
    let now = display.home().map_or(&empty, |home| &home.now);
    let listed = |lang: Lang| {
        let categories = display.names(lang).map_or(&[][..], |names| &names.categories);
        let services = categories.iter().flat_map(|category| category.services.iter().map(move |one| (category, one)));
        services.filter_map(move |(category, one)| {
            let service = now.services.iter().find(|service| service.service == one.code)?;
            Some(line(&category.code, &one.name, service, lang))
        })
    };
    let room = (layout.lines * layout.line_columns).max(1);
    let pages = langs.first().map_or(0, |lang| listed(*lang).count()).div_ceil(room).max(1);
    // Every page of a language before the next language.
    let turn = turn_of(pages * langs.len(), TURN_MS, at);
    let page = turn % pages;
    let of_page = langs.get(turn / pages).map(|lang| listed(*lang).skip(page * room).take(room).collect());
    Page { of_page: of_page.unwrap_or_default(), page, pages }
}

fn line(category: &str, name: &str, service: &ServiceNow, lang: Lang) -> Line {
    let open = match service.state {
        ServiceState::Open | ServiceState::NobodyServes => Open::Yes,
        ServiceState::Suspended
        | ServiceState::Closed
        | ServiceState::TooLate
        | ServiceState::Full
        | ServiceState::Unknown => Open::No,
    };
    Line {
        category: category.to_owned(),
        name: name.to_owned(),
        waiting: match open {
            Open::No if service.waiting == 0 => String::new(),
            Open::Yes | Open::No => service.waiting.to_string(),
        },
        wait: wait(service, lang),
        open,
    }
}

fn wait(service: &ServiceNow, lang: Lang) -> String {
    let say = |key| words::say(lang, key).to_owned();
    match (service.state, service.wait_minutes) {
        (ServiceState::Open, Some(wait)) => {
            let (low, high) = (wait.low.to_string(), wait.high.to_string());
            if low == high {
                words::fill(lang, "display.lobby.about", &[("minutes", &high)])
            } else {
                words::fill(lang, "display.lobby.range", &[("from", &low), ("to", &high)])
            }
        }
        (ServiceState::Open, None) if service.waiting == 0 => say("display.lobby.at-once"),
        (ServiceState::Open | ServiceState::Unknown, _) => String::new(),
        (ServiceState::NobodyServes, _) => say("display.lobby.nobody"),
        (ServiceState::Suspended, _) => say("display.lobby.suspended"),
        (ServiceState::Closed, _) => say("display.lobby.closed"),
        (ServiceState::TooLate | ServiceState::Full, _) => say("display.lobby.full"),
    }
}
