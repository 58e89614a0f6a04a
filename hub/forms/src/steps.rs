//! A form as a walk: one decision per step, back always possible, the summary last.
//!
//! An address is several decisions. The region is asked to narrow the districts, and is not kept: a district's code
//! has it.

use crate::{
    fault::{Fault, Part},
    form::{Field, Form, Kind},
};
use words::Lang;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A whole field.
    Field(&'a Field),
    /// Parts of an address that belong together.
    Place(&'a Field, &'static [Part]),
    /// Everything read back; from here it is sent.
    Summary,
}

/// The steps of a form.
pub fn steps(form: &Form) -> Vec<Step<'_>> {
    form.fields.iter().flat_map(of_field).chain([Step::Summary]).collect()
}

fn of_field(field: &Field) -> Vec<Step<'_>> {
    let Kind::Address { .. } = field.kind else { return vec![Step::Field(field)] };
    let parts: [&'static [Part]; 4] = [
        &[Part::Region],
        &[Part::District, Part::Elsewhere],
        &[Part::Settlement, Part::Street],
        &[Part::House, Part::Flat],
    ];
    parts.map(|parts| Step::Place(field, parts)).to_vec()
}

impl Step<'_> {
    /// What is asked.
    pub fn label(&self, lang: Lang) -> Option<&str> {
        match self {
            Step::Field(field) | Step::Place(field, _) => Some(field.label(lang)),
            Step::Summary => None,
        }
    }

    /// Whether a fault is mended here.
    pub fn mends(&self, fault: &Fault) -> bool {
        match self {
            Step::Field(field) => field.id == fault.field,
            Step::Place(field, parts) => {
                // What is wrong with an address as a whole is mended where it begins.
                field.id == fault.field && parts.contains(&fault.part.unwrap_or(Part::Region))
            }
            Step::Summary => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, form};

    #[test]
    fn one_decision_per_step_and_the_summary_last() {
        let form = form("A01").unwrap();
        let steps = steps(form);
        let names: Vec<String> = steps
            .iter()
            .map(|step| match step {
                Step::Field(field) => field.id.to_string(),
                Step::Place(_, parts) => format!("{parts:?}"),
                Step::Summary => "summary".to_owned(),
            })
            .collect();
        let wanted = [
            "full_name",
            "pinfl",
            "phone",
            "[Region]",
            "[District, Elsewhere]",
            "[Settlement, Street]",
            "[House, Flat]",
            "appeal_text",
            "reply_channel",
            "attachments",
            "consent",
            "summary",
        ];
        assert_eq!(names, wanted);
    }

    #[test]
    fn every_fault_is_mended_at_exactly_one_step() {
        for form in crate::Forms::with(&crate::Lists::new()).iter() {
            let steps = steps(form);
            for field in &form.fields {
                let whole = Fault::of(&field.id, Code::Required);
                let address = matches!(field.kind, Kind::Address { .. });
                let parts = Part::ALL.into_iter().filter(|_| address).map(|part| whole.clone().at(part));
                for fault in parts.chain([whole.clone()]) {
                    assert_eq!(steps.iter().filter(|step| step.mends(&fault)).count(), 1, "{fault:?}");
                    let first = steps.iter().find(|step| step.mends(&fault)).unwrap();
                    let begins = matches!(first, Step::Place(_, [Part::Region]) | Step::Field(_));
                    assert!(begins || fault.part.is_some(), "{fault:?} is mended where its field begins");
                }
            }
        }
    }
}
