//! The driver's half that minds the cabinet: its keys and its sensor, its door, its lamp, the printer's current.

use super::{
    Driver, Link, Now, View,
    revive::{First, Reviver},
};
use crate::{
    pins::{Lamp, Order, Power, Sign, Tamper},
    session::{Condition, Event, Readiness},
};
use std::sync::mpsc::SyncSender;

/// What the driver knows of the cabinet.
#[derive(Debug, Default)]
pub(super) struct Cabinet {
    orders: Option<SyncSender<Order>>,
    /// What the lamp was told.
    lamp: Option<Lamp>,
    door: Door,
    pub(super) reviver: Reviver,
}

/// The cabinet's door, as far as anybody has to act.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Door {
    #[default]
    Shut,
    Opened,
}

impl<S: FnMut(&View)> Driver<S> {
    /// Gives the driver the kiosk's wires.
    pub fn wire(&mut self, orders: SyncSender<Order>) {
        self.cabinet.orders = Some(orders);
        self.light();
    }

    pub(super) fn pins_say(&mut self, sign: Sign, now: Now) {
        match sign {
            Sign::Somebody | Sign::Nobody | Sign::Key(_) => self.run(Event::Sign(sign), now),
            Sign::Tamper(Tamper::Opened) => {
                self.cabinet.door = Door::Opened;
                tracing::error!("the cabinet was opened");
            }
            Sign::Tamper(Tamper::Shut) => {
                self.cabinet.door = Door::Shut;
                tracing::info!("the cabinet is shut, and a technician has seen that it was opened");
            }
            Sign::Printer(Power::Cut) => {
                tracing::warn!("the printer has been silent for a minute: its current is cut for a moment");
            }
            Sign::Printer(Power::Back) => tracing::info!("the printer has current again"),
            Sign::Printer(Power::Refused) => match self.cabinet.reviver.refused() {
                First::Yes => {
                    tracing::error!("the printer stays silent and its current may not be cut: it needs a person");
                }
                First::No => {}
            },
        }
    }

    pub(super) fn revive_printer(&mut self, now: Now) {
        if self.cabinet.orders.is_some() && self.cabinet.reviver.due(now.ms).is_some() {
            self.order(Order::PowerCyclePrinter);
        }
    }

    /// Shows with the lamp how things stand.
    pub(super) fn light(&mut self) {
        let door = self.cabinet.door;
        let lamp = match (door, self.session.shown().readiness, self.errands.link()) {
            (Door::Opened, _, _) => Lamp::Double,
            (Door::Shut, Readiness::Ready, Link::Up | Link::Down) => match self.cabinet.reviver.condition() {
                Some(Condition::PaperLow) => Lamp::Slow,
                Some(Condition::Ready | Condition::Faulty(_)) | None => Lamp::Steady,
            },
            (Door::Shut, _, _) => Lamp::Fast,
        };
        if self.cabinet.lamp != Some(lamp) && self.order(Order::Lamp(lamp)).is_some() {
            self.cabinet.lamp = Some(lamp);
        }
    }

    /// Wires that are too busy to listen are told again at the next look; wires that are gone are forgotten.
    fn order(&mut self, order: Order) -> Option<()> {
        self.cabinet.orders.as_ref()?.try_send(order).ok()
    }
}
