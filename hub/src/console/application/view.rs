//! What the pages of an application show, field by field, laid out by their templates.
//!
//! The page is in the clerk's language, the text of the consent in the visitor's: it is read to the visitor, and what
//! was agreed to is exactly what stands there.

use super::sent::{Texts, consent_language, input, part_input};
use crate::console::page::{Choice, ChoiceGroup, Page};
use askama::Template;
use forms::{Fault, Field, Form, Kind, Line, Need, Part, places};
use words::Lang;

/// The form.
#[derive(Template)]
#[template(path = "application.html")]
pub struct FormPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Whose application it is.
    pub about: &'a About,
    /// The fields.
    pub fields: Vec<FieldView>,
    /// How many things are wrong, in words.
    pub wrong: Option<String>,
}

/// Everything read back, and the files.
#[derive(Template)]
#[template(path = "application_summary.html")]
pub struct SummaryPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Whose application it is.
    pub about: &'a About,
    /// What is written.
    pub lines: Vec<Line>,
    /// What is carried on.
    pub hidden: Texts,
    /// Where files may be chosen.
    pub files: Vec<FieldView>,
    /// Why it was not sent.
    pub notice: Option<String>,
}

/// It is filed.
#[derive(Template)]
#[template(path = "application_filed.html")]
pub struct FiledPage<'a> {
    /// Its frame.
    pub page: &'a Page,
    /// Whose application it was.
    pub about: &'a About,
    /// Its number.
    pub number: String,
    /// By when an answer is due, in a sentence.
    pub due: Option<String>,
}

/// Whose application it is, and for what.
#[derive(Debug, Clone)]
pub struct About {
    /// The counter.
    pub counter: String,
    /// The ticket that is being served.
    pub ticket: String,
    /// Its number.
    pub number: String,
    /// The chosen service's code.
    pub service: String,
    /// Its name.
    pub name: String,
    /// The ticket's other services.
    pub others: Vec<Choice>,
    /// The same identity is the same application.
    pub command_id: String,
}

/// One field of the form.
#[derive(Debug, Clone)]
pub struct FieldView {
    /// The name of its input, and its identity.
    pub name: String,
    /// What is asked.
    pub label: String,
    /// How to fill it in.
    pub hint: Option<String>,
    /// Whether it may stay empty.
    pub need: Need,
    /// How it is filled in.
    pub control: Control,
    /// What is wrong with it.
    pub faults: Vec<String>,
}

/// How a field is filled in.
#[derive(Debug, Clone)]
pub enum Control {
    /// A line.
    Line {
        /// What is in it.
        value: String,
        /// The keys a phone's or tablet's keyboard shows: `text`, `numeric`, `tel`.
        keys: &'static str,
        /// The most letters.
        chars_max: usize,
    },
    /// Several lines.
    Lines {
        /// What is in them.
        value: String,
        /// The most letters.
        chars_max: usize,
    },
    /// One of several.
    Options {
        /// The chosen one.
        value: String,
        /// All.
        choices: Vec<Choice>,
    },
    /// One of several, under headings.
    Groups {
        /// The chosen one.
        value: String,
        /// All.
        groups: Vec<ChoiceGroup>,
    },
    /// Parts.
    Parts(Vec<FieldView>),
    /// Files.
    Files {
        /// What they may be.
        accept: String,
    },
    /// The consent.
    Consent {
        /// The text, exactly as it is agreed to.
        text: String,
        /// Its language.
        lang: Lang,
        /// Its hash.
        sha256: String,
        /// The name of the input that says its language.
        language_input: String,
        /// The hash that was agreed to.
        agreed: String,
    },
}

/// The form with what was typed and what is wrong.
pub fn fields(form: &Form, (typed, faults): (&Texts, &[Fault]), (lang, visitors): (Lang, Lang)) -> Vec<FieldView> {
    let before_files = form.fields.iter().filter(|field| !matches!(field.kind, Kind::Files { .. }));
    before_files.map(|field| field_view(form, field, (typed, faults), (lang, visitors))).collect()
}

/// Where files may be chosen; each fault with the name of its file.
pub fn files(form: &Form, wrong: &[(String, Fault)], lang: Lang) -> Vec<FieldView> {
    let of_files = form.fields.iter().filter_map(|field| match &field.kind {
        Kind::Files { accept, .. } => Some((field, accept)),
        _ => None,
    });
    let view = |(field, accept): (&Field, &Vec<forms::Media>)| {
        let faults = wrong.iter().filter(|(_, fault)| fault.field == field.id);
        let told = |(name, fault): &(String, Fault)| match name.as_str() {
            "" => fault.sentence(lang),
            name => format!("{name}: {}", fault.sentence(lang)),
        };
        let media: Vec<_> = accept.iter().map(|media| media.media_type()).collect();
        let control = Control::Files { accept: media.join(",") };
        FieldView { faults: faults.map(told).collect(), ..bare(field, control, lang) }
    };
    of_files.map(view).collect()
}

