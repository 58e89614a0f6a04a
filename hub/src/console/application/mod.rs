//! An application that a clerk fills in with the visitor who is being served: the form, everything read back, sent.
//!
//! Three pages, each a plain form: nothing of an application is kept by the hub between them, and nothing of it is
//! written before it is sealed. The number of the ticket and the application belong together, so both are asked of the
//! counter at every step. Absent on purpose: drafts, which would be somebody's numbers in a file.

pub(super) mod sent;
pub mod view;

use super::{
    frame::{Frame, show},
    page::Choice,
};
use crate::{
    config::Taking,
    filing::{Application, NotFiled},
    http::{Fault, Hub, permit::AtCounter},
};
use axum::{
    Form as Urlencoded, Router,
    extract::{DefaultBodyLimit, Multipart, Query, State, multipart::MultipartRejection, rejection::FormRejection},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use forms::{Answers, Eyes, Fault as FieldFault, Form, check, summary};
use jiff::civil::Date;
use queue::{
    calendar::date_at,
    hall::Desk,
    ids::{ServiceCode, TicketId},
    refusal::Refusal,
    stage::Stage,
};
use sent::Texts;
use tokio::sync::Semaphore;
use uuid::Uuid;
use view::{About, FiledPage, FormPage, SummaryPage};
use words::Lang;

/// Applications with files that are received at once: each may be 20 MB in memory.
const SENDING_MAX: usize = 3;

static SENDING: Semaphore = Semaphore::const_new(SENDING_MAX);

/// The pages.
pub fn routes() -> Router<Hub> {
    let form = DefaultBodyLimit::max(sent::FORM_BYTES_MAX);
    let sending = DefaultBodyLimit::max(sent::SENDING_BYTES_MAX);
    Router::new()
        .route("/counters/{counter}/application", get(page))
        .route("/counters/{counter}/application/check", post(look_over).layer(form))
        .route("/counters/{counter}/application/edit", post(edit).layer(form))
        .route("/counters/{counter}/application/send", post(send).layer(sending))
}

/// `?service=`, if the ticket lists several.
#[derive(serde::Deserialize)]
pub struct Wanted {
    service: Option<String>,
}

type Filled = Result<Urlencoded<Texts>, FormRejection>;

/// `GET /counters/{counter}/application`.
pub async fn page(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let desk = Writing::at(&hub, &frame, &at, wanted.service.as_deref()).await?;
    Ok(desk.form(&frame, (&Texts::new(), &[])))
}

/// `POST /counters/{counter}/application/edit`: back from the summary.
pub async fn edit(State(hub): State<Hub>, frame: Frame, at: AtCounter, filled: Filled) -> Result<Response, Fault> {
    let (desk, filled) = Writing::with(&hub, &frame, &at, filled).await?;
    Ok(desk.form(&frame, (&filled, &[])))
}

/// `POST /counters/{counter}/application/check`: the summary, or the form with what is wrong.
pub async fn look_over(State(hub): State<Hub>, frame: Frame, at: AtCounter, filled: Filled) -> Result<Response, Fault> {
    let (desk, filled) = Writing::with(&hub, &frame, &at, filled).await?;
    let answers = sent::answers(&desk.form, &filled);
    match check(&desk.form, &answers, desk.today) {
        Ok(checked) => Ok(desk.summary(&frame, checked.answers(), Trouble::None)),
        Err(faults) => match desk.before_files(faults) {
            faults if faults.is_empty() => Ok(desk.summary(&frame, &answers, Trouble::None)),
            faults => Ok(desk.form(&frame, (&filled, &faults))),
        },
    }
}

/// `POST /counters/{counter}/application/send`.
pub async fn send(
    State(hub): State<Hub>,
    frame: Frame,
    at: AtCounter,
    pieces: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fault> {
    taking(&hub)?;
    let _turn = SENDING.acquire().await.map_err(|_| Fault::Busy)?;
    let pieces = pieces.map_err(|_| Fault::WrongBody { detail: "multipart/form-data".to_owned() })?;
    let (filled, uploads) = sent::pieces(pieces).await?;
    let desk = Writing::of(&hub, &frame, &at, &filled).await?;
    let mut answers = sent::answers(&desk.form, &filled);
    let looked = sent::look(&desk.form, &mut answers, &uploads);
    if !looked.wrong.is_empty() {
        return Ok(desk.summary(&frame, &answers, Trouble::Files(looked.wrong)));
    }
    let checked = match check(&desk.form, &answers, desk.today) {
        Ok(checked) => checked,
        Err(faults) => match desk.before_files(faults.clone()) {
            before if before.is_empty() => {
                let wrong = faults.into_iter().map(|fault| (String::new(), fault)).collect();
                return Ok(desk.summary(&frame, &answers, Trouble::Files(wrong)));
            }
            before => return Ok(desk.form(&frame, (&filled, &before))),
        },
    };
    if !hub.fence.is_down() {
        return Ok(desk.summary(&frame, &answers, Trouble::Fault(Fault::Fenced)));
    }
    let command_id = filled.get("command_id").and_then(|id| id.parse().ok());
    let application = Application {
        command_id: command_id.ok_or(Fault::WrongBody { detail: "command_id".to_owned() })?,
        ticket: desk.ticket,
        counter: at.counter.clone(),
        clerk: at.clerk.id.clone(),
        language: desk.visitors,
        checked,
        files: looked.sound,
    };
    match hub.filing.take(application).await {
        Ok(filed) => Ok(desk.filed(&frame, filed.number, filed.due)),
        Err(NotFiled::Closed | NotFiled::NotKept) => {
            Ok(desk.summary(&frame, &answers, Trouble::Fault(Fault::NotFiled)))
        }
    }
}

/// Why an application was not sent.
enum Trouble {
    None,
    Files(Vec<(String, FieldFault)>),
    Fault(Fault),
}

/// A clerk writes with the visitor who is being served.
struct Writing<'a> {
    hub: &'a Hub,
    at: &'a AtCounter,
    ticket: TicketId,
    visitors: Lang,
    form: Form,
    today: Date,
    about: About,
}

/// What the hall knows of the visitor.
pub(super) struct Visitor {
    pub(super) ticket: TicketId,
    number: String,
    services: Vec<ServiceCode>,
    language: Option<Lang>,
}

impl<'a> Writing<'a> {
    /// The form of the chosen service, else of the ticket's first.
    async fn at(hub: &'a Hub, frame: &Frame, at: &'a AtCounter, wanted: Option<&str>) -> Result<Self, Fault> {
        taking(hub)?;
        let visitor = visitor(hub, at).await?;
        let chosen = match wanted {
            None => visitor.services.first(),
            Some(wanted) => visitor.services.iter().find(|code| code.as_str() == wanted),
        };
        let service = chosen.ok_or(Fault::NoSuchValue { name: "service" })?.clone();
        let form = hub.config.form(&service).ok_or_else(|| Fault::Refused(Refusal::NoSuchService(service.clone())))?;
        let named = |code: &ServiceCode| Choice {
            code: code.to_string(),
            name: hub.config.service_name(code, frame.lang).to_owned(),
        };
        let about = About {
            counter: at.counter.to_string(),
            ticket: visitor.ticket.to_string(),
            number: visitor.number,
            name: hub.config.service_name(&service, frame.lang).to_owned(),
            others: visitor.services.iter().filter(|code| **code != service).map(named).collect(),
            service: service.to_string(),
            command_id: Uuid::now_v7().to_string(),
        };
        Ok(Writing {
            hub,
            at,
            ticket: visitor.ticket,
            visitors: visitor.language.unwrap_or(frame.lang),
            form: form.clone(),
            today: date_at(hub.config.rules(), hub.now()).0,
            about,
        })
    }

    /// The same, for what was sent: it must be of the visitor who still sits there.
    async fn of(hub: &'a Hub, frame: &Frame, at: &'a AtCounter, filled: &Texts) -> Result<Self, Fault> {
        let wanted = filled.get("service").map_or("", String::as_str);
        let mut desk = Writing::at(hub, frame, at, Some(wanted)).await?;
        if filled.get("ticket").is_none_or(|ticket| *ticket != desk.about.ticket) {
            return Err(Fault::NobodyServed);
        }
        if let Some(id) = filled.get("command_id").filter(|id| id.parse::<Uuid>().is_ok()) {
            desk.about.command_id.clone_from(id);
        }
        Ok(desk)
    }

    async fn with(hub: &'a Hub, frame: &Frame, at: &'a AtCounter, filled: Filled) -> Result<(Self, Texts), Fault> {
        let Urlencoded(filled) = filled.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Fault::BodyTooLarge,
            _ => Fault::WrongBody { detail: "application/x-www-form-urlencoded".to_owned() },
        })?;
        Ok((Writing::of(hub, frame, at, &filled).await?, filled))
    }

    /// What can be mended before the files are chosen.
    fn before_files(&self, mut faults: Vec<FieldFault>) -> Vec<FieldFault> {
        faults.retain(|fault| !sent::is_of_files(&self.form, fault));
        faults
    }

    fn form(&self, frame: &Frame, (filled, faults): (&Texts, &[FieldFault])) -> Response {
        let lang = frame.lang;
        let wrong =
            (!faults.is_empty()).then(|| words::count(lang, "console.application.wrong", faults.len() as u64, &[]));
        let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let fields = view::fields(&self.form, (filled, faults), (lang, self.visitors));
        show(status, &FormPage { page: &self.frame(frame), about: &self.about, fields, wrong })
    }

    fn summary(&self, frame: &Frame, answers: &Answers, trouble: Trouble) -> Response {
        let lang = frame.lang;
        let (status, wrong, notice) = match trouble {
            Trouble::None => (StatusCode::OK, vec![], None),
            Trouble::Files(wrong) => (StatusCode::UNPROCESSABLE_ENTITY, wrong, None),
            Trouble::Fault(fault) => (fault.status(), vec![], Some(fault.sentence(&self.hub.config, lang))),
        };
        let mut without_files = answers.clone();
        without_files.0.retain(|_, answer| !matches!(answer, forms::Answer::Files(_)));
        let shown = SummaryPage {
            page: &self.frame(frame),
            about: &self.about,
            lines: summary(&self.form, &without_files, (lang, Eyes::Own)),
            hidden: sent::texts(&without_files),
            files: view::files(&self.form, &wrong, lang),
            notice,
        };
        show(status, &shown)
    }

    fn filed(&self, frame: &Frame, number: String, due: Option<Date>) -> Response {
        let due = due
            .map(|due| words::fill(frame.lang, "console.application.due", &[("date", &forms::plain::day_shown(due))]));
        show(StatusCode::OK, &FiledPage { page: &self.frame(frame), about: &self.about, number, due })
    }

    /// Another language of the page begins the form anew: a link carries nothing along.
    fn frame(&self, frame: &Frame) -> super::page::Page {
        let here = format!("/counters/{}/application", self.about.counter);
        Frame { here, ..frame.clone() }.still(self.hub, Some(&self.at.clerk))
    }
}

