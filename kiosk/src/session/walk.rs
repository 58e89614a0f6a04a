//! From step to step of a form: forward when a step is in order, back always, and back again to what is to be mended.
//!
//! A step is checked when it is left and the whole before it is read back, so nothing wrong is ever sent, and nobody is
//! stopped in the middle of a word. Deliberately absent: what is typed (`writing`).

use super::{
    filling::{Asks, At, Filling, Left, Offered, Way, of_slot},
    private::Ready,
    writing,
};
use forms::{Code, Fault, Need, Part, Step};
use jiff::civil::Date;
use std::sync::Arc;

impl Filling {
    /// A step further, if this one is in order.
    pub(super) fn next(&mut self, today: Date) {
        let At::Step(nth) = self.at else { return self.enter(0) };
        if self.asks() == Asks::Summary || self.check(today) == Left::No {
            return;
        }
        let leads = forms::steps(&self.form);
        let field = |nth: usize| match leads.get(nth) {
            Some(Step::Field(field) | Step::Place(field, _)) => Some(&field.id),
            Some(Step::Summary) | None => None,
        };
        // An address is mended as a whole: another region has other districts.
        let goes_on = self.way == Way::Onward || field(nth + 1).is_some_and(|next| Some(next) == field(nth));
        let to = if goes_on { nth + 1 } else { leads.len() - 1 };
        self.enter(to);
        if self.asks() == Asks::Summary {
            self.sum_up(today);
        }
    }

    /// A step back; whether there was one.
    pub(super) fn back(&mut self) -> Left {
        match self.at {
            At::Intro => return Left::Yes,
            At::Step(0) => (self.at, self.faults) = (At::Intro, Vec::new()),
            At::Step(nth) => self.enter(nth - 1),
        }
        Left::No
    }

    /// To a step that was read back wrong.
    pub(super) fn mend(&mut self, nth: usize) {
        if nth + 1 < self.steps() {
            self.way = Way::Summary;
            self.enter(nth);
        }
    }

    pub(super) fn enter(&mut self, nth: usize) {
        (self.at, self.focus, self.faults, self.ready) = (At::Step(nth), 0, Vec::new(), None);
        self.offered = Offered::Looking;
        self.case = writing::case(self);
    }

    fn check(&mut self, today: Date) -> Left {
        let Some(step) = self.step() else { return Left::Yes };
        let faults = match step {
            Step::Summary => Vec::new(),
            // The region only narrows the districts: an address that has no more yet is not wrong.
            Step::Place(_, [Part::Region, ..]) if self.chosen().is_some() => Vec::new(),
            Step::Field(field) | Step::Place(field, _) => {
                let answer = self.written.answers().get(field.id.as_str());
                let passed = forms::check_field(&self.form, field, answer, today);
                let mut faults: Vec<Fault> =
                    passed.err().into_iter().flatten().filter(|fault| step.mends(fault)).collect();
                let unchosen = matches!(self.asks(), Asks::Choice(_)) && self.chosen().is_none();
                if unchosen && field.need == Need::Required && faults.is_empty() {
                    faults.push(Fault::of(&field.id, Code::Required));
                }
                faults
            }
        };
        self.faults = faults;
        if let (Asks::Lines(slots), Some(fault)) = (self.asks(), self.faults.first()) {
            let at = slots.iter().position(|slot| of_slot(fault, *slot));
            self.focus = at.unwrap_or(self.focus);
        }
        if self.faults.is_empty() { Left::Yes } else { Left::No }
    }

    /// Everything is checked once more as a whole: what is wrong is mended where it stands.
    fn sum_up(&mut self, today: Date) {
        match forms::check(&self.form, self.written.answers(), today) {
            Ok(checked) => self.ready = Some(Arc::new(Ready::new(checked))),
            Err(faults) => {
                let steps = forms::steps(&self.form);
                let first = steps.iter().position(|step| faults.iter().any(|fault| step.mends(fault)));
                let Some(nth) = first else { return };
                let here = faults.iter().filter(|fault| steps[nth].mends(fault)).cloned().collect();
                drop(steps);
                self.mend(nth);
                self.faults = here;
            }
        }
    }
}
