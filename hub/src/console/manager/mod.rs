//! The manager's page.

pub mod view;
