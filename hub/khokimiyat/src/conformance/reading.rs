//! What a hall reads: keys, the inbox, its cases, answers.

use super::{
    Fault, Outcome, Visit,
    hall::TAIL,
    holds,
    taking::{first, is_registered},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hhx::{
    CaseStatus, Hash,
    cases::Page,
    container::{self, Limits},
    envelope::{MessageType, Role},
    seal::{Header, Opener, Recipient, SecretKey},
    tail::PhoneTail,
};
use serde_json::json;
use uuid::Uuid;

/// Pages of the list that are looked through.
const PAGES_MAX: u32 = 100_000;

/// 8.1
pub(super) async fn keys(visit: &mut Visit) -> Outcome {
    let said = visit.wire.get("/v1/keys").await?;
    let keys: Vec<Recipient> = serde_json::from_value(said.json["keys"].clone()).map_err(|error| error.to_string())?;
    for key in &keys {
        holds(
            Recipient::of(&key.public).as_ref() == Some(key),
            format!("key {} is not named by its hash", key.key_id),
        )?;
    }
    let party = format!("soato:{}", visit.target.office);
    let to_sign = hhx::canonical(&json!({ "party": party, "keys": keys, "certificate": said.json["certificate"] }));
    let signature = STANDARD.decode(said.json["signature"].as_str().unwrap_or_default()).unwrap_or_default();
    holds(hhx::sign::verify(&to_sign, &signature, &visit.trusted).is_ok(), "the signature of the keys does not hold")
}

/// 5.3
pub(super) async fn recalled(visit: &mut Visit) -> Outcome {
    let filed = visit.hall.appeal()?;
    visit.takes(&filed).await?;
    is_registered(visit, &filed).await?;
    let case_id = filed.envelope.case_id;
    let recall = visit.hall.pack(visit.hall.blank(MessageType::Recall, case_id), &[])?;
    visit.takes(&recall).await?;
    let told = visit.told(|envelope| envelope.case_id == case_id && envelope.news.is_some()).await?;
    let status = told.and_then(|envelope| envelope.news).map(|news| news.status);
    holds(status == Some(CaseStatus::Recalled), format!("the case is {status:?}"))
}

/// 6.1
pub(super) async fn cursor(visit: &mut Visit) -> Outcome {
    let all = visit.inbox(visit.cursor).await?;
    holds(all.len() >= 2, "the inbox is empty after all that was sent")?;
    let middle = all[all.len() / 2].0;
    let rest = visit.inbox(middle).await?;
    let expected = all.iter().filter(|(cursor, _)| *cursor > middle).count();
    let is = rest.len() == expected && rest.iter().all(|(cursor, _)| *cursor > middle);
    holds(is, format!("{expected} come after the middle one, and {} are given", rest.len()))?;
    let said = visit.wire.get("/v1/inbox?after=none").await?;
    holds(said.status == 400, format!("a cursor that is none is answered with {}", said.shown()))
}

/// 6.2
pub(super) async fn acknowledged(visit: &mut Visit) -> Outcome {
    let all = visit.inbox(visit.cursor).await?;
    let Some((_, first)) = all.first() else { return Err(Fault::Broken("the inbox is empty".to_owned())) };
    for _ in 0..2 {
        let said = visit.wire.acknowledge(first.consignment_id).await?;
        holds(said.status == 204, format!("an acknowledgement is answered with {}", said.shown()))?;
    }
    let said = visit.wire.acknowledge(Uuid::now_v7()).await?;
    holds(said.status == 404, format!("one of nothing is answered with {}", said.shown()))
}

/// 7.1
pub(super) async fn case(visit: &mut Visit) -> Outcome {
    let (made, _) = first(visit)?;
    let said = visit.wire.get(&format!("/v1/cases/{}", made.envelope.case_id)).await?;
    let stands = said.status == 200 && said.json["status"].as_str().and_then(CaseStatus::of).is_some();
    holds(stands && said.json["reg_no"].is_string(), format!("a registered case is {}", said.shown()))?;
    let said = visit.wire.get(&format!("/v1/cases/{}", Uuid::now_v7())).await?;
    holds(said.status == 404, format!("a case of nobody is {}", said.shown()))
}

/// 7.2
pub(super) async fn list(visit: &mut Visit) -> Outcome {
    let (made, _) = first(visit)?;
    let mut after = String::new();
    for _ in 0..PAGES_MAX {
        let said = visit.wire.get(&format!("/v1/cases{after}")).await?;
        let page: Page = said.read()?;
        let is_it = |case: &&hhx::cases::Case| case.case_id == made.envelope.case_id;
        if let Some(case) = page.cases.iter().find(is_it) {
            let tail: PhoneTail = TAIL.parse().map_err(|_| "four digits".to_owned())?;
            holds(case.phone_tail == Some(tail.hashed(case.case_id)), "the hash of the phone's end is another one")?;
            let number = made.envelope.service.as_ref().map(|service| &service.number);
            holds(number == Some(&case.number), "the number on the slip is another one")?;
            let steps: Vec<CaseStatus> = case.steps.iter().map(|step| step.status).collect();
            let begins = steps.starts_with(&[CaseStatus::Delivered, CaseStatus::Registered]);
            return holds(begins, format!("its steps are {steps:?}"));
        }
        match page.next {
            Some(next) => after = format!("?after={next}"),
            None => break,
        }
    }
    Err(Fault::Broken("the list does not have a case that was registered".to_owned()))
}

/// 7.3
pub(super) async fn answer(visit: &mut Visit) -> Outcome {
    let (made, _) = first(visit)?;
    let key = SecretKey::new().map_err(|error| error.to_string())?;
    let Recipient { key_id, public } = &key.recipient;
    let of = |case_id: Uuid| format!("/v1/cases/{case_id}/answer?key_id={key_id}&public={public}");
    let said = visit.wire.get(&of(made.envelope.case_id)).await?;
    holds(said.status == 404, format!("an answer that is not given yet is {}", said.shown()))?;
    let said = visit.wire.get(&format!("/v1/cases/{}/answer", made.envelope.case_id)).await?;
    holds(said.status == 400, format!("without a key it is answered with {}", said.shown()))?;
    let Some(answered) = visit.target.answered else {
        return Err(Fault::NotAsked("a case that was answered (--answered)"));
    };
    let said = visit.wire.get(&of(answered)).await?;
    let opened = container::open(&said.body, &Limits::USUAL, &visit.trusted)
        .map_err(|error| Fault::Broken(format!("the answer's container does not hold: {error}")))?;
    let entry = |role: Role| {
        let file = opened.envelope.files.iter().find(|file| file.role == role)?;
        opened.entries.get(&file.name)
    };
    let (Some(header), Some(main)) = (entry(Role::Seal), entry(Role::Main)) else {
        return Err(Fault::Broken("the answer is not sealed".to_owned()));
    };
    let header: Header = serde_json::from_slice(header).map_err(|error| error.to_string())?;
    let opener = Opener::new(&header, &key).map_err(|error| error.to_string())?;
    let text = opener.open(0, main).map_err(|error| error.to_string())?;
    holds(!text.is_empty() && Hash::of(&text) != Hash::of(main), "the answer is empty or was not sealed")
}
