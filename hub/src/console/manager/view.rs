//! What the manager's page shows: the hall now, and today by hour.
//!
//! Absent on purpose: any figure about a person. Reports over days and clerks are another page with its own rules.

use crate::console::{
    counter::view::Pace,
    page::{Choice, Page},
};
use askama::Template;

/// The whole page, and its blocks for the stream.
#[derive(Template)]
#[template(path = "manager.html", blocks = ["notice", "figures", "windows", "hours", "services", "day"])]
pub struct ManagerPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Its content.
    pub view: &'a ManagerView,
}

/// The hall as its manager sees it.
#[derive(Debug, Clone)]
pub struct ManagerView {
    /// A refusal, as a sentence.
    pub notice: Option<String>,
    /// Waiting now.
    pub waiting: u32,
    /// The longest wait of those, in words.
    pub longest: String,
    /// Called or being served.
    pub at_counters: u32,
    /// Set aside.
    pub held: u32,
    /// Served today.
    pub served: u32,
    /// Tickets given today.
    pub issued: u32,
    /// Every counter.
    pub counters: Vec<CounterRow>,
    /// Every service of the hall, by category. The order never changes, so that no button moves away under a hand.
    pub services: Vec<ServiceGroup>,
    /// Why a service may be suspended.
    pub suspend_reasons: Vec<Choice>,
    /// Today by hour.
    pub chart: Chart,
    /// Whether a service day is open.
    pub day: Day,
    /// The same in words.
    pub day_sentence: String,
    /// What closing it would end.
    pub day_warning: String,
}

/// Whether a service day is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Tickets are given.
    Open,
    /// They are not.
    Shut,
}

/// A counter now.
#[derive(Debug, Clone)]
pub struct CounterRow {
    /// The counter.
    pub counter: String,
    /// The name the style knows its state by.
    pub look: String,
    /// Its state in words.
    pub state: String,
    /// Who sits there.
    pub clerk: Option<String>,
    /// Its ticket.
    pub number: Option<String>,
    /// How long in this state.
    pub minutes: String,
}

/// A category's services.
#[derive(Debug, Clone)]
pub struct ServiceGroup {
    /// The category's name.
    pub name: String,
    /// Its services.
    pub rows: Vec<ServiceRow>,
}

/// A service now.
#[derive(Debug, Clone)]
pub struct ServiceRow {
    /// The service.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Why it is suspended, if it is.
    pub why: Option<String>,
    /// Waiting now.
    pub waiting: u32,
    /// The longest wait of those.
    pub longest: String,
    /// Beside its target.
    pub pace: Pace,
    /// What a newcomer is told.
    pub told: String,
    /// Open counters that serve it.
    pub open: u32,
    /// Tickets given today.
    pub issued: u32,
}

/// Bars, two per hour.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Units across.
    pub width: u32,
    /// In order of the hours.
    pub bars: Vec<Bar>,
    /// The same figures in words.
    pub sentence: String,
}

/// One hour.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    /// Its left edge.
    pub x: u32,
    /// 0 to 23.
    pub hour: u32,
    /// Tickets given.
    pub issued: u32,
    /// As a height.
    pub issued_px: u32,
    /// Visits served.
    pub served: u32,
    /// As a height.
    pub served_px: u32,
    /// Whether it is running.
    pub when: When,
}

/// An hour beside the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// This one.
    Now,
    /// Another.
    Other,
}

impl ManagerPage<'_> {
    /// Every block that lives, for the stream.
    pub fn fragments(&self) -> askama::Result<Vec<String>> {
        Ok(vec![
            self.as_figures().render()?,
            self.as_windows().render()?,
            self.as_hours().render()?,
            self.as_services().render()?,
            self.as_day().render()?,
        ])
    }

    /// The place where refusals are read out.
    pub fn notice(&self) -> askama::Result<String> {
        self.as_notice().render()
    }
}

impl ManagerView {
    /// Whether tickets are given.
    pub fn day_open(&self) -> bool {
        self.day == Day::Open
    }
}

impl CounterRow {
    /// Whether it is open and without a visitor, so that it may be closed for somebody.
    pub fn closable(&self) -> bool {
        matches!(self.look.as_str(), "free" | "paused")
    }
}

impl ServiceRow {
    /// Whether somebody waits longer than the target.
    pub fn late(&self) -> bool {
        self.pace == Pace::Late
    }
}

impl Bar {
    /// Whether it is the running hour.
    pub fn now(&self) -> bool {
        self.when == When::Now
    }
}
