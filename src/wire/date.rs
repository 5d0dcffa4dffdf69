//! Dates: UTCTime and GeneralizedTime (RFC 5280 section 4.1.2.5), in DER and in looser forms.

use crate::wire::der::tag;

/// Seconds since the epoch, or `None` when it is no date.
///
/// Beside the forms of RFC 5280 it takes missing seconds, fractions and offsets from UTC, which BER allows
/// and old software wrote; a leap second counts as the second before it.
pub(super) fn seconds(kind: u8, text: &[u8]) -> Option<i64> {
    let (year, rest) = match kind {
        tag::UTC_TIME => {
            let (year, rest) = number(text, 2)?;
            (if year < 50 { year + 2000 } else { year + 1900 }, rest)
        }
        tag::GENERALIZED_TIME => number(text, 4)?,
        _ => return None,
    };
    let (month, rest) = number(rest, 2)?;
    let (day, rest) = number(rest, 2)?;
    let (hour, rest) = number(rest, 2)?;
    let (minute, rest) = number(rest, 2)?;
    let (second, rest) = number(rest, 2).unwrap_or((0, rest));
    let field = |value: i64| i8::try_from(value).ok();
    let date =
        jiff::civil::Date::new(i16::try_from(year).ok()?, field(month)?, field(day)?).ok()?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = i64::from(epoch.until(date).ok()?.get_days());
    let offset = offset(fraction(rest))?;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second.min(59) - offset)
}

/// The first `digits` bytes as a number, and the rest.
fn number(text: &[u8], digits: usize) -> Option<(i64, &[u8])> {
    let (head, rest) = text.split_at_checked(digits)?;
    let value = head.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0'))
    })?;
    Some((value, rest))
}

/// What follows a fraction of seconds.
fn fraction(text: &[u8]) -> &[u8] {
    let Some(rest) = text.strip_prefix(b".").or_else(|| text.strip_prefix(b",")) else {
        return text;
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(digits..).unwrap_or_default()
}

/// Seconds east of UTC: `Z`, `+hhmm`, `-hhmm`; local time, without any, is taken as UTC.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, digits) = match zone {
        [] | [b'Z', ..] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = number(digits, 2)?;
    let minutes = number(rest, 2).map_or(0, |(minutes, _)| minutes);
    Some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<i64> {
        seconds(tag::UTC_TIME, text.as_bytes())
    }

    fn general(text: &str) -> Option<i64> {
        seconds(tag::GENERALIZED_TIME, text.as_bytes())
    }

    #[test]
    fn two_digit_years_turn_at_1950() {
        assert_eq!(utc("700101000000Z"), Some(0));
        assert_eq!(utc("500101000000Z"), Some(-631_152_000));
        assert_eq!(utc("491231235959Z"), Some(2_524_607_999));
    }

    #[test]
    fn no_well_defined_end_is_the_last_second_of_9999() {
        assert_eq!(general("99991231235959Z"), Some(253_402_300_799));
        assert_eq!(general("00010101000000Z"), Some(-62_135_596_800));
    }

    #[test]
    fn loose_forms_are_read() {
        assert_eq!(utc("7001010000Z"), Some(0));
        assert_eq!(utc("700101010000+0100"), Some(0));
        assert_eq!(utc("691231190000-0500"), Some(0));
        assert_eq!(general("19700101000000.25Z"), Some(0));
        assert_eq!(general("19700101000000"), Some(0));
        assert_eq!(general("20161231235960Z"), Some(1_483_228_799));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in
            ["", "Z", "7001", "701301000000Z", "700230000000Z", "700101250000Z", "7001010000é"]
        {
            assert_eq!(utc(text), None, "{text}");
        }
        assert_eq!(seconds(tag::INTEGER, b"700101000000Z"), None);
    }
}
