//! What a code means, in every space that knows it.

use super::table::{Row, SPACES, Space, number};
use std::sync::LazyLock;

/// A code of one space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Id of the space: `tls_alert`.
    pub space: &'static str,
    /// What the space is: `TLS alert`.
    pub title: &'static str,
    /// The number; `None` in a space of names.
    pub code: Option<i64>,
    /// The number as it is written in this space; the name in a space of names.
    pub written: String,
    /// Name in its specification.
    pub name: &'static str,
    /// What it means; may be several sentences, or none where the name says it.
    pub meaning: String,
    /// Where the public can read it.
    pub source: &'static str,
    /// Codes of other spaces that say the same, or go with it.
    pub kin: Vec<Kin>,
}

/// A code of another space that goes with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kin {
    /// Id of its space.
    pub space: &'static str,
    /// Its number as it is written there; its name in a space of names.
    pub written: String,
    /// Its name.
    pub name: &'static str,
    /// How they go together.
    pub why: &'static str,
}

/// Every code that `text` may mean: `0x30`, `48`, `-2146893019`, `unknown_ca`, `alert 48`, `event 36887`,
/// `untrusted-issuer`. Empty when no space knows it.
pub fn explain(text: &str) -> Vec<Explanation> {
    let text = text.trim().trim_matches('"').trim();
    let within = |space: &'static Space, code: &str| {
        find(space, code).into_iter().map(|row| explanation(space, row)).collect::<Vec<_>>()
    };
    match text.split_once([' ', ':', '=']).and_then(|(word, code)| Some((space(word)?, code))) {
        Some((space, code)) => within(space, code.trim()),
        None => SPACES.iter().flat_map(|space| within(space, text)).collect(),
    }
}

fn space(word: &str) -> Option<&'static Space> {
    let is = |space: &&&Space| {
        space.word.eq_ignore_ascii_case(word) || space.name.eq_ignore_ascii_case(word)
    };
    SPACES.iter().find(is).copied()
}

/// The codes of a space that `code` names by number or by name; a name may stand twice.
fn find(space: &'static Space, code: &str) -> Vec<&'static Row> {
    let numbers = numbers(code);
    let is = |row: &&Row| {
        row.number.is_some_and(|number| numbers.contains(&number)) || same_name(row.name, code)
    };
    space.rows().iter().filter(is).collect()
}

/// The numbers that a text can stand for: Windows writes its results as negative decimals and as hex without `0x`.
fn numbers(text: &str) -> Vec<i64> {
    let unsigned = |number: i64| if number < 0 { number & 0xffff_ffff } else { number };
    let written = number(text).map(unsigned);
    let is_bare_hex = matches!(text.len(), 4 | 8) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let bare = if is_bare_hex { i64::from_str_radix(text, 16).ok() } else { None };
    written.into_iter().chain(bare).collect()
}

/// Equal but for case and the signs between words.
fn same_name(name: &str, text: &str) -> bool {
    let plain = |byte: u8| match byte {
        b'-' | b' ' => b'_',
        _ => byte.to_ascii_lowercase(),
    };
    name.bytes().map(plain).eq(text.bytes().map(plain))
}

fn explanation(space: &'static Space, row: &'static Row) -> Explanation {
    Explanation {
        space: space.name,
        title: space.title,
        code: row.number,
        written: written(space, row),
        name: row.name,
        meaning: meaning(row),
        source: row.source,
        kin: kin(space, row),
    }
}

fn written(space: &Space, row: &Row) -> String {
    row.number.map_or_else(|| row.name.to_owned(), |number| space.written.text(number))
}

/// The meaning with what further columns say: `From a client: …`.
fn meaning(row: &Row) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !row.meaning.is_empty() {
        parts.push(row.meaning.to_owned());
    }
    for (title, content) in row.extras.iter().filter(|(_, content)| !content.is_empty()) {
        let (first, rest) = title.split_at_checked(1).unwrap_or((title, ""));
        parts.push(format!("{}{}: {content}", first.to_uppercase(), rest.replace('_', " ")));
    }
    parts.join(". ")
}

/// One end of a line of same.tsv: a code, or all codes of a space (`tls_alert:*`).
#[derive(Debug)]
struct End {
    space: &'static Space,
    row: Option<&'static Row>,
}

impl End {
    fn parse(text: &str) -> Option<Self> {
        let (word, code) = text.split_once(':')?;
        let space = space(word)?;
        let row = if code == "*" { None } else { Some(*find(space, code).first()?) };
        Some(Self { space, row })
    }

    fn is(&self, space: &Space, row: &Row) -> bool {
        self.space.name == space.name && self.row.is_none_or(|own| own == row)
    }
}

static SAME: LazyLock<Vec<(End, End, &'static str)>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut columns = line.split('\t');
        let ends = (End::parse(columns.next()?)?, End::parse(columns.next()?)?);
        Some((ends.0, ends.1, columns.next()?))
    };
    include_str!("same.tsv").lines().skip(1).filter_map(line).collect()
});

fn kin(space: &Space, row: &Row) -> Vec<Kin> {
    let other = |(one, two, why): &'static (End, End, &'static str)| {
        let end = match () {
            () if one.is(space, row) => two,
            () if two.is(space, row) => one,
            () => return None,
        };
        let row = end.row?;
        Some(Kin { space: end.space.name, written: written(end.space, row), name: row.name, why })
    };
    SAME.iter().filter_map(other).collect()
}
