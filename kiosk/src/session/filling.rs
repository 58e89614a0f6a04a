//! A form while it is being filled in: where the visitor is in it, what is written, what is wrong.
//!
//! The steps are those of the crate `forms`; what is typed is kept as typed and only checked, so that whoever comes back
//! to a step finds their own words. Deliberately absent: words for the screen, and hands that read files or send.

use super::{
    private::{Document, Ready, Written},
    typing::{Case, Script},
};
use forms::{Address, Answer, Fault, Field, Form, Kind, Need, Part, Step, places};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::{fmt, sync::Arc};
use words::Lang;

/// A form that somebody fills in.
#[derive(Clone, PartialEq, Eq)]
pub struct Filling {
    /// The visitor's language.
    pub language: Lang,
    /// The category of the service.
    pub category: String,
    /// The form.
    pub form: Arc<Form>,
    /// Where the visitor is.
    pub at: At,
    /// The line that the keys write into.
    pub focus: usize,
    /// The letters the visitor last chose.
    pub letters: Script,
    /// Whether the keys write small or large letters.
    pub case: Case,
    /// What is wrong with this step.
    pub faults: Vec<Fault>,
    /// What there is to attach.
    pub offered: Offered,
    /// The whole, once it is sound.
    pub ready: Option<Arc<Ready>>,
    /// The files that are attached.
    pub attached: Vec<Document>,
    pub(super) written: Written,
    pub(super) region: Option<String>,
    pub(super) way: Way,
}

/// Where in a form somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Before its first step: what it is, and whether it can be sent now.
    Intro,
    /// At this step, from 0.
    Step(usize),
}

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the next one.
    Onward,
    /// Back to the summary: only this was to be mended.
    Summary,
}

/// What a camera or a stick offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// It is being looked at.
    Looking,
    /// There is none at this kiosk.
    Nowhere,
    /// These.
    Files(Vec<OnOffer>),
}

/// A file that can be attached.
#[derive(Clone, PartialEq, Eq)]
pub struct OnOffer {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
}

impl fmt::Debug for OnOffer {
    /// A name may be a person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a file of {} bytes", self.size)
    }
}

/// One line of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The whole field.
    Whole,
    /// A part of an address.
    Part(Part),
}

/// What a step asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Nothing yet.
    Intro,
    /// To write, in one line or two.
    Lines(Vec<Slot>),
    /// To choose: codes and names.
    Choice(Vec<(String, String)>),
    /// To attach.
    Files,
    /// To read and agree.
    Consent,
    /// To read all of it again and send it.
    Summary,
}

/// Whether a step may be left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Yes,
    No,
}

impl Filling {
    /// An empty form.
    pub fn new(language: Lang, category: String, form: Arc<Form>) -> Filling {
        Filling {
            language,
            category,
            form,
            at: At::Intro,
            focus: 0,
            letters: Script::of(language),
            case: Case::Small,
            faults: Vec::new(),
            offered: Offered::Looking,
            ready: None,
            attached: Vec::new(),
            written: Written::default(),
            region: None,
            way: Way::Onward,
        }
    }

