//! An application that a clerk wrote down: sealed in the hub's memory before anything of it is written anywhere.
//!
//! It is sealed as a kiosk seals its own: to the office and to the key of the day, so that the counter opens it again
//! today, and nobody tomorrow.

use super::{Exchange, moment, promised};
use crate::{
    config::Config,
    filing::{Application, Filed, NotFiled, Taken, TakesApplications},
    journal::Clock,
};
use applications::Filing;
use hhx::{
    Hash,
    body::{Attachment, Body},
    envelope::{Consent, MessageType},
    seal::{self, Bound},
};
use jiff::{Timestamp, civil::Date};
use queue::{calendar::date_at, ids::ServiceCode};
use std::{collections::BTreeMap, sync::Arc};
use zeroize::Zeroizing;

/// The counters' way into the file of applications.
struct AtCounters {
    exchange: Exchange,
    config: Arc<Config>,
    clock: Clock,
}

impl Exchange {
    /// What takes applications from the counters' pages.
    pub(crate) fn at_counters(&self, config: &Arc<Config>, clock: &Clock) -> Arc<dyn TakesApplications> {
        Arc::new(AtCounters { exchange: self.clone(), config: Arc::clone(config), clock: Arc::clone(clock) })
    }
}

impl TakesApplications for AtCounters {
    fn take(&self, application: Application) -> Taken {
        let now = (self.clock)();
        let today = date_at(self.config.rules(), now).0;
        let code = application.checked.service().parse::<ServiceCode>().ok();
        let promised = code.and_then(|code| promised(&self.config, &code, now));
        let exchange = self.exchange.clone();
        Box::pin(async move {
            let taken = tokio::task::spawn_blocking(move || {
                let promised = promised.ok_or(NotFiled::NotKept)?;
                taken(&exchange, &application, (moment(now), today, promised))
            });
            taken.await.map_err(|_| NotFiled::NotKept)?
        })
    }
}

fn taken(
    exchange: &Exchange,
    application: &Application,
    (now, today, (message_type, due)): (Timestamp, Date, (MessageType, Date)),
) -> Result<Filed, NotFiled> {
    let applications = exchange.applications();
    let not = |error: applications::NotFiled| {
        tracing::error!(error = &error as &dyn std::error::Error, "an application from a counter was not taken");
        match error {
            applications::NotFiled::NoKey | applications::NotFiled::Full => NotFiled::Closed,
            _ => NotFiled::NotKept,
        }
    };
    // The same again: the seal would be another one, the application is not.
    if let Some(known) = applications.filed_by(application.command_id).map_err(not)? {
        return Ok(Filed { number: known.number, due: known.due });
    }
    let slot = applications.reserve(application.command_id, now, today).map_err(not)?;
    let service = application.checked.service().to_owned();
    let version = application.checked.version().to_owned();
    let bound = Bound { hub: slot.hub, epoch: slot.epoch, number: slot.number, schema: format!("{service}/{version}") };
    let body = body(application, slot.case_id).ok_or(NotFiled::NotKept)?;
    let mut pieces = vec![body.as_slice()];
    pieces.extend(application.files.iter().map(|(_, bytes)| bytes.as_ref()));
    let sealed = seal::seal(bound, &slot.recipients, &pieces).map_err(|error| not(error.into()))?;
    for (nth, piece) in (0..).zip(&sealed.pieces) {
        applications.keep_piece(slot.case_id, nth, piece).map_err(not)?;
    }
    let filing = Filing {
        case_id: slot.case_id,
        seal: sealed.header,
        message_type,
        service,
        catalogue_version: version,
        language: application.language.to_string(),
        ticket: Some(application.ticket.0),
        consent: consent(application, now).ok_or(NotFiled::NotKept)?,
        phone_tail: application.checked.last_four().and_then(|tail| tail.parse().ok()),
        due: Some(due),
    };
    let filed = applications.file(&filing, now).map_err(not)?;
    exchange.filed();
    Ok(Filed { number: filed.number, due: filed.due })
}

/// What is sealed, as bytes that are wiped when they go.
fn body(application: &Application, case_id: uuid::Uuid) -> Option<Zeroizing<Vec<u8>>> {
    let answers = application.checked.answers();
    let mut attachments = Vec::new();
    for (file, bytes) in &application.files {
        let field = answers.0.iter().find_map(|(id, answer)| match answer {
            forms::Answer::Files(files) if files.contains(file) => Some(id.to_string()),
            _ => None,
        })?;
        attachments.push(Attachment {
            field,
            name: file.name.clone(),
            media_type: file.media.media_type().to_owned(),
            size: bytes.len() as u64,
            sha256: Hash::of(bytes),
        });
    }
    let written: Option<BTreeMap<String, serde_json::Value>> =
        answers.0.iter().map(|(id, answer)| Some((id.to_string(), serde_json::to_value(answer).ok()?))).collect();
    let body = Body {
        case_id,
        service: application.checked.service().to_owned(),
        catalogue_version: application.checked.version().to_owned(),
        answers: written?,
        attachments,
    };
    serde_json::to_vec(&body).ok().map(Zeroizing::new)
}

fn consent(application: &Application, now: Timestamp) -> Option<Consent> {
    let agreed = application.checked.answers().0.values().find_map(|answer| match answer {
        forms::Answer::Agreed(agreed) => Some(agreed),
        _ => None,
    })?;
    let text_version = forms::form(application.checked.service())?.consent.version().to_string();
    Some(Consent { text_version, sha256: agreed.sha256.parse().ok()?, at: now, channel: "counter".to_owned() })
}
