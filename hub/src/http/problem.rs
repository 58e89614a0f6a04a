//! Everything a request can fail with: a stable code, a status, and one sentence in the request's language.
//!
//! A handler returns a [`Fault`]; the door turns it into `application/problem+json` (RFC 9457), because only there the
//! language is known. Refusals of the queue have their own file, [`super::refusals`].

use super::{refusals, unfiled};
use crate::config::Config;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use queue::{ids::CounterId, refusal::Refusal, time::Span};
use wire::{
    display::{NOTICE_TEXT_CHARS_MAX, NOTICE_TITLE_CHARS_MAX, NOTICES_MAX},
    problem::Problem,
};
use words::Lang;

/// Why a request is not answered as hoped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The queue says no.
    Refused(Refusal),
    /// An application is not taken, or nothing is told of it.
    Unfiled(unfiled::Unfiled),
    /// The command id was used for another command.
    CommandIdReused,
    /// The hub has too much to do.
    Busy,
    /// The disk did not take it: nothing is changed.
    NotSaved,
    /// The disk has no room: nothing is changed.
    DiskFull,
    /// The hub is going down.
    Stopping,
    /// Another hub has taken this one's place: nothing is done here any more.
    Fenced,
    /// Took too long; the same command id tells later whether it was done.
    TooSlow,
    /// Not JSON.
    MalformedJson { line: usize, column: usize },
    /// JSON, but not what is expected here.
    WrongBody { detail: String },
    /// More than a body may have.
    BodyTooLarge,
    /// The body ended early.
    BodyCutOff,
    /// The body is not declared as JSON.
    NotJson,
    /// An id in the address is not one.
    BadPath,
    /// A value in the address's query is not one of those allowed.
    BadQuery { name: &'static str },
    /// A value in the body is not one of those allowed.
    NoSuchValue { name: &'static str },
    /// Text that is no ticket's code.
    NoCode,
    /// A code that no kiosk of this hall has signed.
    CodeNotOurs,
    /// Exactly one place to transfer to.
    OneTarget,
    /// A time that is not RFC 3339.
    BadTime { name: &'static str },
    /// Nothing is here.
    NotFound,
    /// Something is here, but not for this method.
    MethodNotAllowed,
    /// No token.
    SignInNeeded,
    /// A token of nobody.
    TokenUnknown,
    /// A token of a session that is over.
    SessionExpired,
    /// A token without the right.
    NotAllowed,
    /// Another clerk sits there.
    NotYourCounter { counter: CounterId },
    /// Calling out of order needs the right to.
    PickingNotAllowed,
    /// A cookie from a page that is not the hub's.
    CrossSite,
    /// Name or PIN is wrong.
    SignInFailed,
    /// Too many wrong PINs: wait.
    SignInWait { wait: Span },
    /// Far too many: a manager has to help.
    SignInLocked,
    /// No open pairing has this code.
    PairingFailed,
    /// Too many pairings are open.
    PairingsFull,
    /// The hall has no such device.
    NoSuchDevice,
    /// A notice that says nothing in some language, or more than a screen holds.
    NoticeWords,
    /// A notice whose time is over already.
    NoticeOver,
    /// As many notices as there may be.
    NoticesFull,
    /// Nobody is being served at this counter, or somebody else is.
    NobodyServed,
    /// An application that nobody could keep.
    NotFiled,
    /// As many streams as there may be.
    StreamsFull,
    /// A fault of the hub itself; logged where it happened.
    Internal,
}

/// What is said about a fault.
pub(super) struct Told {
    /// The HTTP status.
    pub(super) status: StatusCode,
    /// The stable code, and the name of the sentence in its table.
    pub(super) code: &'static str,
    /// The sentence in the asked language.
    pub(super) sentence: String,
    /// More for whoever writes the client.
    pub(super) detail: Option<String>,
    /// When to come again, seconds.
    pub(super) retry_after_s: Option<u64>,
}

impl Fault {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.status_and_code().1
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status_and_code().0
    }

    /// The sentence, for pages that show it themselves.
    pub fn sentence(&self, config: &Config, lang: Lang) -> String {
        self.told(config, lang).sentence
    }

    /// The problem as it travels.
    pub fn problem(&self, config: &Config, lang: Lang) -> Problem {
        self.told(config, lang).problem()
    }

    pub(super) fn told(&self, config: &Config, lang: Lang) -> Told {
        if let Fault::Refused(refusal) = self {
            return refusals::told(refusal, config, lang);
        }
        if let Fault::Unfiled(unfiled) = self {
            return unfiled::told(*unfiled, config, lang);
        }
        let (status, code) = self.status_and_code();
        let sentence = words::sentence(lang, &format!("problem.http.{code}"));
        let count = self.count();
        let form = sentence.map_or(code, |s| s.form(lang.plural(count.unwrap_or_default())));
        let (n, names) = (count.unwrap_or_default().to_string(), self.names());
        let mut filled: Vec<(&str, &str)> = names.iter().map(|(name, value)| (*name, value.as_str())).collect();
        filled.push(("n", &n));
        Told {
            status,
            code,
            sentence: words::filled(form, &filled),
            detail: self.detail(),
            retry_after_s: self.retry_after_s(),
        }
    }

    /// What the sentence names. Names of fields are the same in every language: they are for whoever writes clients.
    fn names(&self) -> Vec<(&'static str, String)> {
        match self {
            Fault::MalformedJson { line, column } => vec![("line", line.to_string()), ("column", column.to_string())],
            Fault::BadQuery { name } | Fault::NoSuchValue { name } | Fault::BadTime { name } => {
                vec![("name", (*name).to_owned())]
            }
            Fault::NotYourCounter { counter } => vec![("counter", counter.to_string())],
            Fault::BodyTooLarge => vec![("kib", (super::json::BODY_BYTES_MAX / 1024).to_string())],
            Fault::NoticeWords => {
                vec![("title", NOTICE_TITLE_CHARS_MAX.to_string()), ("text", NOTICE_TEXT_CHARS_MAX.to_string())]
            }
            Fault::NoticesFull => vec![("most", NOTICES_MAX.to_string())],
            _ => Vec::new(),
        }
    }

    fn count(&self) -> Option<u64> {
        match self {
            Fault::SignInWait { wait } => Some(wait.0.div_ceil(1000)),
            _ => None,
        }
    }

    fn detail(&self) -> Option<String> {
        match self {
            Fault::WrongBody { detail } => Some(detail.clone()),
            _ => None,
        }
    }

    pub(crate) fn retry_after_s(&self) -> Option<u64> {
        match self {
            Fault::Busy | Fault::TooSlow | Fault::NotSaved => Some(1),
            Fault::StreamsFull | Fault::PairingsFull | Fault::Stopping | Fault::DiskFull | Fault::NotFiled => Some(5),
            Fault::SignInWait { wait } => Some(wait.0.div_ceil(1000)),
            Fault::Unfiled(unfiled) => unfiled.retry_after_s(),
            _ => None,
        }
    }
}

/// Gives every fault its status and its code, and lists the codes, so that none can be without a sentence.
macro_rules! statuses {
    ($($fault:pat => $status:ident $code:literal,)+) => {
        impl Fault {
            /// Every code of this table; the queue's refusals have their own.
            pub const CODES: &[&str] = &[$($code),+];

            fn status_and_code(&self) -> (StatusCode, &'static str) {
                match self {
                    Fault::Refused(refusal) => (refusals::status(refusal), refusal.code()),
                    Fault::Unfiled(unfiled) => unfiled.status_and_code(),
                    $($fault => (StatusCode::$status, $code),)+
                }
            }
        }
    };
}

statuses! {
    Fault::CommandIdReused => CONFLICT "command-id-reused",
    Fault::Busy => SERVICE_UNAVAILABLE "busy",
    Fault::NotSaved => SERVICE_UNAVAILABLE "not-saved",
    Fault::DiskFull => SERVICE_UNAVAILABLE "disk-full",
    Fault::Stopping => SERVICE_UNAVAILABLE "stopping",
    Fault::Fenced => CONFLICT "fenced",
    Fault::TooSlow => SERVICE_UNAVAILABLE "too-slow",
    Fault::MalformedJson { .. } => BAD_REQUEST "malformed-json",
    Fault::WrongBody { .. } => UNPROCESSABLE_ENTITY "wrong-body",
    Fault::BodyTooLarge => PAYLOAD_TOO_LARGE "body-too-large",
    Fault::BodyCutOff => BAD_REQUEST "body-cut-off",
    Fault::NotJson => UNSUPPORTED_MEDIA_TYPE "not-json",
    Fault::BadPath => BAD_REQUEST "bad-path",
    Fault::BadQuery { .. } => BAD_REQUEST "bad-query",
    Fault::NoSuchValue { .. } => NOT_FOUND "no-such-value",
    Fault::NoCode => UNPROCESSABLE_ENTITY "no-code",
    Fault::CodeNotOurs => CONFLICT "code-not-ours",
    Fault::OneTarget => UNPROCESSABLE_ENTITY "one-target",
    Fault::BadTime { .. } => UNPROCESSABLE_ENTITY "bad-time",
    Fault::NotFound => NOT_FOUND "not-found",
    Fault::MethodNotAllowed => METHOD_NOT_ALLOWED "method-not-allowed",
    Fault::SignInNeeded => UNAUTHORIZED "sign-in-needed",
    Fault::TokenUnknown => UNAUTHORIZED "token-unknown",
    Fault::SessionExpired => UNAUTHORIZED "session-expired",
    Fault::NotAllowed => FORBIDDEN "not-allowed",
    Fault::NotYourCounter { .. } => FORBIDDEN "not-your-counter",
    Fault::PickingNotAllowed => FORBIDDEN "picking-not-allowed",
    Fault::CrossSite => FORBIDDEN "cross-site",
    Fault::SignInFailed => UNAUTHORIZED "sign-in-failed",
    Fault::SignInWait { .. } => TOO_MANY_REQUESTS "sign-in-wait",
    Fault::SignInLocked => FORBIDDEN "sign-in-locked",
    Fault::PairingFailed => FORBIDDEN "pairing-failed",
    Fault::PairingsFull => SERVICE_UNAVAILABLE "pairings-full",
    Fault::NoSuchDevice => NOT_FOUND "no-such-device",
    Fault::NoticeWords => UNPROCESSABLE_ENTITY "notice-words",
    Fault::NoticeOver => UNPROCESSABLE_ENTITY "notice-over",
    Fault::NoticesFull => CONFLICT "notices-full",
    Fault::NobodyServed => CONFLICT "nobody-served",
    Fault::NotFiled => SERVICE_UNAVAILABLE "not-filed",
    Fault::StreamsFull => SERVICE_UNAVAILABLE "streams-full",
    Fault::Internal => INTERNAL_SERVER_ERROR "internal",
}

impl Told {
    pub(super) fn problem(self) -> Problem {
        Problem {
            kind: format!("urn:navbat:problem:{}", self.code),
            code: self.code.to_owned(),
            status: self.status.as_u16(),
            title: self.sentence,
            detail: self.detail,
        }
    }

    pub(super) fn response(self) -> Response {
        let (status, retry_after_s) = (self.status, self.retry_after_s);
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for Fault {
    /// Only the status and the fault itself: the door, which knows the language, writes the body.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue::why::Why;

    /// Refusals whose sentence depends on what is known.
    const VARIANTS: [&str; 2] = ["service-closed-opens", "service-closed-holiday"];

    #[test]
    fn every_code_has_a_sentence_and_every_sentence_a_code() {
        let applications = ("application", unfiled::Unfiled::CODES);
        let tables = [("http", Fault::CODES), ("refusal", Refusal::CODES), ("why", Why::CODES), applications];
        for lang in Lang::ALL {
            for (table, codes) in tables {
                let prefix = format!("problem.{table}.");
                let said = words::keys(lang).filter_map(|(key, _)| key.strip_prefix(&prefix));
                let mut said: Vec<&str> = said.filter(|key| !VARIANTS.contains(key)).collect();
                let mut codes = codes.to_vec();
                said.sort_unstable();
                codes.sort_unstable();
                assert_eq!(said, codes, "{table} in {lang}");
            }
            for variant in VARIANTS {
                assert!(words::sentence(lang, &format!("problem.refusal.{variant}")).is_some(), "{variant} in {lang}");
            }
        }
    }

    #[test]
    fn every_code_of_the_configuration_has_a_name() {
        let config = Config::demo();
        let services = config.categories().iter().flat_map(|category| &category.services);
        let providers = services.filter_map(|code| Some(config.service_facts(code)?.provider.as_str())).collect();
        let families = [
            ("outcome", config.outcomes().iter().map(|c| c.as_str()).collect::<Vec<_>>()),
            ("hold", config.hold_reasons().iter().map(|c| c.as_str()).collect()),
            ("pause", config.pause_reasons().iter().map(|c| c.as_str()).collect()),
            ("suspend", config.suspend_reasons().iter().map(|c| c.as_str()).collect()),
            ("provider", providers),
            ("stage", vec!["reserved", "waiting", "called", "serving", "held", "closed"]),
        ];
        for (family, codes) in families {
            for code in codes {
                for lang in Lang::ALL {
                    assert!(
                        words::sentence(lang, &format!("hall.{family}.{code}")).is_some(),
                        "{family} {code} {lang}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_sentence_is_filled_in_the_asked_language() {
        let config = Config::demo();
        let wait = Fault::Refused(Refusal::RecallTooSoon { wait: Span(2500) });
        assert_eq!(wait.sentence(&config, Lang::Ru), "До повторного вызова подождите 3 секунды.");
        assert_eq!(wait.sentence(&config, Lang::En), "Wait 3 more seconds before calling again.");
        let broken = Fault::MalformedJson { line: 2, column: 7 };
        assert_eq!(broken.sentence(&config, Lang::En), "The request is not proper JSON: line 2, column 7.");
    }

    #[test]
    fn no_sentence_is_left_with_a_hole() {
        let config = Config::demo();
        let service = "A01".parse::<queue::ids::ServiceCode>().unwrap();
        let number = "A-007".parse().unwrap();
        let refusals = [
            Refusal::ServiceClosed { service: service.clone(), opens: Some(queue::time::Time(0)), holiday: None },
            Refusal::ServiceClosed { service: service.clone(), opens: None, holiday: None },
            Refusal::ServiceSuspended { service: service.clone(), why: "no-clerk".parse().unwrap() },
            Refusal::WrongPrefix { number, service: service.clone() },
            Refusal::NotServedHere { counter: "1".parse().unwrap(), service },
            Refusal::WrongStage { number, stage: "held" },
            Refusal::CounterBusy { counter: "1".parse().unwrap(), number },
            Refusal::NumbersUsedUp { prefix: 'A'.try_into().unwrap() },
        ];
        for refusal in refusals {
            for lang in Lang::ALL {
                let sentence = Fault::Refused(refusal.clone()).sentence(&config, lang);
                assert!(!sentence.contains(['{', '}']), "{sentence}");
            }
        }
    }
}
