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
use hhx::envelope::{Consent, MessageType};
use jiff::{Timestamp, civil::Date};
use queue::{calendar::date_at, ids::ServiceCode};
use sealed::{File, Sealed};
use std::sync::Arc;

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
    let files: Vec<File<'_>> = application.files.iter().map(|(what, bytes)| File { what, bytes }).collect();
    let to_seal = sealed::Application { checked: &application.checked, files: &files };
    let sealed = sealed::seal(&to_seal, &slot).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "an application from a counter was not sealed");
        NotFiled::NotKept
    })?;
    for (nth, piece) in (0..).zip(&sealed.pieces) {
        applications.keep_piece(slot.case_id, nth, piece).map_err(not)?;
    }
    let filing = Filing {
        case_id: slot.case_id,
        message_type,
        service: application.checked.service().to_owned(),
        catalogue_version: application.checked.version().to_owned(),
        language: application.language.to_string(),
        ticket: Some(application.ticket.0),
        consent: consent(application, &sealed, now).ok_or(NotFiled::NotKept)?,
        phone_tail: sealed.phone_tail.as_deref().and_then(|tail| tail.parse().ok()),
        seal: sealed.header,
        due: Some(due),
    };
    let filed = applications.file(&filing, now).map_err(not)?;
    exchange.filed();
    Ok(Filed { number: filed.number, due: filed.due })
}

fn consent(application: &Application, sealed: &Sealed, now: Timestamp) -> Option<Consent> {
    let text_version = forms::form(application.checked.service())?.consent.version().to_string();
    Some(Consent { text_version, sha256: sealed.consent.parse().ok()?, at: now, channel: "counter".to_owned() })
}
