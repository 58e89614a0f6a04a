//! Between libinput and the doorman: an event as plain values.

use super::{Allow, Device, Doorman, Verdict, What};
use input::{
    Event,
    event::{
        DeviceEvent, EventTrait, KeyboardEvent, TouchEvent,
        keyboard::{KeyState, KeyboardEventTrait},
        touch::TouchEventSlot,
    },
};
use std::cell::RefCell;

/// Answers Slint's question whether an event is taken from it.
pub(super) fn hook(allowed: Vec<Allow>) -> impl Fn(&Event) -> bool + 'static {
    let doorman = RefCell::new(Doorman::new(allowed));
    move |event| match doorman.borrow_mut().speaks(&device(event), what(event)) {
        Verdict::Speaks => false,
        Verdict::Silent => true,
    }
}

fn device(event: &Event) -> Device {
    let device = event.device();
    Device {
        place: device.sysname().to_owned(),
        name: device.name().into_owned(),
        vendor: device.id_vendor(),
        product: device.id_product(),
    }
}

fn what(event: &Event) -> What {
    match event {
        Event::Touch(touch) => match touch {
            TouchEvent::Down(down) => What::Down(down.slot().unwrap_or_default()),
            TouchEvent::Motion(motion) => What::Motion(motion.slot().unwrap_or_default()),
            TouchEvent::Up(up) => What::Up(up.slot().unwrap_or_default()),
            TouchEvent::Cancel(cancel) => What::Up(cancel.slot().unwrap_or_default()),
            TouchEvent::Frame(_) => What::Frame,
            _ => What::Other,
        },
        Event::Keyboard(KeyboardEvent::Key(key)) => match key.key_state() {
            KeyState::Pressed => What::Press(key.key()),
            KeyState::Released => What::Release(key.key()),
        },
        Event::Pointer(_) => What::Pointer,
        Event::Device(DeviceEvent::Added(_)) => What::Came,
        Event::Device(DeviceEvent::Removed(_)) => What::Went,
        _ => What::Other,
    }
}
