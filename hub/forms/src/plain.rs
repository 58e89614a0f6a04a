//! Phones, cadastral numbers, days and numbers: as people write them, in their normal form, and as they are shown.

use crate::text;
use jiff::civil::Date;
use words::Lang;

/// Why a text is no number that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNumber {
    /// It cannot be read.
    Unreadable,
    /// It has too many digits after the comma.
    Decimals,
}

/// A phone of the country in its normal form, `+998901234567`, with or without what is before the nine digits.
pub fn phone(typed: &str) -> Option<String> {
    let plain = text::digits(typed);
    let (abroad, digits) = match plain.strip_prefix('+') {
        Some(digits) => (true, digits),
        None => (false, plain.as_str()),
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match (digits.len(), digits.strip_prefix("998")) {
        (12, Some(own)) => Some(format!("+998{own}")),
        (9, _) if !abroad => Some(format!("+998{digits}")),
        _ => None,
    }
}

/// A phone as it is read: `+998 90 123 45 67`.
pub fn phone_shown(normal: &str) -> String {
    grouped(normal, &[4, 2, 3, 2, 2], ' ')
}

/// A cadastral number in its normal form, from 14, 18 or 21 digits however they are divided.
pub fn cadastral(typed: &str) -> Option<String> {
    let noise = |c: char| c.is_whitespace() || text::is_hyphen(c) || matches!(c, ':' | '/' | '.');
    let digits: String = typed.chars().filter(|c| !noise(*c)).collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let land = grouped(digits.get(..14)?, &[2, 2, 2, 2, 2, 4], ':');
    match digits.len() {
        14 => Some(land),
        18 => Some(format!("{land}/{}", &digits[14..])),
        21 => Some(format!("{land}/{}:{}", &digits[14..18], &digits[18..])),
        _ => None,
    }
}

/// A day as people write it, `21.03.2026`, or as machines do, `2026-03-21`.
pub fn day(typed: &str) -> Option<Date> {
    let plain: String = typed.trim().chars().map(|c| if text::is_hyphen(c) { '-' } else { c }).collect();
    let parts: Vec<&str> = plain.split(['.', '/', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let [first, second, third] = parts[..] else { return None };
    let ordered = |year: &str, month: &str, day: &str| -> Option<Date> {
        let short = |text: &str| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        let sound = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) && short(month) && short(day);
        if !sound {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    };
    if first.len() == 4 { ordered(first, second, third) } else { ordered(third, second, first) }
}

/// A day as it is read in every language of the hall: `21.03.2026`.
pub fn day_shown(day: Date) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

/// A number in its normal form: digits, a point, no zeros that say nothing; and its value in units of the last place.
pub fn number(typed: &str, decimals: u8) -> Result<(String, u64), NotNumber> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let (whole, part) = plain.split_once([',', '.']).unwrap_or((&plain, ""));
    let digits = |text: &str| text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || (part.is_empty() && plain.len() > whole.len()) {
        return Err(NotNumber::Unreadable);
    }
    let part = part.trim_end_matches('0');
    if part.len() > usize::from(decimals) {
        return Err(NotNumber::Decimals);
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let unit: u64 = 10u64.pow(decimals.into());
    let padded = format!("{part:0<width$}", width = usize::from(decimals));
    let below: u64 = if padded.is_empty() { 0 } else { padded.parse().map_err(|_| NotNumber::Unreadable)? };
    let value = whole.parse::<u64>().map_err(|_| NotNumber::Unreadable)? * unit + below;
    let shown = if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") };
    Ok((shown, value))
}

/// A number as it is read: English alone divides by a point.
pub fn number_shown(normal: &str, lang: Lang) -> String {
    match lang {
        Lang::En => normal.to_owned(),
        Lang::UzLatn | Lang::UzCyrl | Lang::Ru | Lang::Kaa => normal.replace('.', ","),
    }
}

/// Text divided into groups of the given lengths; all in ASCII, what is left over stays at the end.
fn grouped(text: &str, lengths: &[usize], by: char) -> String {
    let mut out = String::with_capacity(text.len() + lengths.len());
    let mut rest = text;
    for length in lengths {
        let Some((group, after)) = rest.split_at_checked(*length) else { break };
        out.push_str(group);
        rest = after;
        if !rest.is_empty() {
            out.push(by);
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_phone_is_read_as_people_write_it() {
        for typed in ["+998901234567", "998 90 123-45-67", "90 123 45 67", "(90) 1234567", "+998 (90) 123 45 67"] {
            assert_eq!(phone(typed).as_deref(), Some("+998901234567"), "{typed}");
        }
        assert_eq!(phone("998901234").as_deref(), Some("+998998901234"), "an operator's code is 99");
        for wrong in ["", "90123456", "+79161234567", "+901234567", "8901234567", "9012345678", "90123456a", "+"] {
            assert_eq!(phone(wrong), None, "{wrong}");
        }
        assert_eq!(phone_shown("+998901234567"), "+998 90 123 45 67");
    }

    #[test]
    fn a_cadastral_number_has_three_lengths() {
        assert_eq!(cadastral("13:01:02:03:04:0567").as_deref(), Some("13:01:02:03:04:0567"));
        assert_eq!(cadastral("13 01 02 03 04 0567/0001").as_deref(), Some("13:01:02:03:04:0567/0001"));
        assert_eq!(cadastral("130102030405670001002").as_deref(), Some("13:01:02:03:04:0567/0001:002"));
        for wrong in ["", "13:01", "1301020304056", "130102030405678", "13:01:02:03:04:056x", "яя:01:02:03:04:0567"] {
            assert_eq!(cadastral(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_day_is_read_in_two_orders_and_must_exist() {
        for typed in ["21.03.2026", "21.3.2026", "21/03/2026", "21 03 2026", "2026-03-21", " 21–03–2026 "] {
            assert_eq!(day(typed), Some(date(2026, 3, 21)), "{typed}");
        }
        for wrong in
            ["", "21.03.26", "31.02.2026", "29.02.2025", "00.01.2026", "21.03", "21.03.20261", "a.b.cccc", "+1.03.2026"]
        {
            assert_eq!(day(wrong), None, "{wrong}");
        }
        assert_eq!(day_shown(date(2026, 3, 1)), "01.03.2026");
    }

    #[test]
    fn a_number_has_a_comma_or_a_point() {
        assert_eq!(number("054,30", 2), Ok(("54.3".to_owned(), 5430)));
        assert_eq!(number("1 200", 2), Ok(("1200".to_owned(), 120_000)));
        assert_eq!(number("4.0", 0), Ok(("4".to_owned(), 4)));
        assert_eq!(number("0", 0), Ok(("0".to_owned(), 0)));
        assert_eq!(number("4,5", 0), Err(NotNumber::Decimals));
        assert_eq!(number("4,555", 2), Err(NotNumber::Decimals));
        for wrong in ["", ",5", "5,", "-5", "5e3", "1,2,3", "besh", "9999999999999"] {
            assert_eq!(number(wrong, 2), Err(NotNumber::Unreadable), "{wrong}");
        }
        assert_eq!(
            (number_shown("54.3", Lang::Ru), number_shown("54.3", Lang::En)),
            ("54,3".to_owned(), "54.3".to_owned())
        );
    }
}
