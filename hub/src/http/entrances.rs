//! Entrances: when everybody comes at once, each kind of asker has places of its own; who finds none is told at once.
//!
//! A clerk's key must work while a thousand phones look at their tickets, and a kiosk must hear "not now" early enough
//! to print a number of its own. So a request is admitted by who asks — a token that opens something, not an address
//! anybody can type — and an entrance that is full answers 503 with `Retry-After` instead of queueing for seconds. Which
//! command is decided first among those let in is the journal's affair. A stream holds its place only until it has
//! begun; streams have their own limit.

use super::{Fault, Hub, permit};
use crate::console::frame;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Who asks, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entrance {
    /// Clerks and managers: calls, counters, their pages.
    Staff,
    /// Kiosks: numbers, paper, offers.
    Kiosk,
    /// Displays, and whoever of the machines looks at the board.
    Board,
    /// Those who have no token yet and come for one, and those who ask whether the hub is well.
    Newcomer,
    /// Everyone else: phones that look at a ticket, pages, the public figures.
    Visitor,
}

impl Entrance {
    /// All of them, in the order of the enum.
    pub const ALL: [Entrance; 5] =
        [Entrance::Staff, Entrance::Kiosk, Entrance::Board, Entrance::Newcomer, Entrance::Visitor];

    /// Requests under way at once. A large hall has 60 counters and 20 kiosks with one request each; what is beyond
    /// would only wait behind one journal thread.
    pub const fn places(self) -> usize {
        match self {
            Entrance::Staff | Entrance::Kiosk => 128,
            Entrance::Board | Entrance::Newcomer => 64,
            Entrance::Visitor => 32,
        }
    }

    /// The entrance's name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Entrance::Staff => "staff",
            Entrance::Kiosk => "kiosk",
            Entrance::Board => "board",
            Entrance::Newcomer => "newcomer",
            Entrance::Visitor => "visitor",
        }
    }
}

/// The places of every entrance.
#[derive(Debug)]
pub struct Entrances([Places; Entrance::ALL.len()]);

#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    refused: AtomicU64,
}

/// A place at an entrance, until dropped.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "held, and given back when dropped")] OwnedSemaphorePermit);

/// Marks the answer to a visitor: when connections run short, theirs is not kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToVisitor;

/// Marks the answer to somebody who found no place.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoPlace;

impl Default for Entrances {
    fn default() -> Entrances {
        let places = |entrance: Entrance| Places {
            free: Arc::new(Semaphore::new(entrance.places())),
            refused: AtomicU64::new(0),
        };
        Entrances(Entrance::ALL.map(places))
    }
}

impl Entrances {
    /// A place, if one is free; never waits.
    pub fn enter(&self, entrance: Entrance) -> Option<Place> {
        let places = self.of(entrance);
        let place = Arc::clone(&places.free).try_acquire_owned().ok();
        if place.is_none() {
            places.refused.fetch_add(1, Ordering::Relaxed);
        }
        place.map(Place)
    }

    /// Requests of an entrance under way.
    pub fn inside(&self, entrance: Entrance) -> usize {
        entrance.places() - self.of(entrance).free.available_permits()
    }

    /// How many found no place since the start.
    pub fn refused(&self, entrance: Entrance) -> u64 {
        self.of(entrance).refused.load(Ordering::Relaxed)
    }

    fn of(&self, entrance: Entrance) -> &Places {
        &self.0[entrance as usize]
    }
}

/// Lets a request in, or says "not now".
pub(super) async fn admit(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let entrance = entrance(&hub, request.method(), request.uri().path(), request.headers());
    let place = hub.entrances.enter(entrance);
    let mut response = match &place {
        Some(_) => next.run(request).await,
        None if is_page(request.uri().path()) => frame::refused(&hub, request, &Fault::Busy).await,
        None => Fault::Busy.into_response(),
    };
    if place.is_none() {
        response.extensions_mut().insert(NoPlace);
    }
    if entrance == Entrance::Visitor {
        response.extensions_mut().insert(ToVisitor);
    }
    response
}

fn entrance(hub: &Hub, method: &Method, path: &str, headers: &HeaderMap) -> Entrance {
    if let Some(token) = permit::session_token(headers) {
        if hub.people.is_open(token, hub.now()) {
            return Entrance::Staff;
        }
        if hub.people.device(token).is_some() {
            return if path.starts_with("/api/v1/board") { Entrance::Board } else { Entrance::Kiosk };
        }
    }
    match path {
        "/health" => Entrance::Newcomer,
        "/sign-in" | "/api/v1/sessions" | "/api/v1/pairings" if *method == Method::POST => Entrance::Newcomer,
        _ => Entrance::Visitor,
    }
}

fn is_page(path: &str) -> bool {
    !path.starts_with("/api/") && !path.starts_with("/static/") && path != "/health"
}
