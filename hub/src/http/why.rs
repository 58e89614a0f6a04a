//! Why a ticket stands where it stands, as one sentence: the queue's reason with names filled in.

use crate::{config::Config, journal::Reading};
use queue::{
    ids::TicketId,
    why::{Why, why_still_waiting},
};
use words::Lang;

/// The sentence; empty if the hall does not know the ticket.
pub(crate) fn sentence(reading: &Reading<'_>, ticket: TicketId, config: &Config, lang: Lang) -> String {
    match why_still_waiting(reading.hall, reading.rules, ticket, reading.at) {
        Some(why) => said(&why, config, lang),
        None => String::new(),
    }
}

/// A reason as a sentence.
pub(crate) fn said(why: &Why, config: &Config, lang: Lang) -> String {
    let (n, names) = parts(why, config, lang);
    let sentence = words::sentence(lang, &format!("problem.why.{}", why.code()));
    let form = sentence.map_or(why.code(), |s| s.form(lang.plural(n.unwrap_or_default())));
    let n = n.unwrap_or_default().to_string();
    let mut filled: Vec<(&str, &str)> = names.iter().map(|(name, value)| (*name, value.as_str())).collect();
    filled.push(("n", &n));
    words::filled(form, &filled)
}

/// What a reason counts and names. Clerks are not named: the visitor may be anyone.
fn parts(why: &Why, config: &Config, lang: Lang) -> (Option<u64>, Vec<(&'static str, String)>) {
    match why {
        Why::AheadOfYou { n } | Why::StatutoryFirst { n } | Why::WaitsForClerk { n, .. } => {
            (Some(u64::from(*n)), Vec::new())
        }
        Why::WaitsForCounter { counter, n } => (Some(u64::from(*n)), vec![("counter", counter.to_string())]),
        Why::Called { counter } | Why::BeingServed { counter } => (None, vec![("counter", counter.to_string())]),
        Why::OtherServicesFirst { service }
        | Why::NobodyServes { service }
        | Why::ServiceCountersPaused { service } => {
            (None, vec![("service", config.service_name(service, lang).to_owned())])
        }
        Why::Held { why, .. } => {
            let reason = words::lookup(lang, &format!("hall.hold.{why}")).unwrap_or(why.as_str());
            (None, vec![("reason", reason.to_owned())])
        }
        Why::NotOnPaper { .. } | Why::Next | Why::RejoinRest { .. } | Why::Closed { .. } => (None, Vec::new()),
    }
}
