//! A display of a simulated hall: the real frames, the real trust, the real board and announcements; a cable.
//!
//! The connection is the hub's real stream, polled by hand. A pulled cable is felt only by silence; a hub that stops is
//! felt at once, if the cable is in.

use super::{assertions::Announced, network::Cable};
use crate::chance::Chance;
use hub::http::stream::{self, BoardStream};
use queue_display::board::{Display, Event, Moment};
use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};
use tokio_stream::Stream;
use wire::{
    board::BoardCall,
    client_stream::{Distrust, Follow, Frames, SILENCE_MS_MAX, pause_before, read},
};

/// The machine.
pub struct Screen {
    /// Its cable.
    pub cable: Cable,
    /// The program, while it runs.
    pub life: Option<Life>,
    /// How often it was started.
    pub boot: u32,
    chance: Chance,
}

/// The running program.
pub struct Life {
    /// What it knows.
    pub display: Display,
    /// How often it announced each call.
    pub announced: Announced,
    /// When it first knew a board: what was called long before is not announced any more.
    pub knew_ms: Option<u64>,
    /// Its connection, if it believes to have one.
    pub line: Option<Line>,
    follow: Follow,
    attempt: u32,
}

/// A connection.
pub struct Line {
    /// Which.
    pub id: u64,
    /// The hub's end; gone when the hub is.
    pub server: Option<stream::Frames>,
    cutter: Frames,
    heard_ms: u64,
    /// Whether anything was believed.
    pub trusted: Trust,
}

/// Whether a connection has said who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Not yet.
    NotYet,
    /// It has.
    Earned,
}

/// What the hub's end has to send.
pub enum Sent {
    /// Bytes.
    Bytes(Vec<u8>),
    /// It closed the stream.
    End,
}

impl Screen {
    /// A machine that is switched off.
    pub fn new(mut chance: Chance) -> Screen {
        Screen { cable: Cable::new(Chance::new(chance.draw())), life: None, boot: 0, chance }
    }

    /// The program starts, and knows nothing.
    pub fn start(&mut self, now_ms: u64) {
        self.boot += 1;
        self.life = Some(Life {
            display: Display::new(Moment(now_ms)),
            announced: Announced::new(),
            knew_ms: None,
            line: None,
            follow: Follow::default(),
            attempt: 0,
        });
    }

    /// Opens a connection, if the hub answers.
    pub fn connect(&mut self, hub: Option<&BoardStream>, id: u64, now_ms: u64) {
        let Some(life) = &mut self.life else { return };
        let resume = life.follow.connect();
        let server = hub.and_then(|stream| stream.follow(resume));
        life.line = server.map(|server| Line {
            id,
            server: Some(server),
            cutter: Frames::default(),
            heard_ms: now_ms,
            trusted: Trust::NotYet,
        });
    }

    /// What the hub's end has to send now.
    pub fn sent(&mut self) -> Vec<Sent> {
        let Some(line) = self.life.as_mut().and_then(|life| life.line.as_mut()) else { return Vec::new() };
        let mut sent = Vec::new();
        let mut context = Context::from_waker(Waker::noop());
        while let Some(server) = &mut line.server {
            match Pin::new(server).poll_next(&mut context) {
                Poll::Ready(Some(Ok(bytes))) => sent.push(Sent::Bytes(bytes.to_vec())),
                Poll::Ready(Some(Err(never))) => match never {},
                Poll::Ready(None) => {
                    line.server = None;
                    sent.push(Sent::End);
                }
                Poll::Pending => break,
            }
        }
        sent
    }

    /// Bytes arrive, cut anywhere. An error ends the connection.
    pub fn hear(&mut self, bytes: &[u8], now_ms: u64) -> Result<(), Deaf> {
        let cut = super::transitions::pick(&mut self.chance, bytes.len().max(1));
        let Some(life) = &mut self.life else { return Ok(()) };
        let Some(line) = &mut life.line else { return Ok(()) };
        line.heard_ms = now_ms;
        for part in [&bytes[..cut], &bytes[cut..]] {
            for frame in line.cutter.feed(part).map_err(|_| Deaf::NotAStream)? {
                let Some(event) = read(&frame).map_err(|_| Deaf::NotAStream)? else { continue };
                if let Some(event) = life.follow.believe(frame.id, event).map_err(Deaf::Distrust)? {
                    (life.attempt, line.trusted) = (0, Trust::Earned);
                    let call = life.display.handle(Moment(now_ms), Event::Stream(event));
                    announce(&mut life.announced, call);
                    life.knew_ms = life.knew_ms.or(life.display.board().map(|_| now_ms));
                }
            }
        }
        Ok(())
    }

    /// Time has passed.
    pub fn tick(&mut self, now_ms: u64) {
        if let Some(life) = &mut self.life {
            let call = life.display.handle(Moment(now_ms), Event::Tick);
            announce(&mut life.announced, call);
        }
    }

    /// Whether the connection has been silent for too long.
    pub fn is_deaf(&self, now_ms: u64) -> bool {
        let line = self.life.as_ref().and_then(|life| life.line.as_ref());
        line.is_some_and(|line| now_ms.saturating_sub(line.heard_ms) >= SILENCE_MS_MAX)
    }

    /// The connection is over; how long until the next attempt.
    pub fn part(&mut self) -> Option<u64> {
        let chance = u32::try_from(self.chance.draw() >> 32).unwrap_or(0);
        let life = self.life.as_mut()?;
        life.line = None;
        life.attempt += 1;
        u64::try_from(pause_before(life.attempt, chance).as_millis()).ok()
    }

    /// The connection is dead, and nobody says so.
    pub fn stall(&mut self) {
        if let Some(line) = self.life.as_mut().and_then(|life| life.line.as_mut()) {
            (line.id, line.server) = (0, None);
        }
    }

    /// Whether it is connected to a hub it believes.
    pub fn follows(&self) -> bool {
        let line = self.life.as_ref().and_then(|life| life.line.as_ref());
        line.is_some_and(|line| line.trusted == Trust::Earned && line.server.is_some())
    }
}

/// Why a display drops a connection.
#[derive(Debug)]
pub enum Deaf {
    /// What comes is no stream of a hub.
    NotAStream,
    /// It is, but of no hub to be believed.
    Distrust(Distrust),
}

fn announce(announced: &mut Announced, call: Option<BoardCall>) {
    if let Some(call) = call {
        *announced.entry((call.call_seq, call.called_at)).or_default() += 1;
    }
}
