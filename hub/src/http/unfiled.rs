//! Why an application is not taken, or nothing is told of it: codes, statuses and sentences of their own.

use super::problem::Told;
use crate::config::Config;
use applications::{NotFiled, NotTold};
use axum::http::StatusCode;
use words::Lang;

/// Why an application is not taken, or nothing is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfiled {
    /// This hall takes none.
    NoExchange,
    /// The slot was given up, or the hub was restored: ask for another and seal again.
    NoSlot,
    /// Too many are being written.
    SlotsFull,
    /// The office has given no key for today.
    NoOfficeKey,
    /// This life has no more numbers.
    NumbersUsedUp,
    /// The seal is bound to something else, or not for the office.
    SealForeign,
    /// Pieces are missing, too large or too many.
    PiecesWrong,
    /// The form was changed meanwhile.
    FormOutdated,
    /// Another consent than the one of today.
    ConsentOther,
    /// Not an application's number.
    BadNumber,
    /// Not four digits.
    BadPhoneTail,
    /// There is none with this number and phone.
    NoApplication,
    /// Asked too often: wait so many seconds.
    AskedTooOften(u64),
}

impl Unfiled {
    /// Every code; each has a sentence `problem.application.<code>`.
    pub const CODES: &[&str] = &[
        "no-exchange",
        "no-slot",
        "slots-full",
        "no-office-key",
        "application-numbers-used-up",
        "seal-foreign",
        "pieces-wrong",
        "form-outdated",
        "consent-other",
        "bad-number",
        "bad-phone-tail",
        "no-application",
        "asked-too-often",
    ];

    /// Its status and code.
    pub(super) fn status_and_code(self) -> (StatusCode, &'static str) {
        match self {
            Unfiled::NoExchange => (StatusCode::NOT_FOUND, "no-exchange"),
            Unfiled::NoSlot => (StatusCode::NOT_FOUND, "no-slot"),
            Unfiled::SlotsFull => (StatusCode::SERVICE_UNAVAILABLE, "slots-full"),
            Unfiled::NoOfficeKey => (StatusCode::SERVICE_UNAVAILABLE, "no-office-key"),
            Unfiled::NumbersUsedUp => (StatusCode::CONFLICT, "application-numbers-used-up"),
            Unfiled::SealForeign => (StatusCode::UNPROCESSABLE_ENTITY, "seal-foreign"),
            Unfiled::PiecesWrong => (StatusCode::UNPROCESSABLE_ENTITY, "pieces-wrong"),
            Unfiled::FormOutdated => (StatusCode::CONFLICT, "form-outdated"),
            Unfiled::ConsentOther => (StatusCode::UNPROCESSABLE_ENTITY, "consent-other"),
            Unfiled::BadNumber => (StatusCode::UNPROCESSABLE_ENTITY, "bad-number"),
            Unfiled::BadPhoneTail => (StatusCode::UNPROCESSABLE_ENTITY, "bad-phone-tail"),
            Unfiled::NoApplication => (StatusCode::NOT_FOUND, "no-application"),
            Unfiled::AskedTooOften(_) => (StatusCode::TOO_MANY_REQUESTS, "asked-too-often"),
        }
    }

    pub(super) fn retry_after_s(self) -> Option<u64> {
        match self {
            Unfiled::SlotsFull | Unfiled::NoOfficeKey => Some(60),
            Unfiled::AskedTooOften(seconds) => Some(seconds),
            _ => None,
        }
    }
}

/// What is said about it.
pub(super) fn told(unfiled: Unfiled, _: &Config, lang: Lang) -> Told {
    let (status, code) = unfiled.status_and_code();
    let minutes = unfiled.retry_after_s().unwrap_or_default().div_ceil(60);
    let sentence = words::sentence(lang, &format!("problem.application.{code}"));
    let form = sentence.map_or(code, |sentence| sentence.form(lang.plural(minutes)));
    let sentence = words::filled(form, &[("n", &minutes.to_string())]);
    Told { status, code, sentence, detail: None, retry_after_s: unfiled.retry_after_s() }
}

impl From<Unfiled> for super::Fault {
    fn from(unfiled: Unfiled) -> Self {
        super::Fault::Unfiled(unfiled)
    }
}

impl From<NotFiled> for super::Fault {
    fn from(not: NotFiled) -> Self {
        match not {
            NotFiled::NoSlot => Unfiled::NoSlot.into(),
            NotFiled::Full => Unfiled::SlotsFull.into(),
            NotFiled::NumbersUsedUp => Unfiled::NumbersUsedUp.into(),
            NotFiled::NoKey => Unfiled::NoOfficeKey.into(),
            NotFiled::ForeignSeal => Unfiled::SealForeign.into(),
            NotFiled::Pieces => Unfiled::PiecesWrong.into(),
            NotFiled::Reused => super::Fault::CommandIdReused,
            NotFiled::Seal(error) => internal(&error),
            NotFiled::Store(error) => internal(&error),
        }
    }
}

impl From<NotTold> for super::Fault {
    fn from(not: NotTold) -> Self {
        match not {
            NotTold::NotANumber => Unfiled::BadNumber.into(),
            NotTold::Unknown => Unfiled::NoApplication.into(),
            NotTold::Rest(left) => {
                Unfiled::AskedTooOften(u64::try_from(left.as_secs()).unwrap_or_default().max(1)).into()
            }
            NotTold::Store(error) => internal(&error),
        }
    }
}

fn internal(error: &(dyn std::error::Error + 'static)) -> super::Fault {
    tracing::error!(error, "the file of applications failed");
    super::Fault::NotSaved
}
