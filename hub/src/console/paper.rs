//! How the hall's tickets look, before one is printed: the standard and the hall's own layout, in every language of the hall.
//!
//! An approximation from the same blocks and the same sentences; dots, line breaks and the code itself are the kiosk's. The
//! page shows what to write into the hall's file. Absent on purpose: changing it here; settings are changed in the file.

use super::{
    frame::{Frame, show},
    page::Page,
    words_of::{clock, dated},
};
use crate::{
    config::Config,
    http::{Fault, Hub, permit::Manager},
};
use askama::Template;
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use queue::{calendar::date_at, ids::ServiceCode, time::Time};
use serde::{Deserialize, Serialize};
use wire::layout::{Align, Block, BlockKind, BlockSize, TicketLayout, Weight};
use words::Lang;

/// `?mm=`.
#[derive(Debug, Default, Deserialize)]
pub struct Roll {
    #[serde(default)]
    mm: Width,
}

/// The paper's width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
enum Width {
    #[default]
    #[serde(rename = "80")]
    Mm80,
    #[serde(rename = "58")]
    Mm58,
}

/// The page.
#[derive(Template)]
#[template(path = "paper.html")]
struct PaperPage<'a> {
    page: &'a Page,
    width: Width,
    layouts: Vec<Shown>,
}

/// One layout on paper.
struct Shown {
    key: &'static str,
    papers: Vec<Paper>,
    toml: String,
}

/// One ticket.
struct Paper {
    lang: Lang,
    lines: Vec<Line>,
}

/// One block that has something to show.
struct Line {
    look: String,
    text: String,
}

#[derive(Serialize)]
struct File<'a> {
    ticket_layout: &'a TicketLayout,
}

/// `GET /manager/paper`.
pub async fn page(
    State(hub): State<Hub>,
    frame: Frame,
    Manager(member): Manager,
    roll: Result<Query<Roll>, QueryRejection>,
) -> Result<Response, Fault> {
    let Query(Roll { mm }) = roll.map_err(|_| Fault::BadQuery { name: "mm" })?;
    let mut layouts = Vec::new();
    if let Some(own) = &hub.config.shared_by_kiosks().ticket_layout {
        layouts.push(shown("console.layout.own", own, &hub.config, hub.now())?);
    }
    layouts.push(shown("console.layout.standard", &TicketLayout::standard(), &hub.config, hub.now())?);
    let shown = PaperPage { page: &frame.still(&hub, Some(&member)), width: mm, layouts };
    Ok(show(StatusCode::OK, &shown))
}

fn shown(key: &'static str, layout: &TicketLayout, config: &Config, at: Time) -> Result<Shown, Fault> {
    let paper = |lang: &Lang| Paper {
        lang: *lang,
        lines: layout.blocks().iter().filter_map(|block| line(block, config, *lang, at)).collect(),
    };
    let papers = config.languages().iter().map(paper).collect();
    let toml = toml::to_string(&File { ticket_layout: layout }).map_err(|_| Fault::Internal)?;
    Ok(Shown { key, papers, toml })
}

/// What a block shows on a ticket of this moment; nothing takes no room.
fn line(block: &Block, config: &Config, lang: Lang, at: Time) -> Option<Line> {
    let said = |name: &str| words::lookup(lang, &format!("paper.ticket.{name}")).map(str::to_owned);
    let text = match block.kind {
        BlockKind::Hall => config.hall_name(lang).to_owned(),
        BlockKind::Number => "A-047".to_owned(),
        BlockKind::Service => service(config, lang)?,
        BlockKind::Official if lang != Lang::UzLatn => service(config, Lang::UzLatn)?,
        BlockKind::Ahead => words::count(lang, "paper.ticket.ahead", 12, &[]),
        BlockKind::Wait => {
            let minutes = [("minutes", "20–30")];
            words::filled(words::sentence(lang, "paper.ticket.wait")?.form(lang.plural(30)), &minutes)
        }
        BlockKind::When => {
            format!("{}  {}", dated(date_at(config.rules(), at)), clock(at, config.rules()))
        }
        BlockKind::Label => said("label")?,
        BlockKind::Scan => said("scan")?,
        BlockKind::Foot => said("foot")?,
        BlockKind::Text => block.text.as_ref()?.of(lang.tag()).to_owned(),
        BlockKind::Code | BlockKind::Rule | BlockKind::Space => String::new(),
        // An original of the hub's own number has neither; `Official` only where it differs.
        BlockKind::Copy | BlockKind::Alone | BlockKind::Official => return None,
    };
    Some(Line { look: look(block), text })
}

/// The names the style knows a block by.
fn look(block: &Block) -> String {
    let kind = match block.kind {
        BlockKind::Code => "code",
        BlockKind::Rule => "rule",
        BlockKind::Space => "space",
        _ => "line",
    };
    let size = match block.size {
        BlockSize::Small => "size-small",
        BlockSize::Normal => "size-normal",
        BlockSize::Large => "size-large",
        BlockSize::Huge => "size-huge",
    };
    let weight = if block.weight == Weight::Bold { " bold" } else { "" };
    let align = if block.align == Align::Start { " start" } else { "" };
    format!("{kind} {size}{weight}{align}")
}

/// The hall's service with the longest name: what fits there fits everywhere.
fn service(config: &Config, lang: Lang) -> Option<String> {
    let codes = config.categories().iter().flat_map(|category| &category.services);
    let longest: &ServiceCode = codes.max_by_key(|code| config.service_name(code, Lang::UzLatn).chars().count())?;
    Some(config.service_name(longest, lang).to_owned())
}

impl Line {
    fn code(&self) -> bool {
        self.look.starts_with("code")
    }
}

impl Width {
    fn look(self) -> &'static str {
        match self {
            Width::Mm80 => "mm80",
            Width::Mm58 => "mm58",
        }
    }
}
