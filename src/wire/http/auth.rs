//! Challenges and credentials (RFC 9110 section 11): lists of schemes with a token or with parameters.

/// Challenges read of one field value.
const CHALLENGES_MAX: usize = 16;

/// A challenge, as it stands in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChallengeText<'a> {
    /// Scheme.
    pub scheme: &'a [u8],
    /// What follows the scheme: a token, or parameters.
    pub rest: &'a [u8],
}

/// The challenges of one WWW-Authenticate or Proxy-Authenticate: `Negotiate, Basic realm="a", charset="UTF-8"`.
pub fn challenges(value: &[u8]) -> Vec<ChallengeText<'_>> {
    let mut found: Vec<ChallengeText<'_>> = Vec::new();
    // Where in `value` the rest of the last challenge begins.
    let mut begun = 0;
    for (at, item) in items(value) {
        let word = item.iter().take_while(|byte| is_token(**byte)).count();
        let (scheme, after) = item.split_at(word);
        // A parameter of the challenge before it.
        if after.trim_ascii_start().first() == Some(&b'=') && !found.is_empty() {
            if let Some(last) = found.last_mut() {
                last.rest = value.get(begun..at + item.len()).unwrap_or_default().trim_ascii();
            }
            continue;
        }
        if scheme.is_empty() || found.len() >= CHALLENGES_MAX {
            continue;
        }
        begun = at + word;
        found.push(ChallengeText { scheme, rest: after.trim_ascii() });
    }
    found
}

/// Scheme and the rest of an Authorization or Proxy-Authorization.
pub fn credentials(value: &[u8]) -> Option<ChallengeText<'_>> {
    let word = value.iter().take_while(|byte| is_token(**byte)).count();
    let (scheme, rest) = value.split_at(word);
    (!scheme.is_empty()).then_some(ChallengeText { scheme, rest: rest.trim_ascii() })
}

/// A token in base64, decoded; `None` where there is none.
pub fn token(rest: &[u8]) -> Option<Vec<u8>> {
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b',' | b' ' | b'\t' | b'\r'))
        .unwrap_or(rest.len());
    let text = rest.get(..end).filter(|text| !text.is_empty())?;
    let unpadded = text.len() - text.iter().rev().take_while(|byte| **byte == b'=').count();
    data_encoding::BASE64_NOPAD.decode(text.get(..unpadded)?).ok()
}

/// The value of a parameter, without its quotes and their escapes.
pub fn parameter(rest: &[u8], name: &str) -> Option<Vec<u8>> {
    items(rest).find_map(|(_, item)| {
        let equals = item.iter().position(|byte| *byte == b'=')?;
        let (key, value) = item.split_at(equals);
        let key = key.trim_ascii();
        key.eq_ignore_ascii_case(name.as_bytes())
            .then(|| unquoted(value.get(1..).unwrap_or_default().trim_ascii()))
    })
}

fn unquoted(value: &[u8]) -> Vec<u8> {
    let Some(inner) = value.strip_prefix(b"\"") else { return value.to_vec() };
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => plain.extend(bytes.next()),
            _ => plain.push(*byte),
        }
    }
    plain
}

/// The parts between commas that are not quoted, with their places, without blanks.
fn items(value: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = value.get(at..).filter(|rest| !rest.is_empty())?;
        let end = comma(rest).unwrap_or(rest.len());
        let (item, begin) = (rest.get(..end)?, at);
        at += end + 1;
        let lead = item.len() - item.trim_ascii_start().len();
        Some((begin + lead, item.trim_ascii()))
    })
}

/// The first comma outside of quotes.
fn comma(bytes: &[u8]) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    bytes.iter().position(|byte| {
        let plain = !escaped;
        escaped = quoted && plain && *byte == b'\\';
        if *byte == b'"' && plain {
            quoted = !quoted;
        }
        *byte == b',' && !quoted
    })
}

/// A byte of a token (RFC 9110 section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schemes(value: &str) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        challenges(value.as_bytes())
            .iter()
            .map(|found| (text(found.scheme), text(found.rest)))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(scheme, rest)| ((*scheme).to_owned(), (*rest).to_owned())).collect()
    }

    #[test]
    fn a_field_may_hold_several_challenges() {
        assert_eq!(schemes("Negotiate, NTLM"), pairs(&[("Negotiate", ""), ("NTLM", "")]));
        assert_eq!(
            schemes(
                "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\", now\", Basic realm=\"simple\""
            ),
            pairs(&[
                ("Newauth", "realm=\"apps\", type=1, title=\"Login to \\\"apps\\\", now\""),
                ("Basic", "realm=\"simple\""),
            ])
        );
        assert_eq!(schemes("NTLM TlRMTVNTUAACAAAA=="), pairs(&[("NTLM", "TlRMTVNTUAACAAAA==")]));
        assert_eq!(
            schemes(" ,, Basic realm = \"a\" ,charset=UTF-8"),
            pairs(&[("Basic", "realm = \"a\" ,charset=UTF-8")])
        );
        assert_eq!(schemes(""), []);
    }

    #[test]
    fn tokens_and_parameters_are_read() {
        assert_eq!(token(b"dXNlcjpwYXNz").as_deref(), Some(&b"user:pass"[..]));
        assert_eq!(token(b"YQ==").as_deref(), Some(&b"a"[..]));
        assert_eq!(token(b"YQ").as_deref(), Some(&b"a"[..]), "padding may be missing");
        assert_eq!((token(b""), token(b"realm=\"a\"")), (None, None));
        let digest = b"username=\"a\\\\b, c\", realm=x, nonce=\"\"";
        assert_eq!(parameter(digest, "username").as_deref(), Some(&b"a\\b, c"[..]));
        assert_eq!(parameter(digest, "Realm").as_deref(), Some(&b"x"[..]));
        assert_eq!(parameter(digest, "name"), None);
    }
}
