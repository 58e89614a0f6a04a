//! The clerk's page.

pub mod view;
