//! A code and its name in all five languages.

pub use words::Names;

/// A code and its name in every language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamesOf {
    /// The code.
    pub code: String,
    /// Its name.
    pub names: Names,
}