fn field_view(
    form: &Form,
    field: &Field,
    (typed, faults): (&Texts, &[Fault]),
    (lang, visitors): (Lang, Lang),
) -> FieldView {
    let name = input(field.id.as_str());
    let value = typed.get(&name).cloned().unwrap_or_default();
    let line = |keys, chars_max| Control::Line { value: value.clone(), keys, chars_max };
    let control = match &field.kind {
        Kind::Text { chars_max } => line("text", *chars_max),
        Kind::Lines { chars_max } => Control::Lines { value: value.clone(), chars_max: *chars_max },
        Kind::Pinfl | Kind::Stir | Kind::Cadastral => line("numeric", 40),
        Kind::IdDocument => line("text", 20),
        Kind::Phone => line("tel", 24),
        Kind::Date { .. } | Kind::Number { .. } => line("text", 24),
        Kind::Select { options } => Control::Options {
            value: value.clone(),
            choices: options
                .iter()
                .map(|option| Choice { code: option.code.clone(), name: option.names.get(lang).to_owned() })
                .collect(),
        },
        Kind::Address { .. } => Control::Parts(parts(field, (typed, faults), lang)),
        Kind::Files { .. } => Control::Files { accept: String::new() },
        Kind::Consent => Control::Consent {
            text: form.consent.text(visitors),
            lang: visitors,
            sha256: form.consent.sha256(visitors),
            language_input: consent_language(),
            agreed: value.clone(),
        },
    };
    let of_field = faults.iter().filter(|fault| fault.field == field.id && fault.part.is_none());
    FieldView { faults: of_field.map(|fault| fault.sentence(lang)).collect(), ..bare(field, control, lang) }
}

fn bare(field: &Field, control: Control, lang: Lang) -> FieldView {
    FieldView {
        name: input(field.id.as_str()),
        label: field.label(lang).to_owned(),
        hint: field.hint(lang),
        need: field.need,
        control,
        faults: Vec::new(),
    }
}

/// The parts of an address that a clerk fills in; the region is a heading over its districts.
fn parts(field: &Field, (typed, faults): (&Texts, &[Fault]), lang: Lang) -> Vec<FieldView> {
    let asked = Part::ALL.into_iter().filter(|part| *part != Part::Region);
    let view = |part: Part| {
        let name = part_input(field.id.as_str(), part);
        let value = typed.get(&name).cloned().unwrap_or_default();
        let control = match part {
            Part::District => Control::Groups { value, groups: districts(lang) },
            _ => Control::Line { value, keys: "text", chars_max: 120 },
        };
        let of_part = faults.iter().filter(|fault| fault.field == field.id && fault.part == Some(part));
        let label = match part {
            Part::Elsewhere => words::fill(lang, "console.application.elsewhere", &[("label", part.label(lang))]),
            _ => part.label(lang).to_owned(),
        };
        let faults = of_part.map(|fault| fault.sentence(lang)).collect();
        FieldView { name, label, hint: None, need: Need::Optional, control, faults }
    };
    asked.map(view).collect()
}

fn districts(lang: Lang) -> Vec<ChoiceGroup> {
    let regions = places::regions().map(|region| {
        let inside = places::districts().filter(|place| place.region().is_some_and(|of| of.soato == region.soato));
        let choice = |place: &places::Place| Choice { code: place.soato.clone(), name: place.name(lang).to_owned() };
        ChoiceGroup { label: region.name(lang).to_owned(), choices: inside.map(choice).collect() }
    });
    let another = words::say(lang, "form.address.another-region").to_owned();
    let elsewhere = Choice { code: places::ELSEWHERE.to_owned(), name: another.clone() };
    regions.chain([ChoiceGroup { label: another, choices: vec![elsewhere] }]).collect()
}

impl About {
    /// The address of a step.
    pub fn way(&self, step: &str) -> String {
        format!("/counters/{}/application/{step}", self.counter)
    }
}

impl FieldView {
    /// Whether something is wrong with it.
    pub fn is_wrong(&self) -> bool {
        !self.faults.is_empty()
    }

    /// Whether it must be filled in.
    pub fn is_required(&self) -> bool {
        self.need == Need::Required
    }

    /// What describes its input: the hint and what is wrong.
    pub fn described_by(&self) -> String {
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.name));
        let fault = self.is_wrong().then(|| format!("{}-fault", self.name));
        hint.into_iter().chain(fault).collect::<Vec<_>>().join(" ")
    }

    /// Itself and its parts that are wrong, to go to from the top of the page.
    pub fn wrong_places(&self) -> Vec<(String, String)> {
        let own = self.is_wrong().then(|| (self.name.clone(), self.label.clone()));
        let parts = match &self.control {
            Control::Parts(parts) => parts.as_slice(),
            _ => &[],
        };
        let of_parts = parts.iter().filter(|part| part.is_wrong());
        own.into_iter()
            .chain(of_parts.map(|part| (part.name.clone(), format!("{}: {}", self.label, part.label))))
            .collect()
    }
}