fn taking(hub: &Hub) -> Result<(), Fault> {
    match hub.config.takes_applications() {
        Taking::On => Ok(()),
        Taking::Off => Err(Fault::NotFound),
    }
}

/// The visitor whom this clerk is serving at this counter.
pub(super) async fn visitor(hub: &Hub, at: &AtCounter) -> Result<Visitor, Fault> {
    let (counter, clerk) = (at.counter.clone(), at.clerk.id.clone());
    let found = hub.journal.ask(move |reading| {
        let open = reading.hall.counters.get(&counter).ok_or(Fault::NobodyServed)?;
        if open.clerk != clerk {
            return Err(Fault::NotYourCounter { counter });
        }
        let Desk::With(ticket) = &open.desk else { return Err(Fault::NobodyServed) };
        let visit = reading.hall.visits.get(ticket).ok_or(Fault::NobodyServed)?;
        let Stage::Serving { .. } = &visit.stage else { return Err(Fault::NobodyServed) };
        Ok(Visitor {
            ticket: *ticket,
            number: visit.number.to_string(),
            services: std::iter::once(&visit.service).chain(&visit.further).cloned().collect(),
            language: visit.language.as_str().parse().ok(),
        })
    });
    found.await?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_without_files_is_smaller_than_one_with_them() {
        const { assert!(sent::FORM_BYTES_MAX < sent::SENDING_BYTES_MAX) };
        assert!(sent::SENDING_BYTES_MAX as u64 >= forms::FILES_BYTES_MAX);
    }
}
