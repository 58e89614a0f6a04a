//! The console in the browser: sign-in, the clerk's page, the manager's page, a visitor's own ticket.
//!
//! Pages are rendered here from templates and work without JavaScript: every action is a form. With it, the same
//! templates render the fragments that a stream sends when the journal has moved, so there is one source of what a
//! page says. Absent on purpose: state in the browser, a build step, anything from outside the hall.

pub mod assets;
pub mod counter;
pub mod doors;
pub mod manager;
pub mod page;

#[cfg(test)]
mod samples;
