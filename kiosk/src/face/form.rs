//! An application as words and properties: its steps, the sending, the receipt, and the question what became of one.
//!
//! What a visitor wrote passes through here into the window and goes with the screen. Deliberately absent: decisions.

use super::{bind_to, lists, model, sentences};
use crate::{
    driver::View,
    facts, figures,
    keyboard::{self, Lines},
    paper::{self, code},
    session::{
        self, Asks, At, Case, Comfort, CopyOnPaper, Filed, Filling, Hub, ListOnPaper, Note, Offered, Progress,
        Question, QuestionPart, Reach, Screen, Script, Sending, Slot, Tap, TextSize,
    },
    ui::{Choice, Face, Fact, FormBox, FormStep, KioskWindow, Notice, Paper},
};
use jiff::civil::Date;
use slint::{ComponentHandle, ModelRc, SharedString};
use std::rc::Rc;
use wire::problem::Problem;
use words::Lang;

/// A phone's code on the screen, in dots of its own.
const CODE_PX_MAX: usize = 320;

/// Hands what an applicant does to `tap`.
pub(super) fn bind(window: &KioskWindow, tap: &Rc<dyn Fn(Tap)>) {
    let face = window.global::<Face>();
    face.on_next(bind_to(tap, Tap::Next));
    face.on_agree(bind_to(tap, Tap::Agree));
    face.on_send(bind_to(tap, Tap::Send));
    face.on_instead(bind_to(tap, Tap::Instead));
    let given = Rc::clone(tap);
    face.on_pick(move |code| given(Tap::Pick(code.into())));
    let given = Rc::clone(tap);
    face.on_write_into(move |nth| usize::try_from(nth).into_iter().for_each(|nth| given(Tap::Line(nth))));
    let given = Rc::clone(tap);
    face.on_mend(move |code| code.parse().into_iter().for_each(|nth| given(Tap::Mend(nth))));
}

pub(super) fn set(face: &Face<'_>, view: &View, lang: Lang) {
    match &view.shown.screen {
        Screen::Form(filling) => {
            head(face, view, filling);
            step(face, view, filling);
        }
        Screen::Sending { filling, how, .. } => {
            forget(face);
            head(face, view, filling);
            sending(face, how, lang);
        }
        Screen::Filed { filed, .. } => {
            forget(face);
            receipt(face, view, filed);
        }
        Screen::Question(question) => asked(face, question),
        Screen::Progress(progress) => became(face, view, progress),
        _ => forget(face),
    }
}

/// Every trace of an applicant goes with the screen.
fn forget(face: &Face<'_>) {
    for set in
        [Face::set_form_title, Face::set_form_hint, Face::set_form_fault, Face::set_form_text, Face::set_form_progress]
    {
        set(face, SharedString::default());
    }
    face.set_form_boxes(ModelRc::default());
    face.set_form_choices(ModelRc::default());
    face.set_form_files(ModelRc::default());
    face.set_form_notice(Notice::default());
    face.set_steps(ModelRc::default());
}

fn head(face: &Face<'_>, view: &View, filling: &Filling) {
    let lang = filling.language;
    face.set_category(filling.category.as_str().into());
    face.set_service_name(view.book.service_name(&filling.form.service, lang).into());
    let (nth, all) = match filling.at {
        At::Intro => (0, filling.steps()),
        At::Step(nth) => (nth + 1, filling.steps()),
    };
    face.set_form_progress(match filling.at {
        At::Intro => SharedString::default(),
        At::Step(_) => {
            let (nth, all) = (nth.to_string(), all.to_string());
            words::fill(lang, "kiosk.form.step", &[("nth", &nth), ("all", &all)]).into()
        }
    });
    #[expect(clippy::cast_precision_loss, reason = "a form has a dozen steps")]
    face.set_form_share(nth as f32 / all.max(1) as f32);
}

