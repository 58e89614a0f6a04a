//! Stable codes for closed enums: each variant has one, and the list of all of them cannot forget any.

/// Implements `code` and `CODES` for an enum from one table.
macro_rules! codes {
    ($name:ident { $($variant:pat => $code:literal,)+ }) => {
        impl $name {
            /// Every code there is, in the order of the variants.
            pub const CODES: &[&str] = &[$($code),+];

            /// The stable code: names the sentence people read, and the problem programs read.
            pub fn code(&self) -> &'static str {
                match self { $($variant => $code,)+ }
            }
        }
    };
}

pub(crate) use codes;
