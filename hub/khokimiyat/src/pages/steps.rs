//! `POST /cases/{case_id}/steps/{step}`: what a form of a case's page sends.

use super::frame::{NoPage, Seen, from_our_pages};
use crate::{
    office::Offices,
    work::{self, NotDone, PAPERS_MAX, Reason, Step},
};
use axum::{
    extract::{Multipart, Path, State},
    http::HeaderMap,
    response::Redirect,
};
use hhx::CaseStatus;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Fields of a form.
const FIELDS_MAX: usize = 40;
/// Bytes of a field that is no paper: a text of all letters it may have.
const FIELD_BYTES_MAX: usize = 4 * work::TEXT_CHARS_MAX;

/// What a form brought.
#[derive(Default)]
struct Form {
    fields: BTreeMap<String, Vec<String>>,
    papers: Vec<(String, Vec<u8>)>,
}

impl Form {
    fn text(&self, name: &str) -> String {
        self.fields.get(name).and_then(|all| all.first()).cloned().unwrap_or_default()
    }

    fn all(&self, name: &str) -> Vec<String> {
        self.fields.get(name).cloned().unwrap_or_default()
    }
}

/// Makes the step, and comes back to the case with what became of it.
pub(super) async fn press(
    State(offices): State<Offices>,
    seen: Seen,
    Path((case_id, step)): Path<(Uuid, String)>,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Redirect, NoPage> {
    from_our_pages(&headers)?;
    let here = format!("/cases/{case_id}");
    let refused = |why: &str| Ok(Redirect::to(&format!("{here}?refused={why}")));
    let Some(form) = read(form).await else { return refused("wrong") };
    let Some(step) = step_of(&step, form.papers.len(), &form) else { return refused("wrong") };
    let Ok(version) = form.text("version").parse() else { return refused("changed") };
    let step = match step {
        Step::Answer { outcome, text, .. } => Step::Answer { outcome, text, papers: form.papers },
        other => other,
    };
    match work::make(&offices, &seen.who, case_id, version, step).await {
        Ok(()) => Ok(Redirect::to(&here)),
        Err(NotDone::Store(error)) => Err(error.into()),
        Err(NotDone::NoCase) => Err(NoPage::NotFound),
        Err(NotDone::NotYours) => refused("not-yours"),
        Err(NotDone::NoWay(..)) => refused("no-way"),
        Err(NotDone::Changed) => refused("changed"),
        Err(NotDone::NotExtended(_)) => refused("not-extended"),
        Err(NotDone::Wrong(_)) => refused("wrong"),
    }
}

/// Reads a form within its bounds; nothing if it is over them.
async fn read(mut sent: Multipart) -> Option<Form> {
    let mut form = Form::default();
    for _ in 0..FIELDS_MAX {
        let Some(field) = sent.next_field().await.ok()? else { return Some(form) };
        let name = field.name()?.to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = field.bytes().await.ok()?;
                if !bytes.is_empty() {
                    form.papers.push((file, bytes.to_vec()));
                }
            }
            None => {
                let text = field.text().await.ok()?;
                if text.len() > FIELD_BYTES_MAX {
                    return None;
                }
                form.fields.entry(name).or_default().push(text);
            }
        }
        if form.papers.len() > PAPERS_MAX {
            return None;
        }
    }
    None
}

fn step_of(step: &str, papers: usize, form: &Form) -> Option<Step> {
    let text = form.text("text");
    let day = || form.text("day").parse().ok();
    if papers > 0 && step != "answer" {
        return None;
    }
    Some(match step {
        "resolve" => {
            // The responsible one comes first, and once.
            let responsible = form.text("responsible");
            let others = form.all("executor").into_iter().filter(|other| *other != responsible);
            let executors = std::iter::once(responsible.clone()).chain(others).collect();
            Step::Resolve { text, executors, due: day()? }
        }
        "begin" => Step::Begin,
        "report" => Step::Report { task_id: form.text("task").parse().ok()?, text },
        "ask" => Step::Ask { text },
        "study" => Step::Study { reason: text },
        "extend" => Step::Extend { until: day()?, reason: text },
        "forward" => Step::Forward { to: text },
        "answer" => {
            let outcome = form.text("outcome");
            let outcome = CaseStatus::of(&outcome)?;
            Step::Answer { outcome, text, papers: vec![] }
        }
        "not-consider" => {
            let reason = form.text("reason");
            Step::NotConsider { reason: Reason::ALL.into_iter().find(|known| known.word() == reason)? }
        }
        "close" => Step::Close { file_number: text },
        _ => return None,
    })
}
