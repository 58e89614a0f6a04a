//! What becomes of a paper, as the journal has it: out, not out, or unknown when the program ended.

use super::{Driver, Now, Ports, View};
use crate::{
    printer::Evidence,
    store::{Store, StoreError, Unanswered},
};
use uuid::Uuid;

impl<S: FnMut(&View)> Driver<S> {
    pub(super) fn not_printed(&mut self, ticket: Uuid) {
        if let Err(error) = self.store.unprinted(ticket) {
            tracing::error!(%error, %ticket, "it could not be written down that ticket {ticket} is not on paper");
            self.disk.failed(&error);
        }
    }

    /// A paper that is out has to be reported, whatever the disk says at the moment.
    pub(super) fn record_late(&mut self) {
        let (store, disk) = (&mut self.store, &mut self.disk);
        self.unrecorded.retain(|(ticket, command, at)| match store.printed(*ticket, *command, *at) {
            Ok(()) => false,
            Err(error @ StoreError::Stage { .. }) => {
                tracing::error!(%error, %ticket, "ticket {ticket} was printed out of order");
                false
            }
            Err(error) => {
                tracing::error!(%error, %ticket, "it could not be written down yet that ticket {ticket} is on paper");
                disk.failed(&error);
                true
            }
        });
    }
}

/// Decides about every ticket that was printing when the program ended: see `store`.
pub(super) fn recover<S>(
    store: &mut Store,
    ports: &mut Ports<S>,
    now: Now,
    mut evidence: impl FnMut(&Unanswered) -> Evidence,
) -> Result<(), StoreError> {
    for unanswered in store.recover()? {
        let ticket = unanswered.ticket;
        let evidence = evidence(&unanswered);
        tracing::warn!(%ticket, ?evidence, "ticket {ticket} was being printed when the program ended: {evidence:?}");
        match evidence {
            Evidence::Out | Evidence::None => store.printed(ticket, (ports.identity)(now.at), now.at)?,
            Evidence::NotOut => store.unprinted(ticket)?,
        }
    }
    Ok(())
}
