#![doc = include_str!("../README.md")]

mod answer;
mod attachment;
mod catalogue;
mod check;
mod consent;
mod fault;
mod form;
pub mod identity;
pub mod places;
pub mod plain;
mod steps;
mod summary;
pub mod text;

pub use answer::{ANSWERS_BYTES_MAX, Address, Agreed, Answer, Answers, Attached, Unreadable};
pub use attachment::{FILES_BYTES_MAX, Media, inspect};
pub use catalogue::{Forms, ListItem, Lists, form};
pub use check::{Checked, check, check_field};
pub use consent::Consent;
pub use fault::{Code, Fault, Param, Part};
pub use form::{Choice, Field, FieldId, Form, Kind, Need, NotAFieldId, Sensitivity, Site, When};
pub use steps::{Step, steps};
pub use summary::{Eyes, Line, summary};
