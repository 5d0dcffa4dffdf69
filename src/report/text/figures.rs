//! Numbers, sizes and times as people read them.

use crate::units::{SECOND, Time};

/// `1,204,311`
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 packet`, `1,204 packets`; for nouns that take an s.
pub(super) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// `812 bytes`, `5.3 kB`, `1.2 GB`: powers of 1,000.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return counted(bytes, "byte");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A length of time: `812 ms`, `3.2 s`, `4 min 10 s`, `2 h 3 min`, `3 d 4 h`.
pub(super) fn duration(nanoseconds: i64) -> String {
    let milliseconds = nanoseconds.unsigned_abs() / 1_000_000;
    let seconds = milliseconds / 1000;
    let (large, small, names) = match seconds {
        0 => return format!("{milliseconds} ms"),
        1..60 => return format!("{}.{} s", seconds, milliseconds % 1000 / 100),
        60..3600 => (seconds / 60, seconds % 60, ["min", "s"]),
        3600..86_400 => (seconds / 3600, seconds / 60 % 60, ["h", "min"]),
        _ => (seconds / 86_400, seconds / 3600 % 24, ["d", "h"]),
    };
    match small {
        0 => format!("{large} {}", names[0]),
        _ => format!("{large} {} {small} {}", names[0], names[1]),
    }
}

/// Time since the first packet: `+3.2 s`; negative where a clock stepped back.
pub(super) fn offset(time: Time, origin: Time) -> String {
    let since = time.since(origin);
    let sign = if since < 0 { '-' } else { '+' };
    format!("{sign}{}", duration(since))
}

/// `2026-11-20`, UTC.
pub(super) fn date(time: Time) -> String {
    time.to_string().split('T').next().unwrap_or_default().to_owned()
}

/// `12:00:03.204`, UTC.
pub(super) fn clock(time: Time) -> String {
    let text = time.to_string();
    let of_day = text.split('T').nth(1).unwrap_or_default();
    of_day.chars().take("12:00:03.204".len()).collect()
}

/// Both lie on one day, UTC.
pub(super) fn same_day(one: Time, other: Time) -> bool {
    one.0.div_euclid(86_400 * SECOND) == other.0.div_euclid(86_400 * SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 1_204_311].map(count), ["0", "999", "1,000", "1,204,311"]);
        assert_eq!(counted(1, "packet"), "1 packet");
        assert_eq!(counted(1204, "packet"), "1,204 packets");
    }

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!(
            [1, 999, 5300, 999_999, 1_200_000_000].map(size),
            ["1 byte", "999 bytes", "5.3 kB", "1.0 MB", "1.2 GB"]
        );
    }

    #[test]
    fn times_have_two_units_at_most() {
        let shown = [5, 812, 3_240, 250_000, 7_380_000, 273_600_000];
        let shown = shown.map(|milliseconds: i64| duration(milliseconds * 1_000_000));
        assert_eq!(shown, ["5 ms", "812 ms", "3.2 s", "4 min 10 s", "2 h 3 min", "3 d 4 h"]);
        assert_eq!(offset(Time(0), Time(SECOND)), "-1.0 s");
    }

    #[test]
    fn clocks_show_milliseconds_of_utc() {
        let time = Time(1_795_176_003 * SECOND + 204_999_999);
        assert_eq!((date(time), clock(time)), ("2026-11-20".into(), "12:00:03.204".into()));
    }
}
