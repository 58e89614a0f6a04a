//! The display's figures: from a clerk's key to the pixels, what a still board costs, memory after a day, and how long a row
//! takes to change on a screen of 4K.

mod day;
mod pixels;
mod rows;

use anyhow::Result;
use serde_json::Value;
use std::path::Path;
use wire::board::{Beat, Board, BoardCall, BoardChange, BoardEvent};

pub(in crate::bench) use day::day;

/// How much is measured.
#[derive(Debug, Clone, clap::Args)]
#[group(id = "display")]
pub struct Amount {
    /// Calls that are looked at on a screen.
    #[arg(long, default_value_t = 200)]
    pub display_calls: usize,
    /// Changes of a row on a screen of 4K.
    #[arg(long, default_value_t = 200)]
    pub rows: u64,
    /// Hours that a board hangs.
    #[arg(long, default_value_t = 24)]
    pub display_hours: u64,
}

pub(super) fn figures(amount: &Amount, place: &Path, show: &mut impl FnMut(Value)) -> Result<()> {
    rows::figures(amount.rows, show)?;
    pixels::figures(amount.display_calls, &place.join("display"), show)?;
    day::figures(amount.display_hours, show)
}

fn snapshot() -> BoardEvent {
    BoardEvent::Snapshot(Board { epoch: 1, day: 1, ..Board::default() })
}

fn beat(ms: i64) -> BoardEvent {
    let at = jiff::Timestamp::from_millisecond(1_774_000_000_000 + ms).map(|at| at.to_string());
    BoardEvent::Beat(Beat { epoch: 1, at: at.unwrap_or_default() })
}

fn called(counter: u64, call_seq: u64) -> BoardEvent {
    let call = BoardCall {
        number: format!("A-{:03}", call_seq % 1_000),
        counter: counter.to_string(),
        call_seq,
        called_at: "2026-03-20T10:00:00Z".to_owned(),
        stage: "called".to_owned(),
        language: "uz-Latn".to_owned(),
    };
    BoardEvent::Change(BoardChange::Called { call })
}
