//! Where an application goes that a clerk has written down: the one seam between the page and the file of applications.
//!
//! The page knows forms and people, whoever takes an application knows seals, numbers and the way to the office; they
//! meet in this trait. An application lives in memory only, and nothing of it is in `Debug` output.

use bytes::Bytes;
use forms::{Attached, Checked};
use jiff::civil::Date;
use queue::ids::{ClerkId, CounterId, TicketId};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
};
use uuid::Uuid;
use words::Lang;

/// An application as it was read back to the visitor and found right.
pub struct Application {
    /// The same identity is the same application, however often it is sent.
    pub command_id: Uuid,
    /// The ticket that is being served.
    pub ticket: TicketId,
    /// Where.
    pub counter: CounterId,
    /// Who wrote it down.
    pub clerk: ClerkId,
    /// The visitor's language: the answer is written in it.
    pub language: Lang,
    /// What is written.
    pub checked: Checked,
    /// The files, in the order of the form.
    pub files: Vec<(Attached, Bytes)>,
}

/// An application that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The hall's number of it.
    pub number: String,
    /// The day by which the law wants an answer.
    pub due: Option<Date>,
}

/// Why an application was not taken: nothing of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotFiled {
    /// Nobody takes applications now.
    #[error("applications are not taken now")]
    Closed,
    /// It could not be kept.
    #[error("the application could not be kept")]
    NotKept,
}

/// The answer to come.
pub type Taken = Pin<Box<dyn Future<Output = Result<Filed, NotFiled>> + Send>>;

/// Whoever takes applications.
pub trait TakesApplications: Send + Sync {
    /// Takes one, or keeps nothing of it.
    fn take(&self, application: Application) -> Taken;
}

/// The place of whoever takes applications; nobody stands there until the hub has its file of them.
#[derive(Default)]
pub struct Filing(OnceLock<Arc<dyn TakesApplications>>);

impl Filing {
    /// Puts somebody there, once.
    pub fn by(&self, taker: Arc<dyn TakesApplications>) {
        // Whoever stands there stays.
        let _ = self.0.set(taker);
    }

    /// Hands an application over.
    pub async fn take(&self, application: Application) -> Result<Filed, NotFiled> {
        match self.0.get() {
            Some(taker) => taker.take(application).await,
            None => Err(NotFiled::Closed),
        }
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Application({}, {} files)", self.checked.service(), self.files.len())
    }
}
