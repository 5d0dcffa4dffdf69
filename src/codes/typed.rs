//! What somebody typed: a word in front, a number in one of the ways in which systems write them, a name.

use super::table::{SPACES, Space, number};

/// What names begin with and people leave out.
const PREFIXES: &[&str] = &[
    "STATUS_",
    "ERROR_",
    "DNS_ERROR_RCODE_",
    "DNS_ERROR_",
    "SEC_E_",
    "SEC_I_",
    "CRYPT_E_",
    "CERT_E_",
    "TRUST_E_",
    "CERTSRV_E_",
    "NTE_",
    "RPC_S_",
    "RPC_NT_",
    "RPC_E_",
    "RPC_X_",
    "EPT_S_",
    "EPT_NT_",
    "KDC_ERR_",
    "KDC_ERROR_",
    "KRB_AP_ERR_",
    "KRB_ERR_",
    "KRB5_KPASSWD_",
    "nca_s_fault_",
    "nca_s_",
    "nca_",
    "ERROR_WINHTTP_",
    "ERROR_INTERNET_",
    "CURLE_",
    "X509_V_ERR_",
    "LDAP_",
];

/// The spaces that a leading word names (`alert 48`, `Kerberos error: 24`, `logon type 3`), and what stands behind it.
pub(super) fn word_in_front(text: &str) -> Option<(Vec<&'static Space>, &str)> {
    let longest = |space: &&'static Space| {
        let words = space.words.split(' ').chain([space.name, space.title]);
        words.filter(|word| leads(word, text)).map(str::len).max().map(|length| (length, *space))
    };
    let led: Vec<(usize, &Space)> = SPACES.iter().filter_map(longest).collect();
    let most = led.iter().map(|(length, _)| *length).max()?;
    let rest = text.get(most..)?.trim_matches([' ', ':', '=', '#']);
    let spaces = led.into_iter().filter(|(length, _)| *length == most);
    Some((spaces.map(|(_, space)| space).collect(), rest))
}

fn leads(word: &str, text: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| same(start, word))
        && text.get(word.len()..).is_some_and(|rest| rest.starts_with([' ', ':', '=']))
}

/// The number behind `data` in an LDAP answer of Active Directory, hex: `data 52e`, or the whole diagnostic message.
pub(super) fn ldap_data(text: &str) -> Option<i64> {
    let start = if leads("data", text) { 0 } else { text.find(", data ")? + 2 };
    let rest = text.get(start + "data".len()..)?.trim_start_matches([' ', ':', '=']);
    let digits = rest.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    i64::from_str_radix(digits, 16).ok()
}

/// The numbers that a text can stand for: Windows writes its results as negative decimals and as hex without `0x`.
pub(super) fn numbers(text: &str) -> Vec<i64> {
    let written = number(text);
    let unsigned = written.filter(|number| *number < 0).map(|number| number & 0xffff_ffff);
    let is_hex = !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    // `52e` is no word, `added` may be one.
    let is_number = text.starts_with(|c: char| c.is_ascii_digit()) && written.is_none();
    let is_bare_hex = is_hex && (is_number || matches!(text.len(), 4 | 8));
    let bare = if is_bare_hex { i64::from_str_radix(text, 16).ok() } else { None };
    written.into_iter().chain(unsigned).chain(bare).collect()
}

/// A name without what it begins with: `LOGON_FAILURE`. The longest of the known beginnings counts.
pub(crate) fn bare(name: &str) -> &str {
    let starts = |prefix: &&&str| name.get(..prefix.len()).is_some_and(|start| same(start, prefix));
    let longest = PREFIXES.iter().filter(starts).map(|prefix| prefix.len()).max();
    longest.and_then(|length| name.get(length..)).unwrap_or(name)
}

/// The name in full, or without its beginning; MIT Kerberos puts `KRB5` before the names of the RFC.
pub(super) fn names(name: &str, text: &str) -> bool {
    let plain = match text.get(..4) {
        Some(start) if same(start, "krb5") && !text[4..].starts_with('_') => &text[4..],
        _ => text,
    };
    same(name, text) || same(name, plain) || same(bare(name), text)
}

/// Equal but for case and the signs between words.
pub(super) fn same(one: &str, other: &str) -> bool {
    let plain = |byte: u8| match byte {
        b'-' | b' ' => b'_',
        _ => byte.to_ascii_lowercase(),
    };
    one.bytes().map(plain).eq(other.bytes().map(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_word_names_one_space_or_several() {
        let led = |text: &'static str| {
            let (spaces, rest) = word_in_front(text).expect("a word leads");
            (spaces.iter().map(|space| space.name).collect::<Vec<_>>(), rest)
        };
        assert_eq!(led("alert 48"), (vec!["tls_alert"], "48"));
        assert_eq!(led("Kerberos error: 24"), (vec!["kerberos"], "24"));
        assert_eq!(led("logon type 3"), (vec!["logon_type"], "3"));
        assert_eq!(led("ERROR_AUTH 1331"), (vec!["win32"], "1331"));
        assert_eq!(led("http 403.16"), (vec!["http_status", "iis_status"], "403.16"));
        assert!(led("event 4").0.len() > 2);
        assert!(word_in_front("alert").is_none() && word_in_front("nonsense 4").is_none());
    }

    #[test]
    fn a_diagnostic_message_of_active_directory_has_its_reason_behind_data() {
        let whole = "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563";
        for text in [whole, "data 52e", "Data: 52e", "data=0x52e"] {
            assert_eq!(ldap_data(text), Some(1326), "{text}");
        }
        assert_eq!(ldap_data("data 80090346"), Some(0x8009_0346));
        assert_eq!([ldap_data("data"), ldap_data("52e"), ldap_data("data é")], [None; 3]);
    }

    #[test]
    fn numbers_are_read_as_systems_write_them() {
        assert_eq!(numbers("1326"), [1326, 0x1326]);
        assert_eq!(numbers("0x52E"), [1326]);
        assert_eq!(numbers("52e"), [1326]);
        assert_eq!(numbers("-1073741715"), [-1_073_741_715, 0xc000_006d]);
        assert_eq!(numbers("c000006d"), [0xc000_006d]);
        assert_eq!(numbers("-133"), [-133, 0xffff_ff7b]);
        for text in ["", "added", "0x", "-", "99999999999999999999"] {
            assert_eq!(numbers(text), [0; 0], "{text}");
        }
    }

    #[test]
    fn beginnings_of_names_may_be_left_out() {
        assert!(names("STATUS_LOGON_FAILURE", "logon failure"));
        assert!(names("KDC_ERR_PREAUTH_FAILED", "KRB5KDC_ERR_PREAUTH_FAILED"));
        assert!(names("ERROR_WINHTTP_TIMEOUT", "timeout"));
        assert!(!names("STATUS_LOGON_FAILURE", "failure") && !names("a", "krb5"));
    }
}
