//! One way to write a JSON document as bytes, RFC 8785: what is hashed, signed and compared.

use serde::Serialize;

/// The canonical bytes of a value of ours: keys in order, no space, one form for each number and string.
///
/// # Panics
///
/// If the value has a key that is no string or a number that JSON has not; ours have neither.
#[must_use]
pub fn canonical(value: &impl Serialize) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(value).expect("our values are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 8785, 3.2.2, whose result is printed in 3.2.4.
    #[test]
    fn the_example_of_the_rfc() {
        let text = r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
            "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#;
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(String::from_utf8(canonical(&value)).unwrap(), expected);
    }
}
