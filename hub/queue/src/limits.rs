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
/// Open tickets in one hall.
pub const OPEN_TICKETS_MAX: usize = 1_000_000;
/// Service times remembered per service.
pub const SAMPLES_MAX: usize = 200;
/// Below this many samples no wait is told.
pub const SAMPLES_MIN: usize = 30;
/// Tickets walked through when a wait is estimated; beyond, the pace is extrapolated.
pub const ESTIMATE_STEPS_MAX: usize = 400;
/// Told waits are rounded up to this many minutes.
pub const WAIT_STEP_MIN: u32 = 5;

const _: () = assert!(SAMPLES_MIN <= SAMPLES_MAX);
const _: () = assert!(REJOIN_REST.0 < REJOIN_WITHIN.0);
const _: () = assert!(RECALL_AFTER.0 * (CALLS_MAX as u64) <= UNDO_WITHIN.0);
const _: () = assert!(CONFIRM_WITHIN.0 >= Span::seconds(10).0);