fn step(face: &Face<'_>, view: &View, filling: &Filling) {
    let lang = filling.language;
    let field = filling.field();
    face.set_form_title(field.map_or("", |field| field.label(lang)).into());
    face.set_form_hint(field.and_then(|field| field.hint(lang)).unwrap_or_default().into());
    let fault = filling.faults.first().map(|fault| fault.sentence(lang)).unwrap_or_default();
    face.set_form_fault(fault.into());
    face.set_form_next(
        words::say(lang, if filling.skippable() { "kiosk.form.skip" } else { "kiosk.form.next" }).into(),
    );
    face.set_form_notice(Notice::default());
    match filling.asks() {
        Asks::Intro => intro(face, view, filling),
        Asks::Lines(slots) => written(face, filling, (&slots, view.shown.comfort)),
        Asks::Choice(all) => {
            face.set_form_step(FormStep::Choice);
            if let Some(label) = part_label(filling) {
                face.set_form_hint(label.into());
            }
            let chosen = filling.chosen();
            let choice = |(code, name): &(String, String)| marked(code, name, Some(code.as_str()) == chosen);
            face.set_form_choices(model(all.iter().map(choice).collect()));
        }
        Asks::Files => files(face, filling),
        Asks::Consent => {
            face.set_form_step(FormStep::Consent);
            face.set_form_text(filling.form.consent.text(lang).into());
        }
        Asks::Summary => summed_up(face, filling),
    }
}

fn intro(face: &Face<'_>, view: &View, filling: &Filling) {
    let lang = filling.language;
    face.set_form_step(FormStep::Intro);
    let documents = view.book.service(&filling.form.service, lang).map(|(_, service)| service.documents.as_slice());
    let documents = documents.unwrap_or_default().iter().map(|document| document.name.as_str().into());
    face.set_documents(model(documents.collect()));
    let questions = filling.steps().saturating_sub(1) as u64;
    face.set_form_hint(words::count(lang, "kiosk.form.questions", questions, &[]).into());
    face.set_form_notice(match view.hub() {
        Hub::There => Notice::default(),
        Hub::Away => notice(lang, "kiosk.form.away", "kiosk.form.away-before"),
    });
}

/// Which part of an address is chosen.
fn part_label(filling: &Filling) -> Option<&'static str> {
    match filling.step()? {
        forms::Step::Place(_, parts) => parts.first().map(|part| part.label(filling.language)),
        forms::Step::Field(_) | forms::Step::Summary => None,
    }
}

/// The letters that a line has room for: within low reach it has one line, and its end is what somebody writes at.
fn room(comfort: Comfort) -> usize {
    match (comfort.reach, comfort.size) {
        (Reach::Whole, _) => usize::MAX,
        (Reach::Low, TextSize::Normal) => 30,
        (Reach::Low, TextSize::Large) => 24,
        (Reach::Low, TextSize::Larger) => 18,
        (Reach::Low, TextSize::Largest) => 10,
    }
}

fn tail(text: String, room: usize) -> String {
    let letters = text.chars().count();
    if letters <= room { text } else { format!("…{}", text.chars().skip(letters - room).collect::<String>()) }
}

fn written(face: &Face<'_>, filling: &Filling, (slots, comfort): (&[Slot], Comfort)) {
    let lang = filling.language;
    face.set_form_step(FormStep::Lines);
    let room = room(comfort) / slots.len().max(1);
    let drawn = |(nth, slot): (usize, &Slot)| {
        let fault = filling.faults.iter().find(|fault| session::of_slot(fault, *slot));
        FormBox {
            label: match slot {
                Slot::Whole => filling.field().map_or("", |field| field.label(lang)).into(),
                Slot::Part(part) => part.label(lang).into(),
            },
            text: tail(session::shown(filling, *slot), room).into(),
            fault: fault.map(|fault| fault.sentence(lang)).unwrap_or_default().into(),
            active: nth == filling.focus,
        }
    };
    face.set_form_boxes(model(slots.iter().enumerate().map(drawn).collect()));
    face.set_form_large(session::several_lines(filling));
    // It stands beside its line.
    face.set_form_fault(SharedString::default());
    let lines = if session::several_lines(filling) { Lines::Several } else { Lines::One };
    keys(face, session::script(filling), (lines, filling.case, lang));
}

