//! What a visitor wrote: wiped from memory when it goes, and never readable in a log, a crash or the autopilot's lines.
//!
//! Everything personal in the session lives in these types, so nobody can forget to hide it. Deliberately absent: the
//! copies that checking and drawing make for a moment; they are freed, not wiped.

use forms::{Answer, Answers, Attached, Checked};
use serde::{Serialize, Serializer};
use std::{fmt, sync::Arc};
use zeroize::{Zeroize, Zeroizing};

/// A short text that is nobody else's: digits of a phone, a number.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Private(Zeroizing<String>);

impl Private {
    /// Adds letters. A text that outgrows its room moves, and its old room is wiped.
    pub fn push(&mut self, letters: &str) {
        if self.0.capacity() < self.0.len() + letters.len() {
            let mut roomier = Zeroizing::new(String::with_capacity((2 * self.0.capacity()).max(64)));
            roomier.push_str(&self.0);
            self.0 = roomier;
        }
        self.0.push_str(letters);
    }

    /// Takes the last letter back.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// How many letters there are.
    pub fn count(&self) -> usize {
        self.0.chars().count()
    }

    /// The text itself, for the screen and for whoever it is sent to.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} letters", self.count())
    }
}

impl Serialize for Private {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{} letters", self.count()))
    }
}

/// The answers of a form.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Written(Answers);

impl Written {
    /// The answers, to be checked and shown.
    pub fn answers(&self) -> &Answers {
        &self.0
    }

    /// The answers, to be written.
    pub fn answers_mut(&mut self) -> &mut Answers {
        &mut self.0
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A form that is filled in and checked, to be read back and sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Ready(Option<Checked>);

impl Ready {
    /// What was checked.
    pub fn new(checked: Checked) -> Ready {
        Ready(Some(checked))
    }

    /// The form.
    pub fn checked(&self) -> &Checked {
        self.0.as_ref().expect("it is taken only to be wiped")
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        if let Some(checked) = self.0.take() {
            wipe(&mut checked.into_answers());
        }
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a form that is filled in")
    }
}

/// A file somebody attaches.
#[derive(Clone)]
pub struct Document {
    /// What it is.
    pub what: Attached,
    /// Its bytes, wiped when the last of those who have it lets go.
    pub bytes: Arc<Zeroizing<Vec<u8>>>,
}

impl Document {
    /// A file and its bytes.
    pub fn new(what: Attached, bytes: Vec<u8>) -> Document {
        Document { what, bytes: Arc::new(Zeroizing::new(bytes)) }
    }
}

/// The same bytes are the same file; nobody compares megabytes.
impl PartialEq for Document {
    fn eq(&self, other: &Document) -> bool {
        self.what == other.what
    }
}

impl Eq for Document {}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.fmt(f)
    }
}

fn wipe(answers: &mut Answers) {
    for answer in answers.0.values_mut() {
        match answer {
            Answer::Text(text) => text.zeroize(),
            Answer::Address(address) => {
                for part in [
                    &mut address.district,
                    &mut address.elsewhere,
                    &mut address.settlement,
                    &mut address.street,
                    &mut address.house,
                    &mut address.flat,
                ] {
                    part.zeroize();
                }
            }
            Answer::Files(files) => files.iter_mut().for_each(|file| file.name.zeroize()),
            Answer::Agreed(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PINFL: &str = "30101909990010";

    #[test]
    fn nothing_that_was_written_can_be_printed() {
        let mut private = Private::default();
        private.push(PINFL);
        let mut written = Written::default();
        let id = String::from("pinfl").try_into().unwrap();
        written.answers_mut().0.insert(id, Answer::Text(PINFL.to_owned()));
        let said = format!("{private:?} {written:?} {}", serde_json::to_string(&private).unwrap());
        assert!(!said.contains(PINFL) && said.contains("14 letters"), "{said}");
    }

    #[test]
    fn a_text_that_grows_stays_whole() {
        let mut private = Private::default();
        (0..300).for_each(|_| private.push("oʻ"));
        private.pop();
        assert_eq!((private.count(), private.expose().len()), (599, 898));
    }
}
