//! A display of the worst day: follows the board with the displays' own client, and counts what it heard.

use super::Stage;
use crate::chance::Chance;
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, watch},
    time::{sleep_until, timeout},
};
use wire::{
    board::{Board, BoardChange, BoardEvent},
    client_stream::{BoardSource, BoardStream, Follow, pause_before},
};

/// A display.
pub struct Display {
    /// Where the board comes from.
    pub source: BoardSource,
    /// When its cable is pulled, since the run began.
    pub losses: Vec<Duration>,
    /// Chooses its pauses.
    pub chance: Chance,
    /// The day.
    pub stage: Arc<Stage>,
}

/// What a display saw.
#[derive(Default)]
pub struct Done {
    /// When each call came, and how often.
    pub calls: BTreeMap<u64, (Instant, u32)>,
    /// The board at the end.
    pub board: Board,
    /// Connections that were opened.
    pub connections: usize,
}

impl Display {
    /// Follows until its board is the last one, or until it has been waited for long enough.
    pub async fn run(mut self, ready: mpsc::Sender<()>, mut last: watch::Receiver<Option<Board>>) -> Done {
        let (mut done, mut follow, mut attempt) = (Done::default(), Follow::default(), 0);
        let mut losses = std::mem::take(&mut self.losses).into_iter().peekable();
        loop {
            done.connections += 1;
            let resume = follow.connect();
            if let Ok(mut stream) = self.source.open(resume, &follow.seen()).await {
                loop {
                    let lost = losses.peek().map(|loss| self.stage.began + *loss);
                    let pulled = async {
                        match lost {
                            Some(at) => sleep_until(at.into()).await,
                            None => std::future::pending().await,
                        }
                    };
                    tokio::select! {
                        heard = hear(&mut stream, &mut follow, &mut done) => match heard {
                            Some(Heard::Board) => drop(ready.try_send(())),
                            Some(Heard::Other) => attempt = 0,
                            None => break,
                        },
                        () = pulled => { losses.next(); break }
                        changed = last.changed() => if changed.is_err() { return done },
                    }
                    if last.borrow().as_ref().is_some_and(|last| *last == done.board) {
                        return done;
                    }
                }
            }
            attempt += 1;
            let chance = u32::try_from(self.chance.between(0, u64::from(u32::MAX))).unwrap_or_default();
            // A display that never becomes equal is told to give up.
            if timeout(pause_before(attempt, chance), last.wait_for(|_| false)).await.is_ok() {
                return done;
            }
        }
    }
}

enum Heard {
    Board,
    Other,
}

/// Takes the next event; nothing if the connection is of no more use.
async fn hear(stream: &mut BoardStream, follow: &mut Follow, done: &mut Done) -> Option<Heard> {
    let (id, event) = stream.next().await.ok()?;
    let at = Instant::now();
    match follow.believe(id, event).ok()? {
        Some(BoardEvent::Snapshot(board)) => {
            // What was called while nobody listened is announced from the snapshot.
            let newest = done.calls.keys().next_back().copied();
            let missed = board.calls.iter().filter(|call| newest.is_some_and(|newest| call.call_seq > newest));
            for call in missed {
                done.calls.entry(call.call_seq).or_insert((at, 0)).1 += 1;
            }
            done.board = board;
            Some(Heard::Board)
        }
        Some(BoardEvent::Change(change)) => {
            if let BoardChange::Called { call } = &change {
                done.calls.entry(call.call_seq).or_insert((at, 0)).1 += 1;
            }
            done.board.apply(&change);
            Some(Heard::Other)
        }
        Some(BoardEvent::Beat(_)) | None => Some(Heard::Other),
    }
}