fn keys(face: &Face<'_>, script: Script, (lines, case, lang): (Lines, Case, Lang)) {
    face.set_form_pad(matches!(script, Script::Pad | Script::CommaPad));
    let rows = keyboard::form_rows(script, lines).into_iter();
    face.set_keys(model(rows.map(|row| model(row.iter().map(|key| lists::cap(key, case, lang)).collect())).collect()));
}

fn files(face: &Face<'_>, filling: &Filling) {
    let lang = filling.language;
    face.set_form_step(FormStep::Files);
    let size = |bytes: u64| words::fill(lang, "kiosk.form.size", &[("size", &bytes.div_ceil(1024).to_string())]);
    let row = |name: &str, bytes: u64, chosen: bool| Choice { hint: size(bytes).into(), ..marked(name, name, chosen) };
    let attached = filling.attached.iter().map(|document| row(&document.what.name, document.what.size, true));
    let mut all: Vec<Choice> = attached.collect();
    let on_offer = match &filling.offered {
        Offered::Files(files) => files.as_slice(),
        Offered::Looking | Offered::Nowhere => &[],
    };
    let free = on_offer.iter().filter(|file| !filling.attached.iter().any(|had| had.what.name == file.name));
    all.extend(free.map(|file| row(&file.name, file.size, false)));
    face.set_form_text(match &filling.offered {
        Offered::Looking => words::say(lang, "kiosk.form.looking").into(),
        Offered::Nowhere => words::say(lang, "kiosk.form.no-files-here").into(),
        Offered::Files(files) if files.is_empty() => words::say(lang, "kiosk.form.no-files").into(),
        Offered::Files(_) => words::say(lang, "kiosk.form.files").into(),
    });
    face.set_form_files(model(all));
}

fn summed_up(face: &Face<'_>, filling: &Filling) {
    let lang = filling.language;
    face.set_form_step(FormStep::Summary);
    let Some(ready) = &filling.ready else { return };
    let steps = forms::steps(&filling.form);
    let lines = forms::summary(&filling.form, ready.checked().answers(), (lang, forms::Eyes::Own));
    let row = |line: &forms::Line| {
        let holds = |step: &forms::Step<'_>| match step {
            forms::Step::Field(field) | forms::Step::Place(field, _) => field.id == line.field,
            forms::Step::Summary => false,
        };
        let nth = steps.iter().position(holds).unwrap_or_default();
        Choice { hint: line.label.as_str().into(), ..marked(&nth.to_string(), &line.shown, false) }
    };
    face.set_form_choices(model(lines.iter().map(row).collect()));
}

fn sending(face: &Face<'_>, how: &Sending, lang: Lang) {
    face.set_form_progress(SharedString::default());
    face.set_waits(*how == Sending::UnderWay);
    face.set_again(matches!(how, Sending::Away(_)));
    face.set_form_notice(match how {
        Sending::UnderWay => Notice::default(),
        Sending::Away(_) => notice(lang, "kiosk.form.away", "kiosk.form.kept"),
        Sending::Refused(problem) => {
            Notice { title: words::say(lang, "kiosk.form.refused").into(), text: said(problem, lang).into() }
        }
    });
}

fn receipt(face: &Face<'_>, view: &View, filed: &Filed) {
    let lang = filed.language;
    face.set_category_name(view.book.category_name(&filed.category, lang).into());
    face.set_service_name(view.book.service_name(&filed.service, lang).into());
    face.set_number(filed.number.as_str().into());
    face.set_place(filed.due.map(|due| due_by(due, lang)).unwrap_or_default().into());
    face.set_code(code::code(&view.page, CODE_PX_MAX, CODE_PX_MAX).unwrap_or_default());
    face.set_on_screen(true);
    face.set_doubtful(false);
    let (paper, note) = match filed.receipt {
        CopyOnPaper::Offered(_) => (Paper::Offered, words::say(lang, "kiosk.filed.take")),
        CopyOnPaper::Printing(_) => (Paper::Printing, words::say(lang, "kiosk.filed.printing")),
        CopyOnPaper::Failed(fault, left) | CopyOnPaper::Doubtful(fault, left) => {
            (if left > 0 { Paper::Offered } else { Paper::Over }, words::say(lang, fault.key()))
        }
        CopyOnPaper::Over => (Paper::Over, ""),
    };
    face.set_copy(paper);
    face.set_copy_note(note.into());
    face.set_form_large(matches!(filed.receipt, CopyOnPaper::Failed(..) | CopyOnPaper::Doubtful(..)));
}

