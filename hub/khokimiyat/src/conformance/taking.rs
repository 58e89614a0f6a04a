//! What must be taken, and how that is said.

use super::{Fault, Outcome, Visit, hall::Plan, holds};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::{Hash, envelope::MessageType, receipt::Delivered, receipt::Outcome as Ack};
use serde_json::json;

/// 4.2
pub(super) async fn receipt(visit: &mut Visit) -> Outcome {
    let made = visit.hall.appeal()?;
    let place = visit.hall.seq + 1;
    let receipt = visit.takes(&made).await?;
    visit.first = Some((made.clone(), receipt.clone()));
    holds(receipt.consignment_id == made.envelope.consignment_id, "R1 is for another consignment")?;
    holds(receipt.sha256 == Hash::of(&made.bytes), "R1 is over other bytes")?;
    holds((receipt.high_water, receipt.chain) == (place, made.hash), "R1 does not say the mark after it")?;
    holds(receipt.durable_high_water <= receipt.high_water, "R1 is durable beyond its mark")?;
    let signature = STANDARD.decode(&receipt.signature).unwrap_or_default();
    let signed = hhx::sign::verify(&receipt.to_sign(), &signature, &visit.trusted);
    holds(signed.is_ok(), "the signature of R1 does not hold")
}

/// 4.3
pub(super) async fn again(visit: &mut Visit) -> Outcome {
    let (made, first) = first(visit)?;
    for _ in 0..2 {
        let said = visit.wire.post(&made.bytes).await?;
        holds(said.status == 200, format!("the same again is answered with {}", said.shown()))?;
        holds(said.read::<Delivered>()? == first, "the same again gets another receipt")?;
    }
    holds(visit.mark("documents").await?.high_water == visit.hall.seq, "the same again moves the mark")
}

/// 4.4
pub(super) async fn together(visit: &mut Visit) -> Outcome {
    let made = visit.hall.appeal()?;
    let (left, right) = tokio::join!(visit.wire.post(&made.bytes), visit.wire.post(&made.bytes));
    let (left, right) = (left?, right?);
    let mut both = [left.status, right.status];
    both.sort_unstable();
    holds(both == [200, 201], format!("they are answered with {} and {}", left.shown(), right.shown()))?;
    visit.hall.went(&made);
    holds(left.read::<Delivered>()? == right.read::<Delivered>()?, "they get two receipts")
}

/// 5.1
pub(super) async fn registered(visit: &mut Visit) -> Outcome {
    let (made, _) = first(visit)?;
    let reply = visit.reply(&made).await?;
    holds(reply.message_type == MessageType::Ack, "the answer is no ack")?;
    holds(reply.case_id == made.envelope.case_id, "R2 is of another case")?;
    let Some(Ack::Registered { registration, due }) = reply.outcome else {
        return Err(Fault::Broken("an appeal is not registered".to_owned()));
    };
    holds(!registration.reg_no.is_empty() && registration.index > 0, "R2 has no number")?;
    holds(due.is_some_and(|due| due >= registration.reg_date), "an appeal has no due date")
}

/// 5.4
pub(super) async fn same_case(visit: &mut Visit) -> Outcome {
    let (made, _) = first(visit)?;
    let number = |ack: Option<Ack>| match ack {
        Some(Ack::Registered { registration, .. }) => Some(registration.reg_no),
        Some(Ack::Refused { .. }) | None => None,
    };
    let before = number(visit.reply(&made).await?.outcome);
    let plan = Plan { case_id: made.envelope.case_id, ..Plan::appeal() };
    let again = visit.hall.made(&plan, |_| {})?;
    visit.takes(&again).await?;
    let after = number(visit.reply(&again).await?.outcome);
    holds(after.is_some() && after == before, format!("the case has the numbers {before:?} and {after:?}"))
}

/// 1.6
pub(super) async fn attachments(visit: &mut Visit) -> Outcome {
    let scan = vec![7; 300_000];
    let plan = Plan { attachments: &[b"%PDF-1.4 sinov", &scan], ..Plan::appeal() };
    let made = visit.hall.made(&plan, |_| {})?;
    visit.takes(&made).await?;
    is_registered(visit, &made).await
}

/// 2.3
pub(super) async fn unknown_keys(visit: &mut Visit) -> Outcome {
    let added = |envelope: &mut hhx::Envelope| {
        envelope.ext.insert("added_later".to_owned(), json!({ "anything": [1, 2.5, "ʻ"] }));
    };
    let made = visit.hall.made(&Plan::appeal(), added)?;
    let receipt = visit.takes(&made).await?;
    holds(receipt.chain == made.hash, "the key is not in what is chained")?;
    is_registered(visit, &made).await
}

/// 2.2
pub(super) async fn minor_version(visit: &mut Visit) -> Outcome {
    let made = visit.hall.made(&Plan::appeal(), |envelope| "1.7".clone_into(&mut envelope.hhx))?;
    visit.takes(&made).await?;
    is_registered(visit, &made).await
}

/// The first that was taken, with its receipt.
pub(super) fn first(visit: &Visit) -> Result<(super::Made, Delivered), Fault> {
    visit.first.clone().ok_or_else(|| Fault::Broken("nothing was taken before".to_owned()))
}

/// R2 comes for it.
pub(super) async fn is_registered(visit: &Visit, made: &super::Made) -> Outcome {
    let outcome = visit.reply(made).await?.outcome;
    holds(matches!(outcome, Some(Ack::Registered { .. })), format!("it is not registered: {outcome:?}"))
}
