//! What comes into the session. Plain values: a test writes them down.

use super::{
    asking::Word,
    comfort::{Contrast, Reach, TextSize},
    filling::Offered,
    form::{Hub, Outcome, Takes},
    pin::Gate,
    private::Document,
    screen::Attempt,
    technician::{Found, ReportOnPaper},
    typing::Stroke,
    wish::{Fault, Slip, Told, Turn, Wish},
};
use crate::{
    checkup::{Fittings, Judged, Spot},
    pins::Sign,
};
use forms::{Form, Param};
use jiff::civil::Date;
use std::sync::Arc;
use wire::{fleet::Part, kiosk::Purpose, problem::Problem, tickets::TicketTaken};
use words::Lang;

/// Something happened.
#[expect(clippy::large_enum_variant, reason = "one at a time, on the stack, for as long as it takes to look at it")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A visitor did something.
    Tap(Tap),
    /// A machine has news.
    News(News),
    /// The kiosk's keys and its presence sensor.
    Sign(Sign),
    /// The alarm with this number rang. Only the last one set counts.
    Rang(u64),
}

/// What a visitor can do. A tap that does not belong to the screen is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tap {
    /// Chose a language.
    Language(Lang),
    /// Chose what to do here.
    Purpose(Purpose),
    /// Chose a category.
    Category(String),
    /// Chose a service of the shown category.
    Service(String),
    /// Opened the search.
    Search,
    /// Pressed a key of the screen's keyboard.
    Stroke(Stroke),
    /// Chose a service that was found.
    Found {
        /// Its category.
        category: String,
        /// The service.
        service: String,
    },
    /// Wants to know more about the service.
    About,
    /// Prints what to bring.
    PrintList,
    /// Wants another service on the same ticket.
    Further,
    /// Takes a further service off the ticket again.
    Without(String),
    /// Opened the question about going out of turn.
    Classes,
    /// Answered it.
    Turn(Turn),
    /// Takes a ticket.
    Take,
    /// Goes on without paper: the number on the screen.
    OnScreen,
    /// Prints the same number again after a failure.
    Again,
    /// Prints a copy of a paper that is out.
    Copy,
    /// Has the paper.
    Done,
    /// Goes on to the next step.
    Next,
    /// Chose one of several, or a file.
    Pick(String),
    /// Wants to write into this line.
    Line(usize),
    /// Agrees to what is shown.
    Agree,
    /// Wants to change this step of what is read back.
    Mend(usize),
    /// Sends the application.
    Send,
    /// Takes a ticket instead.
    Instead,
    /// Opened text size, contrast and reach.
    Comfort,
    /// Closed it.
    Close,
    /// Chose a text size.
    Size(TextSize),
    /// Chose colours.
    Contrast(Contrast),
    /// Chose where the controls are.
    Reach(Reach),
    /// One screen back.
    Back,
    /// Back to the beginning.
    Home,
    /// "Yes, I am still here", or any touch beside a button.
    Here,
    /// Held the technician's corner of the first screen.
    Knock,
    /// Has typed the PIN.
    Enter,
    /// Tries one part.
    Try(Part),
    /// Tries every part and makes a report.
    TryAll,
    /// Touched a marked spot.
    Spot(Spot),
    /// Says whether it was seen or heard.
    Judge(Judged),
    /// Goes on without having tried the part.
    Skip,
    /// Prints and sends the report.
    Report,
    /// Ends the program, so that it begins anew.
    Restart,
}

/// What the machines report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The hall's services are known.
    Catalogue,
    /// What this hall's kiosks are for.
    Purposes(Vec<Purpose>),
    /// What the hall takes at its kiosks.
    Takes(Takes),
    /// Which day it is.
    Today(Date),
    /// Whether the hub answers.
    Hub(Hub),
    /// The form that was asked for.
    Form {
        /// The visitor's language.
        language: Lang,
        /// The category of the service.
        category: String,
        /// The form.
        form: Arc<Form>,
    },
    /// What a camera or a stick offers.
    FilesOffered(Offered),
    /// A file that was asked for, or what is wrong with it.
    FileTaken(Result<Document, (forms::Code, Vec<Param>)>),
    /// What became of an application that was sent.
    Sent {
        /// The tap.
        attempt: Attempt,
        /// That.
        outcome: Outcome,
    },
    /// What the hub says of an application.
    Became {
        /// The tap.
        attempt: Attempt,
        /// That.
        word: Word,
    },
    /// What became of the receipt.
    ReceiptPrinted {
        /// The tap.
        attempt: Attempt,
        /// That.
        done: Result<(), Fault>,
    },
    /// What became of the slip about an application.
    ProgressPrinted(Result<(), Fault>),
    /// The list of what to bring is out.
    ListPrinted,
    /// It is not.
    ListNotPrinted(Fault),
    /// The printer's condition.
    Printer(Condition),
    /// Whether the kiosk's own memory takes anything.
    Storage(Storage),
    /// Whether the technician's PIN may be tried, and in which language it is asked for.
    Knocked(Gate, Lang),
    /// The PIN is right; what the kiosk has to be tried.
    Admitted(Fittings),
    /// The PIN is wrong.
    NotAdmitted(Gate),
    /// Something about a part that is tried.
    Found(Found),
    /// Where the report is.
    Reported(ReportOnPaper),
    /// What the hub says about a wish.
    Offered {
        /// The wish that was asked about.
        wish: Wish,
        /// The answer.
        told: Told,
    },
    /// What the hub says to a request for a number.
    Answered {
        /// The tap.
        attempt: Attempt,
        /// The answer.
        answer: Answer,
    },
    /// The journal has the number: it may go on paper.
    Assigned {
        /// The tap.
        attempt: Attempt,
        /// The ticket.
        slip: Slip,
    },
    /// No number could be assigned.
    NotAssigned {
        /// The tap.
        attempt: Attempt,
        /// Why.
        why: NotAssigned,
    },
    /// The paper is out and recorded.
    Printed {
        /// The tap.
        attempt: Attempt,
    },
    /// Some or all of the paper may be out, then the printer reported a fault; the number counts and is recorded.
    Doubtful {
        /// The tap.
        attempt: Attempt,
        /// What the printer says.
        fault: Fault,
    },
    /// Nothing of the paper is out.
    NotPrinted {
        /// The tap.
        attempt: Attempt,
        /// Why.
        fault: Fault,
    },
}

/// The hub's answer to a request for a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A number.
    Taken(TicketTaken),
    /// No, and why.
    Refused(Problem),
    /// The kiosk is a stranger to the hub.
    NotAdmitted,
    /// No answer.
    Away,
}

/// Why the kiosk has no number to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAssigned {
    /// The hub has never told this kiosk its lane.
    NoLane,
    /// The journal cannot be written.
    NotRecorded,
}

/// The kiosk's own memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// What is written is kept.
    Works,
    /// It is not: no number may be promised.
    Fails,
}

/// The printer's condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Prints.
    Ready,
    /// Prints; somebody should bring paper.
    PaperLow,
    /// Does not print.
    Faulty(Fault),
}