fn due_by(due: Date, lang: Lang) -> String {
    words::fill(lang, "kiosk.filed.due", &[("date", &figures::long_date(due, lang))])
}

fn asked(face: &Face<'_>, question: &Question) {
    let lang = question.language;
    let (title, hint, text, dots) = match question.part {
        QuestionPart::Number => ("kiosk.ask.number", "kiosk.ask.number-hint", question.number_shown(), "_-______-_"),
        QuestionPart::Tail => ("kiosk.ask.tail", "kiosk.ask.tail-hint", question.tail.expose().to_owned(), "____"),
    };
    let text = if text.is_empty() { dots.to_owned() } else { text };
    let (title, hint) = (words::say(lang, title), words::say(lang, hint));
    face.set_form_title(title.into());
    face.set_form_hint(hint.into());
    face.set_form_progress(SharedString::default());
    face.set_form_step(FormStep::Lines);
    face.set_form_large(false);
    face.set_form_notice(Notice::default());
    let fault = match &question.note {
        Note::None | Note::Asking(_) => String::new(),
        Note::Mistyped => words::say(lang, "kiosk.ask.mistyped").to_owned(),
        Note::Short => words::say(lang, "kiosk.ask.short").to_owned(),
        Note::Away => words::say(lang, "kiosk.ask.away").to_owned(),
        Note::Refused(problem) => said(problem, lang),
    };
    let label = title.into();
    face.set_form_boxes(model(vec![FormBox { label, text: text.into(), fault: fault.into(), active: true }]));
    let next = if matches!(question.note, Note::Asking(_)) { "kiosk.ask.asking" } else { "kiosk.form.next" };
    face.set_form_next(words::say(lang, next).into());
    keys(face, Script::Pad, (Lines::One, Case::Small, lang));
}

fn became(face: &Face<'_>, view: &View, progress: &Progress) {
    let (lang, seen) = (progress.language, &progress.seen);
    forget(face);
    face.set_service_name(view.book.service_name(&seen.service, lang).into());
    face.set_form_title(facts::status(&seen.status, lang).into());
    face.set_number(seen.number.as_str().into());
    let fact =
        |sign: &str, label: &str, text: String| Fact { sign: sign.into(), label: label.into(), text: text.into() };
    let mut all = Vec::new();
    if let Some(registered) = &seen.registration {
        let text = format!("{}, {}", registered.number, day(&registered.date));
        all.push(fact("document", words::say(lang, "kiosk.progress.registered"), text));
    }
    if let Some(due) = seen.due.as_deref().and_then(|due| due.parse::<Date>().ok()) {
        all.push(fact("calendar", words::say(lang, "kiosk.progress.due"), figures::long_date(due, lang)));
    }
    face.set_facts(model(all));
    let step = |step: &wire::applications::ApplicationStep| {
        let at = step.at.parse().map(paper::date_and_time);
        fact("check", &facts::status(&step.status, lang), at.unwrap_or_default())
    };
    // The last first: that is what somebody came for.
    face.set_steps(model(seen.steps.iter().rev().map(step).collect()));
    sentences::listed(face, progress.slip, lang);
    if progress.slip == ListOnPaper::Out {
        face.set_list_note(words::say(lang, "kiosk.progress.printed").into());
    }
}

fn day(iso: &str) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), forms::plain::day_shown)
}

/// The hall's own sentence, in the visitor's language where the kiosk has it too.
fn said(problem: &Problem, lang: Lang) -> String {
    let own = words::lookup(lang, &format!("problem.application.{}", problem.code));
    own.filter(|sentence| !sentence.contains('{')).unwrap_or(&problem.title).to_owned()
}

fn notice(lang: Lang, title: &'static str, text: &'static str) -> Notice {
    Notice { title: words::say(lang, title).into(), text: words::say(lang, text).into() }
}

fn marked(code: &str, name: &str, chosen: bool) -> Choice {
    Choice { code: code.into(), name: name.into(), hint: SharedString::default(), chosen, long_word: false }
}
