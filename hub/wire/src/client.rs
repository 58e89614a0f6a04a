//! The typed client of a hall hub.
