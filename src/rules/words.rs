//! How findings put things: cut titles, lists, dates, names from the wire.

pub(super) use crate::finding::{CLIENT, cut};
use crate::units::{Endpoint, Time};
use std::fmt::Display;

/// Characters of a name from the wire that a title shows.
const NAME_CHARS_MAX: usize = 48;

/// Entries of a list that a sentence shows.
const LISTED_MAX: usize = 12;

/// Text from the wire without control characters.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A name from the wire, fit for a sentence: short, without control characters.
pub(super) fn name(text: &str) -> String {
    if text.len() <= NAME_CHARS_MAX && !text.contains(char::is_control) {
        return text.to_owned();
    }
    cut(&clean(text), NAME_CHARS_MAX)
}

/// `a, b, c`, at most a dozen, the rest counted.
pub(super) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut items = items.into_iter();
    let mut words: Vec<String> =
        items.by_ref().take(LISTED_MAX).map(|item| item.to_string()).collect();
    if words.is_empty() {
        return "none".to_owned();
    }
    match items.count() {
        0 => {}
        more => words.push(format!("and {more} more")),
    }
    words.join(", ")
}

/// `1 packet`, `2 packets`.
pub(super) fn counted(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// A service by the name that was used for it, where known: `mail.example:443`.
pub(super) fn service(server: Endpoint, asked: Option<&str>) -> String {
    match (asked, server.port) {
        (Some(asked), Some(port)) => format!("{}:{port}", name(asked)),
        (Some(asked), None) => name(asked),
        (None, _) => server.to_string(),
    }
}

/// A time to the second: `2010-10-10 09:18:23 UTC`.
pub(super) fn moment(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(stamp) => stamp.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => format!("{seconds} s after 1970"),
    }
}

/// A day: `2010-10-10`.
pub(super) fn day(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(stamp) => stamp.strftime("%Y-%m-%d").to_string(),
        Err(_) => format!("{seconds} s after 1970"),
    }
}

/// A span of time: `0.4 s`, `31 s`.
pub(super) fn span(from: Time, to: Time) -> String {
    duration(to.since(from))
}

/// Nanoseconds: `0.4 s`, `31 s`, `5 min`, `3 h`, `40 days`.
pub(super) fn duration(nanoseconds: i64) -> String {
    let tenths = nanoseconds.max(0) / 100_000_000;
    match tenths {
        0 => format!("{} ms", nanoseconds.max(0) / 1_000_000),
        1..=99 => format!("{}.{} s", tenths / 10, tenths % 10),
        100..=1199 => format!("{} s", tenths / 10),
        1200..=71_999 => format!("{} min", tenths / 600),
        72_000..=1_727_999 => format!("{} h", tenths / 36_000),
        _ => format!("{} days", tenths / 864_000),
    }
}

/// The common name in a distinguished name, else the whole: `Denver CA` of `CN=Denver CA,DC=contoso,DC=com`.
pub(super) fn common_name(distinguished: &str) -> String {
    let part = distinguished.split(',').map(str::trim).find_map(|part| part.strip_prefix("CN="));
    match part {
        Some(common) if !common.is_empty() => name(common),
        _ if distinguished.is_empty() => "(no name)".to_owned(),
        _ => name(distinguished),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_counted_not_printed() {
        assert_eq!(list(["a", "b"]), "a, b");
        assert_eq!(list(0..15), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, and 3 more");
        assert_eq!(list(Vec::<u8>::new()), "none");
    }

    #[test]
    fn names_from_the_wire_lose_their_control_characters() {
        assert_eq!(name("a\u{1b}[31mb"), "a\u{fffd}[31mb");
        assert_eq!(common_name("CN=Denver CA,DC=contoso,DC=com"), "Denver CA");
        assert_eq!(common_name("O=Contoso"), "O=Contoso");
        assert_eq!(common_name(""), "(no name)");
    }

    #[test]
    fn spans_are_said_in_the_unit_that_fits() {
        assert_eq!(duration(4_000_000), "4 ms");
        assert_eq!(duration(1_250_000_000), "1.2 s");
        assert_eq!(duration(31_000_000_000), "31 s");
        assert_eq!(duration(300_000_000_000), "5 min");
        assert_eq!(duration(7_200_000_000_000), "2 h");
        assert_eq!(duration(172_800_000_000_000), "2 days");
        assert_eq!(moment(1_286_702_303), "2010-10-10 09:18:23 UTC");
        assert_eq!(day(1_286_702_303), "2010-10-10");
    }
}
