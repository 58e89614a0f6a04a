//! The driver's half that minds the cabinet: its keys and its sensor, its door, its lamp, the printer's current.
//!
//! An opened door is told until a person has seen it: a technician with the PIN, or the manager on the hub's page. A
//! burglar shuts the door and pulls the plug too, so neither ends it. The kiosk goes on serving.

use super::{
    Driver, Link, Now, View,
    revive::{First, Reviver},
};
use crate::{
    pins::{Lamp, Order, Power, Sign, Tamper},
    session::{Condition, Event, Readiness, Screen, Step},
};
use jiff::Timestamp;
use std::sync::mpsc::SyncSender;
use wire::fleet::{DoorOpened, Part};

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
    /// It was opened before the program began; how it is now the wire will say.
    Remembered(Timestamp),
    /// It was opened.
    Opened(Timestamp),
    /// Somebody has seen it, and the wire's latch has to be told.
    Seen(Timestamp),
    /// It is open, and everybody knows.
    Known(Timestamp),
}

impl Cabinet {
    /// As it was when the program ended.
    pub(super) fn remembering(opened: Option<Timestamp>) -> Cabinet {
        Cabinet { door: opened.map_or(Door::Shut, Door::Remembered), ..Cabinet::default() }
    }

    /// When it was opened, if it is not shut and seen.
    pub(super) fn opened(&self) -> Option<Timestamp> {
        match self.door {
            Door::Shut => None,
            Door::Remembered(at) | Door::Opened(at) | Door::Seen(at) | Door::Known(at) => Some(at),
        }
    }

    /// As the hub is told.
    pub(super) fn told(&self) -> Option<DoorOpened> {
        let seen = match self.door {
            Door::Shut | Door::Remembered(_) | Door::Opened(_) => false,
            Door::Seen(_) | Door::Known(_) => true,
        };
        self.opened().map(|at| DoorOpened { at: at.to_string(), seen })
    }
}

impl<S: FnMut(&View)> Driver<S> {
    /// Gives the driver the kiosk's wires.
    pub fn wire(&mut self, orders: SyncSender<Order>) {
        self.cabinet.orders = Some(orders);
        self.light();
    }

    pub(super) fn pins_say(&mut self, sign: Sign, now: Now) {
        match sign {
            Sign::Somebody | Sign::Nobody | Sign::Key(_) => {}
            Sign::Tamper(Tamper::Opened) => self.door_opened(now),
            Sign::Tamper(Tamper::Shut) => {
                tracing::info!("the cabinet is shut, and somebody has seen that it was opened");
                self.door_is(Door::Shut);
            }
            Sign::Printer(Power::Cut) => {
                tracing::warn!("the printer's current is cut for a moment");
            }
            Sign::Printer(Power::Back) => tracing::info!("the printer has current again"),
            Sign::Printer(Power::Refused) => match self.cabinet.reviver.refused() {
                First::Yes => {
                    tracing::error!("the printer stays silent and its current may not be cut: it needs a person");
                }
                First::No => {}
            },
        }
        self.run(Event::Sign(sign), now);
    }

    fn door_opened(&mut self, now: Now) {
        let at = match self.cabinet.door {
            Door::Remembered(at) => at,
            Door::Shut | Door::Opened(_) | Door::Seen(_) | Door::Known(_) => {
                tracing::error!("the cabinet was opened");
                self.best_time(now)
            }
        };
        if let Err(error) = self.store.keep_door(at) {
            tracing::error!(%error, "it could not be written down that the cabinet was opened");
            self.disk.failed(&error);
        }
        self.door_is(Door::Opened(at));
        if let Screen::Service(_) = self.session.screen() {
            self.door_seen();
        }
    }

    /// A person knows that the cabinet was opened.
    pub(super) fn door_seen(&mut self) {
        match self.cabinet.door {
            Door::Shut | Door::Seen(_) | Door::Known(_) => return,
            // No wire has said anything since the start: it is shut.
            Door::Remembered(_) => self.door_is(Door::Shut),
            Door::Opened(at) => self.door_is(Door::Seen(at)),
        }
        if let Err(error) = self.store.forget_door() {
            tracing::error!(%error, "it could not be written down that somebody saw the opened cabinet");
            self.disk.failed(&error);
        }
    }

    /// The manager has seen an opening: this one, or one that is over.
    pub(super) fn manager_saw(&mut self, seen: Option<&str>) {
        if self.cabinet.told().is_some_and(|door| !door.seen && seen == Some(door.at.as_str())) {
            tracing::info!("the manager has seen that the cabinet was opened");
            self.door_seen();
        }
    }

    fn door_is(&mut self, door: Door) {
        self.cabinet.door = door;
        self.tell();
    }

    /// Tells the wire's latch that somebody has seen it; a latch that is too busy is told at the next look.
    pub(super) fn release_latch(&mut self) {
        if let Door::Seen(at) = self.cabinet.door
            && self.order(Order::TamperSeen).is_some()
        {
            self.cabinet.door = Door::Known(at);
        }
    }

    pub(super) fn revive_printer(&mut self, now: Now) {
        if self.cabinet.orders.is_some() && self.cabinet.reviver.due(now.ms).is_some() {
            tracing::warn!("the printer has been silent for a minute");
            self.order(Order::PowerCyclePrinter);
        }
    }

    /// Shows with the lamp how things stand.
    pub(super) fn light(&mut self) {
        let (door, readiness) = (self.cabinet.door, self.session.readiness());
        let lamp = match (door, readiness, self.errands.link()) {
            _ if self.lamp_is_tried() => Lamp::Double,
            (Door::Shut, Readiness::Ready, Link::Up | Link::Down) => match self.cabinet.reviver.condition() {
                Some(Condition::PaperLow) => Lamp::Slow,
                Some(Condition::Ready | Condition::Faulty(_)) | None => Lamp::Steady,
            },
            (Door::Shut, _, _) => Lamp::Fast,
            (Door::Remembered(_) | Door::Opened(_) | Door::Seen(_) | Door::Known(_), _, _) => Lamp::Double,
        };
        if self.cabinet.lamp != Some(lamp) && self.order(Order::Lamp(lamp)).is_some() {
            self.cabinet.lamp = Some(lamp);
        }
    }

    fn lamp_is_tried(&self) -> bool {
        matches!(self.session.screen(), Screen::Service(service) if service.step == Step::Judging(Part::Lamp))
    }

    /// Wires that are too busy to listen are told again at the next look; wires that are gone are forgotten.
    pub(super) fn order(&mut self, order: Order) -> Option<()> {
        self.cabinet.orders.as_ref()?.try_send(order).ok()
    }
}