    /// The step, unless it is still to begin.
    pub fn step(&self) -> Option<Step<'_>> {
        match self.at {
            At::Intro => None,
            At::Step(nth) => forms::steps(&self.form).get(nth).copied(),
        }
    }

    /// How many steps there are, the summary last.
    pub fn steps(&self) -> usize {
        forms::steps(&self.form).len()
    }

    /// The field of this step.
    pub fn field(&self) -> Option<&Field> {
        match self.step()? {
            Step::Field(field) | Step::Place(field, _) => Some(field),
            Step::Summary => None,
        }
    }

    /// What this step asks for.
    pub fn asks(&self) -> Asks {
        let lang = self.language;
        match self.step() {
            None => Asks::Intro,
            Some(Step::Summary) => Asks::Summary,
            Some(Step::Field(field)) => match &field.kind {
                Kind::Select { options } => {
                    Asks::Choice(options.iter().map(|o| (o.code.clone(), o.names.get(lang).to_owned())).collect())
                }
                Kind::Files { .. } => Asks::Files,
                Kind::Consent => Asks::Consent,
                Kind::Text { .. }
                | Kind::Lines { .. }
                | Kind::Pinfl
                | Kind::Stir
                | Kind::IdDocument
                | Kind::Phone
                | Kind::Address { .. }
                | Kind::Cadastral
                | Kind::Date { .. }
                | Kind::Number { .. } => Asks::Lines(vec![Slot::Whole]),
            },
            Some(Step::Place(_, parts)) => match parts {
                [Part::Region, ..] => Asks::Choice(regions(lang)),
                [Part::District, ..] if self.region.as_deref() == Some(places::ELSEWHERE) => {
                    Asks::Lines(vec![Slot::Part(Part::Elsewhere)])
                }
                [Part::District, ..] => Asks::Choice(self.districts()),
                parts => Asks::Lines(parts.iter().map(|part| Slot::Part(*part)).collect()),
            },
        }
    }

    /// The code of what was chosen at this step.
    pub fn chosen(&self) -> Option<&str> {
        match self.step()? {
            Step::Place(_, [Part::Region, ..]) => self.region.as_deref(),
            Step::Place(field, _) => self.address(field).map(|address| address.district.as_str()),
            Step::Field(field) => self.written.answers().text(field.id.as_str()),
            Step::Summary => None,
        }
        .filter(|code| !code.is_empty())
    }

    /// What stands in a line, as it was typed.
    pub fn line(&self, slot: Slot) -> &str {
        let Some(field) = self.field() else { return "" };
        match slot {
            Slot::Whole => self.written.answers().text(field.id.as_str()).unwrap_or_default(),
            Slot::Part(part) => self.address(field).map_or("", |address| part_of(address, part)),
        }
    }

    /// The line that the keys write into, if this step has any.
    pub fn active(&self) -> Option<Slot> {
        match self.asks() {
            Asks::Lines(slots) => slots.get(self.focus).or(slots.first()).copied(),
            Asks::Intro | Asks::Choice(_) | Asks::Files | Asks::Consent | Asks::Summary => None,
        }
    }

    /// Whether the step may be passed as it is, empty.
    pub fn skippable(&self) -> bool {
        let empty = match self.asks() {
            Asks::Lines(slots) => slots.iter().all(|slot| self.line(*slot).trim().is_empty()),
            Asks::Choice(_) => self.chosen().is_none(),
            Asks::Files => self.attached.is_empty(),
            Asks::Intro | Asks::Consent | Asks::Summary => false,
        };
        empty && self.field().is_some_and(|field| field.need == Need::Optional)
    }

    /// Chooses.
    pub(super) fn pick(&mut self, code: &str) {
        let Some(step) = self.step() else { return };
        let (id, part) = match step {
            Step::Field(field) => (field.id.clone(), None),
            Step::Place(field, parts) => (field.id.clone(), parts.first().copied()),
            Step::Summary => return,
        };
        let answers = &mut self.written.answers_mut().0;
        match part {
            None => drop(answers.insert(id, Answer::Text(code.to_owned()))),
            Some(part) => {
                let Answer::Address(address) = answers.entry(id).or_insert_with(empty_address) else { return };
                if part == Part::Region {
                    if self.region.as_deref() != Some(code) {
                        address.district = if code == places::ELSEWHERE { code.to_owned() } else { String::new() };
                    }
                    self.region = Some(code.to_owned());
                } else {
                    address.district = code.to_owned();
                }
            }
        }
    }

    /// Agrees to the text of the consent as it is shown.
    pub(super) fn agree(&mut self) {
        let Some(field) = self.field().filter(|field| field.kind == Kind::Consent) else { return };
        let agreed = forms::Agreed { language: self.language, sha256: self.form.consent.sha256(self.language) };
        let id = field.id.clone();
        self.written.answers_mut().0.insert(id, Answer::Agreed(agreed));
    }

    /// Attaches a file, or takes it away again.
    pub(super) fn attach(&mut self, document: Document) {
        if self.asks() == Asks::Files && !self.attached.contains(&document) {
            self.attached.push(document);
            self.files_written();
        }
    }

    pub(super) fn detach(&mut self, name: &str) {
        self.attached.retain(|document| document.what.name != name);
        self.files_written();
    }

    fn files_written(&mut self) {
        let Some(id) = self.field().map(|field| field.id.clone()) else { return };
        let files = self.attached.iter().map(|document| document.what.clone()).collect();
        self.written.answers_mut().0.insert(id, Answer::Files(files));
    }

    fn address(&self, field: &Field) -> Option<&Address> {
        match self.written.answers().get(field.id.as_str())? {
            Answer::Address(address) => Some(address),
            Answer::Text(_) | Answer::Files(_) | Answer::Agreed(_) => None,
        }
    }

    fn districts(&self) -> Vec<(String, String)> {
        let within = |place: &places::Place| {
            let region = place.region().map(|region| region.soato.as_str());
            region.is_some() && region == self.region.as_deref()
        };
        let named = |place: &'static places::Place| (place.soato.clone(), place.name(self.language).to_owned());
        places::districts().filter(|place| within(place)).map(named).collect()
    }
}

/// Whether a fault stands beside a line.
pub fn of_slot(fault: &Fault, slot: Slot) -> bool {
    match slot {
        Slot::Whole => fault.part.is_none(),
        Slot::Part(part) => fault.part == Some(part),
    }
}

/// A part of an address that is typed.
pub(super) fn part_of(address: &Address, part: Part) -> &str {
    match part {
        Part::Region | Part::District => &address.district,
        Part::Elsewhere => &address.elsewhere,
        Part::Settlement => &address.settlement,
        Part::Street => &address.street,
        Part::House => &address.house,
        Part::Flat => &address.flat,
    }
}

pub(super) fn empty_address() -> Answer {
    Answer::Address(Address::default())
}

fn regions(lang: Lang) -> Vec<(String, String)> {
    let known = places::regions().map(|place| (place.soato.clone(), place.name(lang).to_owned()));
    let other = (places::ELSEWHERE.to_owned(), words::say(lang, "form.address.another-region").to_owned());
    known.chain([other]).collect()
}

impl fmt::Debug for Filling {
    /// Where somebody is, and not what they wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filling({}, {:?}, {} faults)", self.form.service, self.at, self.faults.len())
    }
}

impl Serialize for Filling {
    /// As [`fmt::Debug`]: the autopilot's lines are no place for answers.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_struct("Filling", 6)?;
        all.serialize_field("language", &self.language)?;
        all.serialize_field("service", &self.form.service)?;
        let (nth, asks) = match self.at {
            At::Intro => (0, "intro".to_owned()),
            At::Step(nth) => (nth + 1, self.field().map_or("summary".to_owned(), |field| field.id.to_string())),
        };
        all.serialize_field("step", &nth)?;
        all.serialize_field("steps", &self.steps())?;
        all.serialize_field("asks", &asks)?;
        all.serialize_field("faults", &self.faults)?;
        all.end()
    }
}
