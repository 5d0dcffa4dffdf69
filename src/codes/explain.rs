//! What a code means, in every space that knows it.

use super::table::{CIPHER, Row, SPACES, Space, number};
use super::{cipher_kind, describe};
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
        meaning: meaning(space, row),
        source: row.source,
        kin: kin(space, row),
    }
}

fn written(space: &Space, row: &Row) -> String {
    row.number.map_or_else(|| row.name.to_owned(), |number| space.written.text(number))
}

/// The meaning with what further columns say: `From client: …`; a cipher suite without one is told from its name.
fn meaning(space: &Space, row: &Row) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !row.meaning.is_empty() {
        parts.push(row.meaning.to_owned());
    } else if space.name == CIPHER.name {
        let number = row.number.and_then(|number| u16::try_from(number).ok());
        parts.extend(number.and_then(cipher_kind).map(describe::suite));
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

/// A line of same.tsv: two codes, what the second is to the first, and the first to the second.
#[derive(Debug)]
struct Same {
    ends: [End; 2],
    why: &'static str,
    back: &'static str,
}

impl Same {
    fn parse(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let ends = [End::parse(columns.next()?)?, End::parse(columns.next()?)?];
        Some(Self { ends, why: columns.next()?, back: columns.next()? })
    }
}

static SAME: LazyLock<Vec<Same>> =
    LazyLock::new(|| include_str!("same.tsv").lines().skip(1).filter_map(Same::parse).collect());

fn kin(space: &Space, row: &Row) -> Vec<Kin> {
    let other = |Same { ends: [one, two], why, back }: &'static Same| {
        let (end, why) = match () {
            () if one.is(space, row) => (two, why),
            () if two.is(space, row) => (one, back),
            () => return None,
        };
        let row = end.row?;
        Some(Kin { space: end.space.name, written: written(end.space, row), name: row.name, why })
    };
    SAME.iter().filter_map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, as `space written name`.
    fn found(text: &str) -> Vec<String> {
        let line = |code: &Explanation| format!("{} {} {}", code.space, code.written, code.name);
        explain(text).iter().map(line).collect()
    }

    #[test]
    fn a_number_is_explained_in_every_space_that_knows_it() {
        let alert = "tls_alert 48 unknown_ca";
        assert_eq!(
            found("48"),
            [
                alert,
                "kerberos 48 KRB_AP_ERR_METHOD",
                "x509_verify 48 X509_V_ERR_EXCLUDED_VIOLATION",
                "dns_type 48 DNSKEY",
                "tls_cipher 0x0030 TLS_DH_DSS_WITH_AES_128_CBC_SHA",
                "tls_extension 48 oid_filters",
            ]
        );
        assert_eq!(found("0x30"), found("48"));
    }

    #[test]
    fn a_word_in_front_names_the_space() {
        for text in ["alert 48", "Alert: 48", "tls_alert=0x30", "alert unknown ca", "\"alert 48\""]
        {
            assert_eq!(found(text), ["tls_alert 48 unknown_ca"], "{text}");
        }
        assert_eq!(found("event 36887"), ["schannel 36887 fatal-alert-received"]);
        assert_eq!(found("cipher 1301"), ["tls_cipher 0x1301 TLS_AES_128_GCM_SHA256"]);
    }

    #[test]
    fn windows_writes_one_result_in_three_ways() {
        let result = ["hresult 0x80090325 SEC_E_UNTRUSTED_ROOT"];
        for text in ["0x80090325", "-2146893019", "80090325", "2148074277", "sec_e_untrusted_root"]
        {
            assert_eq!(found(text), result, "{text}");
        }
    }

    #[test]
    fn names_are_found_whatever_stands_between_their_words() {
        for text in ["unknown_ca", "Unknown CA", "unknown-ca"] {
            assert_eq!(found(text), ["tls_alert 48 unknown_ca"], "{text}");
        }
        assert_eq!(found("untrusted-issuer"), ["x509_verdict untrusted-issuer untrusted-issuer"]);
        assert_eq!(found("X25519MLKEM768"), ["tls_group 0x11ec X25519MLKEM768"]);
    }

    #[test]
    fn what_nobody_knows_is_not_explained() {
        for text in ["", "nonsense", "0x", "-", "alert", "alert 200", "99999999999999999999", "é:é"]
        {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn an_alert_has_both_meanings_and_its_kin() {
        let [unknown_ca] = &explain("alert 48")[..] else { panic!("is one") };
        assert!(unknown_ca.meaning.contains(". From client: the client does not have the root"));
        assert!(unknown_ca.meaning.contains(". From server: "));
        let kin: Vec<_> = unknown_ca.kin.iter().map(|kin| (kin.space, &*kin.written)).collect();
        assert!(kin.contains(&("hresult", "0x80090325")), "{kin:?}");
        assert!(kin.contains(&("schannel", "36887")), "{kin:?}");
        assert!(kin.contains(&("x509_verdict", "untrusted-issuer")), "{kin:?}");
    }

    #[test]
    fn an_event_of_any_alert_does_not_list_them_all() {
        let [event] = &explain("event 36888")[..] else { panic!("is one") };
        assert_eq!(event.kin, []);
    }

    #[test]
    fn kin_is_told_from_the_side_that_is_asked() {
        let why = |text: &str, other: &str| {
            let explained = explain(text);
            let kin = explained.iter().flat_map(|code| &code.kin);
            kin.filter(|kin| kin.name == other).map(|kin| kin.why).collect::<Vec<_>>()
        };
        assert_eq!(why("expired", "certificate_expired"), ["the alert that tells of it"]);
        let back = "a fault that the peer may tell with this alert";
        assert_eq!(why("alert 45", "expired"), [back]);
    }

    #[test]
    fn every_line_of_same_relates_two_known_codes() {
        assert_eq!(SAME.len(), include_str!("same.tsv").lines().count() - 1);
    }
}
