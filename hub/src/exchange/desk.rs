//! What a counter asks of the exchange: an answer fetched and opened in memory, more for a case sealed and sent.

use super::{Exchange, moment, office::Office};
use crate::config::Way;
use applications::{Addition, NotDone, NotOpened, Opening};
use jiff::civil::Date;
use queue::time::Time;
use sealed::More;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Answers that are fetched at once: each may be a hundred megabytes in memory.
static FETCHING: Semaphore = Semaphore::const_new(2);

/// Why there is no answer to show.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The office is reached through a folder.
    #[error("the office is reached through a folder")]
    Folder,
    /// The office did not answer.
    #[error("the office did not answer")]
    Away,
    /// It has none.
    #[error("the office has no answer to this case")]
    NotYet,
    /// What came is not opened.
    #[error(transparent)]
    NotOpened(#[from] NotOpened),
}

impl Exchange {
    /// The answer to a case, opened in memory: it is sealed to the key of the day, and kept nowhere.
    pub(crate) async fn answer(&self, case_id: Uuid, today: Date) -> Result<Opening, NoAnswer> {
        let Way::Http { url, token } = &self.0.entry.way else { return Err(NoAnswer::Folder) };
        let _turn = FETCHING.acquire().await.map_err(|_| NoAnswer::Away)?;
        let key = self.applications().day_key(today).map_err(|_| NotOpened::Broken)?;
        let office = Office::new(url, token).map_err(|_| NoAnswer::Away)?;
        let container = office.answer(case_id, &key).await.map_err(|_| NoAnswer::Away)?.ok_or(NoAnswer::NotYet)?;
        let applications = self.applications().clone();
        let opened = tokio::task::spawn_blocking(move || applications.open_answer(case_id, &container, today));
        Ok(opened.await.map_err(|_| NoAnswer::Away)??)
    }

    /// Seals more for a case and puts it on the line.
    pub(crate) fn add(
        &self,
        id: Uuid,
        case_id: Uuid,
        more: &More<'_>,
        (now, today): (Time, Date),
    ) -> Result<(), NotDone> {
        let slot = self.applications().slot_for_more(case_id, moment(now), today)?;
        let sealed = sealed::seal_more(more, &slot).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, %case_id, "more for case {case_id} is not sealed");
            NotDone::ForeignSeal
        })?;
        let addition = Addition { id, case_id, seal: sealed.header, pieces: sealed.pieces };
        self.applications().add(&addition, moment(now))?;
        self.filed();
        Ok(())
    }

    /// The answer was handed over to its citizen.
    pub(crate) fn hand_over(&self, case_id: Uuid, now: Time) -> Result<(), NotDone> {
        self.applications().hand_over(case_id, moment(now))?;
        self.filed();
        Ok(())
    }
}
