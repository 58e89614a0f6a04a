//! Announcements on the displays, posted and withdrawn by the hall's manager.
//!
//! Every language is written before anything is shown, because a visitor must not get somebody else's. An alert interrupts
//! every screen and is spoken: it is asked for twice. Absent on purpose: changing what is shown; it is withdrawn and said anew.

use super::{
    frame::{Frame, show},
    page::Page,
    words_of::{clock, coded, dated, staff},
};
use crate::{
    config::{NoticeEntry, moment_in_hall},
    http::{
        Fault, Hub,
        notices::{NoticePath, announce, take_back},
        permit::Manager,
    },
    people::{Member, Posted, Posting},
};
use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use queue::{calendar::date_at, time::Time};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;
use wire::{
    display::{NOTICE_TEXT_CHARS_MAX, NOTICE_TITLE_CHARS_MAX, Notice, Severity},
    layout::Wording,
};
use words::Lang;

/// The largest form: every text of its full length, each of its bytes written as three.
pub(super) const FORM_BYTES_MAX: usize = 64 * 1024;

/// The page.
#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage<'a> {
    page: &'a Page,
    fault: Option<String>,
    rows: Vec<Row>,
    draft: &'a Draft,
}

/// Something that is shown now.
struct Row {
    /// Its identity, if it can be withdrawn here.
    id: Option<Uuid>,
    severity: Severity,
    severity_word: String,
    title: String,
    text: String,
    until: String,
    from: String,
}

/// What the form holds: as it was sent, if it was not taken.
#[derive(Default)]
struct Draft {
    command_id: String,
    sent: BTreeMap<String, String>,
    sureness: Sureness,
}

/// Whether an alert is asked for once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Sureness {
    #[default]
    NotAsked,
    Asked,
}

type Sent = Result<Form<BTreeMap<String, String>>, FormRejection>;

/// `GET /manager/notices`.
pub async fn page(State(hub): State<Hub>, frame: Frame, Manager(member): Manager) -> Response {
    let draft = Draft { command_id: Uuid::now_v7().to_string(), ..Draft::default() };
    whole((&hub, &frame, &member), &draft, None)
}

/// `POST /manager/notices`: an alert only with the box ticked that is shown when it is sent without.
pub async fn post(State(hub): State<Hub>, frame: Frame, Manager(member): Manager, sent: Sent) -> Response {
    let Ok(Form(sent)) = sent else {
        let fault = Fault::WrongBody { detail: "title".to_owned() };
        return whole((&hub, &frame, &member), &Draft::default(), Some(&fault));
    };
    let mut draft = Draft { command_id: sent.get("command_id").cloned().unwrap_or_default(), sent, ..Draft::default() };
    let (id, posting) = match draft.posting(hub.config.rules().utc_offset_min) {
        Ok(read) => read,
        Err(fault) => return whole((&hub, &frame, &member), &draft, Some(&fault)),
    };
    if posting.severity.is_alert() && posting.is_well_formed() && !draft.sent.contains_key("sure") {
        draft.sureness = Sureness::Asked;
        return whole((&hub, &frame, &member), &draft, None);
    }
    match announce(&hub, &member, id, posting).await {
        Ok(()) => Redirect::to("/manager/notices").into_response(),
        Err(fault) => whole((&hub, &frame, &member), &draft, Some(&fault)),
    }
}

/// `POST /manager/notices/{notice_id}/withdraw`.
pub async fn withdraw(
    State(hub): State<Hub>,
    Manager(member): Manager,
    NoticePath { notice_id }: NoticePath,
) -> Result<Response, Fault> {
    take_back(&hub, &member, notice_id).await?;
    Ok(Redirect::to("/manager/notices").into_response())
}

fn whole((hub, frame, member): (&Hub, &Frame, &Arc<Member>), draft: &Draft, fault: Option<&Fault>) -> Response {
    let (lang, now) = (frame.lang, hub.now());
    let posted = hub.people.posted(now);
    let posted = posted.iter().map(|posted| of_posted(hub, lang, posted));
    let of_the_file = hub.config.notices().iter().filter(|entry| entry.is_on(now));
    let mut rows: Vec<Row> = posted.chain(of_the_file.map(|entry| of_the_halls(hub, lang, entry))).collect();
    rows.sort_by_key(|row| row.severity);
    let shown = NoticesPage {
        page: &frame.still(hub, Some(member)),
        fault: fault.map(|fault| fault.sentence(&hub.config, lang)),
        rows,
        draft,
    };
    show(fault.map_or(StatusCode::OK, Fault::status), &shown)
}

