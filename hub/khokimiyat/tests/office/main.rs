//! An office on a real PostgreSQL, from outside: consignments, numbers, work, pages.

mod carry;
mod conformance;
mod exchange;
mod journey;
mod round_trip;
mod support;
