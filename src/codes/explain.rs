//! What a code means, in every space that knows it.

use super::findings::findings;
use super::kin::{Kin, hides, kin, shown_as};
use super::table::{CIPHER, HRESULT, Row, SPACES, Space, WIN32};
use super::typed::{ldap_data, names, numbers, word_in_front};
use super::wrap::{Wrapped, forms, unwrap};
use super::{bare, cipher_kind, describe};

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
    /// What further columns of its table say, by title: `From client`, `What to do`; other ways to write it.
    pub notes: Vec<(String, String)>,
    /// Where the public can read it.
    pub source: &'static str,
    /// Codes of other spaces that say the same, or go with it.
    pub kin: Vec<Kin>,
    /// Codes that this one may stand for when the caller saw no more than a collapsed status.
    pub hides: Vec<Kin>,
    /// Codes that such a caller may show instead of this one.
    pub shown_as: Vec<Kin>,
    /// Ids of findings that rest on it.
    pub findings: Vec<&'static str>,
}

/// Every code that `text` may mean: `0x30`, `48`, `-2146893019`, `unknown_ca`, `alert 48`, `event 36887`, `data 52e`,
/// `untrusted-issuer`. Empty when no space knows it.
pub fn explain(text: &str) -> Vec<Explanation> {
    let text = text.trim().trim_matches('"').trim();
    if let Some(number) = ldap_data(text) {
        return ldap(number);
    }
    let led = word_in_front(text).map(|(spaces, code)| within(&spaces, code)).unwrap_or_default();
    if !led.is_empty() {
        return led;
    }
    let found = within(SPACES, text);
    // Whoever mixes up the beginnings of names (KDC_ERR_SKEW) means the rest.
    let rest = bare(text);
    if found.is_empty() && rest != text { within(SPACES, rest) } else { found }
}

/// The codes of some spaces that a number or name means there, then those that the number wraps.
fn within(spaces: &[&'static Space], code: &str) -> Vec<Explanation> {
    let plain = spaces.iter().flat_map(|space| found_in(space, code));
    let wraps = |number| Some((number, unwrap(number)?));
    let wrapped = numbers(code).into_iter().filter_map(wraps);
    let inner = wrapped.flat_map(|(whole, wrapped)| {
        opened(&wrapped, &format!("{whole:#010x} is {}", wrapped.how))
    });
    plain.chain(inner).collect()
}

fn found_in(space: &'static Space, code: &str) -> Vec<Explanation> {
    find(space, code).into_iter().map(|row| explanation(space, row)).collect()
}

/// The codes inside of what was typed, with a note on that.
fn opened(wrapped: &Wrapped, note: &str) -> Vec<Explanation> {
    let inner = |space: &&'static Space| Some((*space, space.row(wrapped.number)?));
    let explain = |(space, row)| {
        let mut code = explanation(space, row);
        code.notes.insert(0, ("As typed".to_owned(), note.to_owned()));
        code
    };
    wrapped.spaces.iter().filter_map(inner).map(explain).collect()
}

/// What Active Directory means by the number behind `data` in a refused bind.
fn ldap(number: i64) -> Vec<Explanation> {
    static ERRORS: &[&Space] = &[&WIN32];
    static RESULTS: &[&Space] = &[&HRESULT];
    let spaces = if number >> 16 == 0 { ERRORS } else { RESULTS };
    let how = "how Active Directory writes this code in the text of an LDAP answer";
    opened(&Wrapped { spaces, number, how }, &format!("data {number:x} is {how}"))
}

/// The codes of a space that `code` names by number or by name; a name may stand twice.
fn find(space: &'static Space, code: &str) -> Vec<&'static Row> {
    let numbers = numbers(code);
    let is = |row: &&Row| {
        row.number.is_some_and(|number| numbers.contains(&number)) || has_name(row, code)
    };
    space.rows().iter().filter(is).collect()
}

/// By its name, or by one of those that stand in the column `also`.
fn has_name(row: &Row, text: &str) -> bool {
    let others = row.extra("also").into_iter().flat_map(|others| others.split(", "));
    !text.is_empty() && others.chain([row.name]).any(|name| names(name, text))
}

fn explanation(space: &'static Space, row: &'static Row) -> Explanation {
    Explanation {
        space: space.name,
        title: space.title,
        code: row.number,
        written: written(space, row),
        name: row.name,
        meaning: meaning(space, row),
        notes: notes(space, row),
        source: row.source,
        kin: kin(space, row),
        hides: hides(space, row),
        shown_as: shown_as(space, row),
        findings: findings(space, row),
    }
}

pub(super) fn written(space: &Space, row: &Row) -> String {
    row.number.map_or_else(|| row.name.to_owned(), |number| space.written.text(number))
}

/// The meaning; a cipher suite without one is told from its name.
fn meaning(space: &Space, row: &Row) -> String {
    if !row.meaning.is_empty() || space.name != CIPHER.name {
        return row.meaning.to_owned();
    }
    let number = row.number.and_then(|number| u16::try_from(number).ok());
    number.and_then(cipher_kind).map(describe::suite).unwrap_or_default()
}

/// What stands in further columns, and the other ways to write the code.
fn notes(space: &Space, row: &Row) -> Vec<(String, String)> {
    let note = |(title, content): &(&str, &str)| {
        let (first, rest) = title.split_at_checked(1).unwrap_or((title, ""));
        (format!("{}{}", first.to_uppercase(), rest.replace('_', " ")), (*content).to_owned())
    };
    let columns = row.extras.iter().filter(|(_, content)| !content.is_empty()).map(note);
    columns.chain(forms(space, row).map(|forms| ("Written as".to_owned(), forms))).collect()
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
                "ldap_result 48 inappropriateAuthentication",
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
        let note = |title: &str| unknown_ca.notes.iter().find(|(own, _)| own == title);
        let (_, from_client) = note("From client").expect("is there");
        assert!(from_client.starts_with("the client does not have the root"));
        assert!(note("From server").is_some());
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
}
