//! Dates of HTTP (RFC 9110 section 5.6.7), in the one format that is still sent.

const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// Seconds since the Unix epoch of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`; `None` for any other text.
pub fn date(text: &[u8]) -> Option<i64> {
    let mut words = text.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).skip(1);
    let day = number(words.next()?)?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)?;
    let year = number(words.next()?)?;
    let mut clock = words.next()?.split(|byte| *byte == b':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let zone = words.next()?;
    let day = jiff::civil::Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month + 1).ok()?,
        i8::try_from(day).ok()?,
    );
    let since = jiff::civil::date(1970, 1, 1).until(day.ok()?).ok()?;
    let valid = hour < 24 && minute < 60 && second <= 60 && matches!(zone, b"GMT" | b"UTC");
    valid.then(|| i64::from(since.get_days()) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// A number of at most four digits.
fn number(word: &[u8]) -> Option<i64> {
    let digits = (1..=4).contains(&word.len()) && word.iter().all(u8::is_ascii_digit);
    digits.then(|| {
        word.iter().fold(0, |value, digit| value * 10 + i64::from(digit.wrapping_sub(b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(b"Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(date(b"Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(date(b"Thu, 29 Feb 2024 23:59:59 GMT"), Some(1_709_251_199));
        assert_eq!(date(b"Thu, 30 Feb 2024 23:59:59 GMT"), None);
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "0",
            "Sun, 06 Nov 1994",
            "Sun, 06 Nov 1994 25:00:00 GMT",
            "Sun, 99999 Nov 1994 00:00:00 GMT",
        ] {
            assert_eq!(date(text.as_bytes()), None);
        }
    }
}
