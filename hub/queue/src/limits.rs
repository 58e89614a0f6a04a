//! Every bound of the queue's rules, with the relations between them checked when compiled.

use crate::time::Span;

/// A reserved number that nobody confirmed is void after this.
pub const CONFIRM_WITHIN: Span = Span::seconds(60);
/// Calls of one visitor at one counter, the first included.
pub const CALLS_MAX: u8 = 4;
/// Between two calls of the same visitor.
pub const RECALL_AFTER: Span = Span::seconds(10);
/// A no-show may rejoin this long.
pub const REJOIN_WITHIN: Span = Span::minutes(30);
/// A rejoined ticket is not called again before this.
pub const REJOIN_REST: Span = Span::minutes(5);
/// How often a no-show may rejoin.
pub const REJOINS_MAX: u8 = 1;
/// A step can be taken back this long.
pub const UNDO_WITHIN: Span = Span::seconds(60);
/// The longest hold with a timer.
pub const HOLD_MAX: Span = Span::minutes(8 * 60);
/// Services on one ticket.
pub const SERVICES_ON_TICKET_MAX: usize = 5;
/// The same thing on one ticket.
pub const QUANTITY_MAX: u16 = 50;
/// Tickets of one hall in one service day, void numbers included.
pub const TICKETS_PER_DAY_MAX: usize = 1_000_000;
/// Service times remembered per service.
pub const SAMPLES_MAX: usize = 200;
/// Below this many samples no wait is told.
pub const SAMPLES_MIN: usize = 30;
/// A service time counts at most this much per piece: a clerk forgot to press the key.
pub const SAMPLE_MAX: Span = Span::minutes(120);
/// Steps of the simulation behind an estimated wait; a longer queue is walked in larger steps.
pub const ESTIMATE_STEPS_MAX: u64 = 100;
/// Tickets counted one by one to find a place in another service's queue; beyond, the share is extrapolated.
pub const ESTIMATE_WALK_MAX: usize = 400;
/// Told waits are rounded up to this many minutes.
pub const WAIT_STEP_MIN: u32 = 5;

/// Counters that want one visitor back, each after the next; the first to ask is forgotten beyond.
pub const WAYS_BACK_MAX: usize = 5;
/// The highest lane of a kiosk: two digits still fit the paper and the board.
pub const KIOSK_LANE_MAX: u8 = 99;
/// The highest serial of a lane and letter.
pub const SERIAL_MAX: u32 = 9_999_999;
/// A kiosk's own ticket may be this much older than the service day it is merged into.
pub const OFFLINE_BEFORE_DAY: Span = Span::minutes(6 * 60);
/// Timers run out in one tick; the rest follow in the next one.
pub const TICK_EVENTS_MAX: usize = 1000;

const _: () = assert!(TICKETS_PER_DAY_MAX < SERIAL_MAX as usize);
const _: () = assert!(SAMPLES_MIN <= SAMPLES_MAX);
const _: () = assert!(REJOIN_REST.0 < REJOIN_WITHIN.0);
const _: () = assert!(RECALL_AFTER.0 * (CALLS_MAX as u64) <= UNDO_WITHIN.0);
const _: () = assert!(CONFIRM_WITHIN.0 >= Span::seconds(10).0);
