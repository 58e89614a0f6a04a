//! The driver's half that finds a number: the intent on disk first, then the hub's number or one of the kiosk's own lane.

use super::{Driver, Now, View, hub::Unasked};
use crate::{
    net::Request,
    session::{Answer, Attempt, News, NotAssigned, Slip, Staffed, Told, Turn, Wish},
    store::StoreError,
};
use wire::tickets::{TakeTicket, TicketTaken};

impl<S: FnMut(&View)> Driver<S> {
    pub(super) fn take_number(&mut self, attempt: Attempt, wish: Wish, now: Now) -> Option<News> {
        let intent = (self.ports.identity)(now.at);
        if let Err(error) = self.store.intend(intent, &wish, now.at) {
            tracing::error!(%error, "a ticket could not be written down");
            self.disk.failed(&error);
            return Some(News::NotAssigned { attempt, why: NotAssigned::NotRecorded });
        }
        let ticket = TakeTicket {
            command_id: (self.ports.identity)(now.at),
            ticket_id: Some(intent),
            service: wish.service.clone(),
            language: wish.language.tag().to_owned(),
            class: match &wish.turn {
                Turn::Ordinary => None,
                Turn::Declared(class) => Some(class.clone()),
            },
            services: (!wish.further.is_empty()).then(|| wish.further.clone()),
            quantity: None,
        };
        self.taking.clear();
        self.taking.insert(attempt, (intent, wish));
        let sent = self.ask(Request::Take { attempt, ticket });
        sent.err().map(|Unasked| News::Answered { attempt, answer: Answer::Away })
    }

    pub(super) fn assign_hub(&mut self, attempt: Attempt, taken: &TicketTaken) -> Option<News> {
        let (intent, wish) = self.taking.get(&attempt)?.clone();
        if let Err(error) = self.store.assign_hub(intent, taken) {
            tracing::error!(%error, ticket = %intent, "the number of ticket {intent} could not be written down");
            self.disk.failed(&error);
            return Some(News::NotAssigned { attempt, why: NotAssigned::NotRecorded });
        }
        let told = Told::Place { ahead: taken.ahead, wait_minutes: taken.wait_minutes, staffed: Staffed::Open };
        let slip = Slip { ticket: taken.ticket_id, number: taken.number.clone(), wish, told };
        Some(News::Assigned { attempt, slip })
    }

    pub(super) fn assign_own(&mut self, attempt: Attempt, now: Now) -> Option<News> {
        let (intent, wish) = self.taking.get(&attempt)?.clone();
        let ticket = (self.ports.identity)(now.at);
        match self.store.assign_own(intent, ticket) {
            Ok(number) => {
                tracing::info!(%ticket, "the hub gave no number in time: ticket {ticket} has {number}");
                Some(News::Assigned { attempt, slip: Slip { ticket, number, wish, told: Told::Unseen } })
            }
            Err(StoreError::NoLane) => Some(News::NotAssigned { attempt, why: NotAssigned::NoLane }),
            Err(error) => {
                tracing::error!(%error, %ticket, "the number of ticket {ticket} could not be written down");
                self.disk.failed(&error);
                Some(News::NotAssigned { attempt, why: NotAssigned::NotRecorded })
            }
        }
    }
}
