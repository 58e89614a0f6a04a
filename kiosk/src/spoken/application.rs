//! What is said aloud of an application: which step it is and what it asks for, and the same again if something is wrong.
//!
//! What a visitor writes is never said: the hall would hear it.

use super::keys;
use crate::{
    driver::View,
    session::{Asks, At, CopyOnPaper, Filling, Hub, Note, QuestionPart, Screen, Sending},
};
use voice::Say;

pub(super) fn screen(view: &View) -> Vec<Say> {
    match &view.shown.screen {
        Screen::Form(filling) => form(filling, view.hub()),
        Screen::Sending { how, .. } => match how {
            Sending::UnderWay => keys(&["kiosk.form.sending"]),
            Sending::Away(_) => keys(&["kiosk.form.away", "kiosk.form.kept"]),
            Sending::Refused(_) => keys(&["kiosk.form.refused"]),
        },
        Screen::Filed { filed, .. } => {
            let mut says = keys(&["kiosk.filed.title", "kiosk.filed.number"]);
            says.push(Say::Spelled(filed.number.replace('-', "")));
            says.extend(match filed.receipt {
                CopyOnPaper::Printing(_) => keys(&["kiosk.filed.printing"]),
                CopyOnPaper::Offered(_) | CopyOnPaper::Over => keys(&["kiosk.filed.take"]),
                CopyOnPaper::Failed(fault, _) | CopyOnPaper::Doubtful(fault, _) => {
                    keys(&[fault.key(), "kiosk.filed.photograph"])
                }
            });
            says.push(Say::key("kiosk.filed.ask"));
            says
        }
        Screen::Question(question) => {
            let mut says = match question.part {
                QuestionPart::Number => keys(&["kiosk.ask.number", "kiosk.ask.number-hint"]),
                QuestionPart::Tail => keys(&["kiosk.ask.tail", "kiosk.ask.tail-hint"]),
            };
            match question.note {
                Note::None | Note::Refused(_) => {}
                Note::Mistyped => says = keys(&["kiosk.ask.mistyped"]),
                Note::Short => says = keys(&["kiosk.ask.short"]),
                Note::Away => says = keys(&["kiosk.ask.away"]),
                Note::Asking(_) => says = keys(&["kiosk.ask.asking"]),
            }
            says
        }
        Screen::Progress(progress) => {
            let mut says = vec![Say::Service(progress.seen.service.clone())];
            says.push(Say::key(format!("kiosk.status.{}", progress.seen.status.replace('_', "-"))));
            says
        }
        _ => Vec::new(),
    }
}

fn form(filling: &Filling, hub: Hub) -> Vec<Say> {
    let number = |n: usize| Say::Number(u32::try_from(n).unwrap_or(u32::MAX));
    let mut says = match filling.at {
        At::Intro => {
            let questions = filling.steps().saturating_sub(1) as u64;
            let mut says = vec![Say::Service(filling.form.service.clone())];
            says.push(Say::Counted("kiosk.form.questions".into(), questions, vec![]));
            if hub == Hub::Away {
                says.extend(keys(&["kiosk.form.away", "kiosk.form.away-before"]));
            }
            return says;
        }
        At::Step(nth) => vec![Say::Sentence(
            "kiosk.form.step".into(),
            vec![("nth", number(nth + 1)), ("all", number(filling.steps()))],
        )],
    };
    says.extend(match filling.asks() {
        Asks::Intro | Asks::Lines(_) | Asks::Choice(_) => vec![],
        Asks::Files => keys(&["kiosk.form.files"]),
        Asks::Consent => keys(&["kiosk.form.read-consent"]),
        Asks::Summary => keys(&["kiosk.form.check"]),
    });
    says
}
