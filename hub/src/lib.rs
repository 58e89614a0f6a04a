#![doc = include_str!("../README.md")]

pub mod config;
pub mod console;
pub mod demo;
pub mod ending;
pub mod epoch;
pub mod exchange;
pub mod fence;
pub mod filing;
pub mod http;
pub mod journal;
pub mod people;
pub mod serve;
mod systemd;
