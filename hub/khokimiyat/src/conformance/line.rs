//! The line: holes, forks, fences, new lives.

use super::{Outcome, Visit, hall::Plan, holds, refusing::is_problem, taking::first, wire::Said};
use hhx::{
    Code, Envelope, Hash,
    envelope::MessageType,
    line::{Mark, Position, Stream},
    receipt::Delivered,
};
use serde_json::json;
use uuid::Uuid;

/// 3.2
pub(super) async fn gap(visit: &mut Visit) -> Outcome {
    let missing = visit.hall.appeal()?;
    let beyond = |place: &mut Position| (place.seq, place.prev) = (place.seq + 1, missing.hash);
    let beyond = visit.hall.made(&Plan::appeal(), |envelope| envelope.line.iter_mut().for_each(beyond))?;
    let said = visit.wire.post(&beyond.bytes).await?;
    is_problem(&said, Code::Gap)?;
    has_mark(&said, Mark { epoch: visit.hall.epoch, high_water: visit.hall.seq, chain: visit.hall.chain })?;
    visit.takes(&missing).await?;
    visit.takes(&beyond).await.map(drop)
}

/// 3.3
pub(super) async fn taken_place(visit: &mut Visit) -> Outcome {
    let one = visit.hall.appeal()?;
    let other = visit.hall.appeal()?;
    visit.takes(&one).await?;
    let said = visit.wire.post(&other.bytes).await?;
    is_problem(&said, Code::Fork)?;
    has_mark(&said, Mark { epoch: visit.hall.epoch, high_water: visit.hall.seq, chain: one.hash })
}

/// 3.3
pub(super) async fn wrong_chain(visit: &mut Visit) -> Outcome {
    let forked = |envelope: &mut Envelope| {
        envelope.line.iter_mut().for_each(|place| place.prev = Hash::of(b"another history"));
    };
    let made = visit.hall.made(&Plan::appeal(), forked)?;
    is_problem(&visit.wire.post(&made.bytes).await?, Code::Fork)?;
    holds(visit.mark("documents").await?.chain == visit.hall.chain, "a fork has moved the mark")
}

/// 3.4
pub(super) async fn fenced(visit: &mut Visit) -> Outcome {
    let epoch = visit.hall.epoch;
    let over = |envelope: &mut Envelope| {
        envelope.line = Some(Position { epoch: epoch - 1, seq: 1, stream: Stream::Documents, prev: Hash::ZERO });
    };
    let made = visit.hall.made(&Plan::appeal(), over)?;
    let said = visit.wire.post(&made.bytes).await?;
    is_problem(&said, Code::Fenced)?;
    let mark: Mark = serde_json::from_value(said.json["mark"].clone()).map_err(|error| error.to_string())?;
    holds(mark.epoch == epoch, format!("the present life is {epoch}, and {} is said", mark.epoch))
}

/// 3.5
pub(super) async fn new_life(visit: &mut Visit) -> Outcome {
    let (made, receipt) = first(visit)?;
    let late = visit.hall.appeal()?;
    visit.hall.begin_life(visit.hall.epoch + 1);
    let moved = visit.hall.moved(&made)?;
    let said = visit.wire.post(&moved.bytes).await?;
    holds(said.status == 200, format!("what came before is answered with {}", said.shown()))?;
    holds(said.read::<Delivered>()? == receipt, "what came before gets another receipt")?;
    visit.hall.went(&moved);
    let mark = visit.mark("documents").await?;
    let here = Mark { epoch: visit.hall.epoch, high_water: visit.hall.seq, chain: visit.hall.chain };
    holds(mark == here, format!("the mark has not moved to the new place: {mark:?}"))?;
    visit.takes(&visit.hall.appeal()?).await?;
    is_problem(&visit.wire.post(&late.bytes).await?, Code::Fenced)
}

/// 3.6
pub(super) async fn statistics(visit: &mut Visit) -> Outcome {
    let documents = visit.mark("documents").await?;
    let mut envelope = visit.hall.blank(MessageType::Figures, Uuid::now_v7());
    envelope.line = Some(Position { epoch: visit.hall.epoch, seq: 1, stream: Stream::Statistics, prev: Hash::ZERO });
    envelope.figures = Some(json!({ "day": "2026-11-23", "rehearsal": true }));
    let made = visit.hall.pack(envelope, &[])?;
    let said = visit.wire.post(&made.bytes).await?;
    holds(said.status == 201, format!("a day's figures are answered with {}", said.shown()))?;
    let mark = visit.mark("statistics").await?;
    holds((mark.high_water, mark.chain) == (1, made.hash), "the mark of statistics does not move")?;
    holds(visit.mark("documents").await? == documents, "figures move the mark of documents")
}

fn has_mark(said: &Said, mark: Mark) -> Outcome {
    let found: Option<Mark> = serde_json::from_value(said.json["mark"].clone()).ok();
    holds(found == Some(mark), format!("the mark is {mark:?}, and {} is said", said.shown()))
}