fn of_posted(hub: &Hub, lang: Lang, posted: &Posted) -> Row {
    let from = posted.by.as_ref().map_or_else(String::new, |by| staff(&hub.config, by).to_owned());
    row(hub, lang, (&posted.notice, posted.until), (Some(posted.id), from))
}

fn of_the_halls(hub: &Hub, lang: Lang, entry: &NoticeEntry) -> Row {
    row(hub, lang, (&entry.notice, entry.until), (None, words::say(lang, "console.notices.from-file").to_owned()))
}

fn row(hub: &Hub, lang: Lang, (notice, until): (&Notice, Option<Time>), (id, from): (Option<Uuid>, String)) -> Row {
    let rules = hub.config.rules();
    let when = until.map(|until| format!("{} {}", dated(date_at(rules, until)), clock(until, rules)));
    Row {
        id,
        severity: notice.severity,
        severity_word: coded(lang, "console.severity", notice.severity.code()),
        title: notice.title.of(lang.tag()).to_owned(),
        text: notice.text.as_ref().map_or_else(String::new, |text| text.of(lang.tag()).to_owned()),
        until: match (when, id) {
            (Some(when), _) => words::fill(lang, "console.notices.until", &[("when", &when)]),
            (None, Some(_)) => words::say(lang, "console.notices.for-good").to_owned(),
            (None, None) => String::new(),
        },
        from,
    }
}

impl Row {
    fn alert(&self) -> bool {
        self.severity.is_alert()
    }
}

impl Draft {
    /// What it asks to announce.
    fn posting(&self, utc_offset_min: i32) -> Result<(Uuid, Posting), Fault> {
        let id = self.command_id.parse().map_err(|_| Fault::WrongBody { detail: "command_id".to_owned() })?;
        let severity = Severity::of(self.value("severity")).ok_or(Fault::NoSuchValue { name: "severity" })?;
        let until = match self.value("until") {
            "" => None,
            said => Some(moment_in_hall(said, utc_offset_min).ok_or(Fault::BadTime { name: "until" })?),
        };
        let (title, text) = (self.wording("title"), self.wording("text"));
        let silent = Lang::ALL.into_iter().all(|lang| text.of(lang.tag()).is_empty());
        Ok((id, Posting { severity, title, text: (!silent).then_some(text), until }))
    }

    /// One field in every language; whatever breaks a line becomes a space.
    fn wording(&self, name: &str) -> Wording {
        let of = |lang: Lang| {
            let typed = self.value(&format!("{name}-{lang}"));
            typed.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        Wording {
            uz_latn: of(Lang::UzLatn),
            uz_cyrl: of(Lang::UzCyrl),
            ru: of(Lang::Ru),
            kaa: of(Lang::Kaa),
            en: of(Lang::En),
        }
    }

    fn value(&self, name: &str) -> &str {
        self.sent.get(name).map_or("", String::as_str)
    }

    /// What was typed into a field of a language.
    fn typed(&self, name: &str, lang: &Lang) -> &str {
        self.value(&format!("{name}-{lang}"))
    }

    /// Every urgency with its code and whether it is the chosen one, the least urgent first.
    fn severities(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let chosen = Severity::of(self.value("severity")).unwrap_or_default();
        Severity::ALL.into_iter().rev().map(move |severity| (severity.code(), severity == chosen))
    }

    fn asks(&self) -> bool {
        self.sureness == Sureness::Asked
    }
}

impl NoticesPage<'_> {
    fn severity(&self, code: &str) -> String {
        coded(self.page.lang, "console.severity", code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_urgency_has_a_name_in_every_language() {
        for severity in Severity::ALL {
            for lang in Lang::ALL {
                assert_ne!(coded(lang, "console.severity", severity.code()), severity.code(), "{lang}");
            }
        }
    }
}
