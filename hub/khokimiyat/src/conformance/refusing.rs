//! What must not be taken, with which word, and that the line goes on behind it.

use super::{
    Fault, Made, Outcome, Visit,
    hall::{Plan, tampered},
    holds,
    taking::is_registered,
    wire::{Said, Wire},
};
use hhx::{Code, receipt::Outcome as Ack};
use serde_json::{Value, json};

/// 4.1
pub(super) async fn token(visit: &mut Visit) -> Outcome {
    let made = visit.hall.appeal()?;
    for token in ["", "none", &"0".repeat(64)] {
        let stranger = visit.wire.with_token(token);
        for said in [stranger.post(&made.bytes).await?, stranger.get("/v1/inbox?after=0").await?] {
            holds(said.status == 401, format!("a stranger is answered with {}", said.shown()))?;
        }
    }
    Ok(())
}

/// 2.2
pub(super) async fn major_version(visit: &mut Visit) -> Outcome {
    let made = visit.hall.made(&Plan::appeal(), |envelope| "2.0".clone_into(&mut envelope.hhx))?;
    is_nobodys(visit, &made.bytes, Code::UnsupportedVersion).await
}

/// 2.1
pub(super) async fn not_canonical(visit: &mut Visit) -> Outcome {
    let made = tampered(&visit.hall.appeal()?, |all| {
        for (_, bytes) in all.iter_mut().filter(|(name, _)| name == "envelope.json") {
            bytes.push(b'\n');
        }
    })?;
    // It is not what the manifest names either; which of both is seen first is the reader's.
    let before = visit.mark("documents").await?;
    let said = visit.wire.post(&made.bytes).await?;
    is_problem(&said, Code::HashMismatch).or_else(|_| is_problem(&said, Code::Validation))?;
    holds(visit.mark("documents").await? == before, "what is refused has moved the mark")
}

/// 2.4
pub(super) async fn other_hub(visit: &mut Visit) -> Outcome {
    let other = format!("{}-other", visit.hall.hub);
    let made = visit.hall.made(&Plan::appeal(), |envelope| envelope.from.system = Some(other))?;
    is_nobodys(visit, &made.bytes, Code::InvalidAddressee).await
}

/// 1.2
pub(super) async fn too_long(visit: &mut Visit) -> Outcome {
    let long = |envelope: &mut hhx::Envelope| {
        envelope.ext.insert("long".to_owned(), Value::from("x".repeat(300 * 1024)));
    };
    let made = visit.hall.made(&Plan::appeal(), long)?;
    is_nobodys(visit, &made.bytes, Code::SizeLimit).await
}

/// 4.5
pub(super) async fn no_container(visit: &mut Visit) -> Outcome {
    for bytes in [&b""[..], b"{}", b"PK\x05\x06"] {
        is_nobodys(visit, bytes, Code::Validation).await?;
    }
    Ok(())
}

/// 4.5
pub(super) async fn half(visit: &mut Visit) -> Outcome {
    let made = visit.hall.appeal()?;
    is_nobodys(visit, &made.bytes[..made.bytes.len() / 2], Code::Validation).await?;
    visit.takes(&made).await.map(drop)
}

/// 1.3
pub(super) async fn changed(visit: &mut Visit) -> Outcome {
    let made = tampered(&visit.hall.appeal()?, |all| {
        for (_, bytes) in all.iter_mut().filter(|(name, _)| name == "doc/body.sealed") {
            bytes[0] ^= 1;
        }
    })?;
    is_quarantined(visit, &made, Code::HashMismatch).await
}

/// 1.4
pub(super) async fn stranger(visit: &mut Visit) -> Outcome {
    let made = visit.hall.forged()?;
    is_quarantined(visit, &made, Code::SignatureInvalid).await
}

/// 1.5
pub(super) async fn extra(visit: &mut Visit) -> Outcome {
    let made =
        tampered(&visit.hall.appeal()?, |all| all.insert(3, ("att/99.sealed".to_owned(), b"smuggled".to_vec())))?;
    is_quarantined(visit, &made, Code::Validation).await
}

/// 5.2
pub(super) async fn service(visit: &mut Visit) -> Outcome {
    let made = visit.hall.made(&Plan { service: "Z99", ..Plan::appeal() }, |_| {})?;
    is_quarantined(visit, &made, Code::CatalogueOutdated).await
}

/// 4.6
pub(super) async fn busy(visit: &mut Visit) -> Outcome {
    let Some(url) = &visit.target.busy else { return Err(Fault::NotAsked("the address of one that is busy (--busy)")) };
    let wire = Wire::new(url, &visit.target.token).map_err(|error| error.to_string())?;
    let said = wire.post(&visit.hall.appeal()?.bytes).await?;
    is_problem(&said, Code::Busy)?;
    let seconds = said.retry_after.as_deref().and_then(|seconds| seconds.parse::<u32>().ok());
    holds(seconds.is_some_and(|seconds| (1..=900).contains(&seconds)), "BUSY does not say when to come again")
}

/// 4.7: a problem with this code.
pub(super) fn is_problem(said: &Said, code: Code) -> Outcome {
    let is = said.status == code.status() && said.json["code"] == json!(code);
    holds(is, format!("{} is due, not {}", code.word(), said.shown()))?;
    holds(said.media_type.starts_with("application/problem+json"), format!("a problem comes as {}", said.media_type))
}

/// It is refused, and no mark moves.
async fn is_nobodys(visit: &mut Visit, bytes: &[u8], code: Code) -> Outcome {
    let before = visit.mark("documents").await?;
    is_problem(&visit.wire.post(bytes).await?, code)?;
    holds(visit.mark("documents").await? == before, "what is refused has moved the mark")
}

/// It uses its place, is told of by R3, and the one behind it is registered.
async fn is_quarantined(visit: &mut Visit, made: &Made, code: Code) -> Outcome {
    let receipt = visit.takes(made).await?;
    holds(receipt.chain == made.hash, "its place is not used")?;
    let outcome = visit.reply(made).await?.outcome;
    let refused = matches!(&outcome, Some(Ack::Refused { code: said, .. }) if *said == code);
    holds(refused, format!("R3 with {} is due, not {outcome:?}", code.word()))?;
    let next = visit.hall.appeal()?;
    visit.takes(&next).await?;
    is_registered(visit, &next).await
}
