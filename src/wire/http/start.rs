//! The first line of a message: what it is by its first bytes, method and target, status.

use memchr::memchr;

/// What bytes begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A request.
    Request,
    /// A response.
    Response,
    /// The preface of HTTP/2 (RFC 9113 section 3.4), or the beginning of it.
    Preface,
    /// Too few bytes to tell.
    More,
    /// No message of HTTP.
    Other,
}

/// Methods that are known by name: of RFC 9110, WebDAV and its kin, RPC and SSTP over HTTP, BITS, Configuration Manager.
const METHODS: &[&str] = &[
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
    "CONNECT",
    "TRACE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "SEARCH",
    "REPORT",
    "MKCALENDAR",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "NOTIFY",
    "POLL",
    "BMOVE",
    "BCOPY",
    "BDELETE",
    "BPROPFIND",
    "BPROPPATCH",
    "X-MS-ENUMATTS",
    "RPC_IN_DATA",
    "RPC_OUT_DATA",
    "RDG_IN_DATA",
    "RDG_OUT_DATA",
    "SSTP_DUPLEX_POST",
    "BITS_POST",
    "CCM_POST",
    "MERGE",
    "CHECKOUT",
    "MKACTIVITY",
    "VERSION-CONTROL",
    "ACL",
    "BIND",
    "PURGE",
    "LINK",
    "UNLINK",
    "QUERY",
];

/// The longest method that is believed.
const METHOD_BYTES_MAX: usize = 32;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const RESPONSE: &[u8] = b"HTTP/";

/// What `bytes` begin with.
pub fn start(bytes: &[u8]) -> Start {
    if bytes.is_empty() {
        return Start::More;
    }
    if begins(bytes, RESPONSE) {
        return match bytes.get(RESPONSE.len()) {
            None => Start::More,
            Some(b'0'..=b'9') => Start::Response,
            Some(_) => Start::Other,
        };
    }
    if bytes.len() >= 3 && begins(bytes, PREFACE) {
        return Start::Preface;
    }
    request_start(bytes)
}

/// One of the two is the beginning of the other.
fn begins(bytes: &[u8], whole: &[u8]) -> bool {
    bytes.starts_with(whole) || whole.starts_with(bytes)
}

fn request_start(bytes: &[u8]) -> Start {
    // All methods begin with a capital; most streams do not.
    if !bytes.first().is_some_and(u8::is_ascii_uppercase) {
        return Start::Other;
    }
    let head = bytes.get(..METHOD_BYTES_MAX).unwrap_or(bytes);
    let Some(space) = memchr(b' ', head) else {
        let known = METHODS.iter().any(|method| method.as_bytes().starts_with(bytes));
        return if known { Start::More } else { Start::Other };
    };
    let (method, target) = bytes.split_at(space);
    let target = target.get(1..).unwrap_or_default();
    let known = METHODS.iter().any(|known| known.as_bytes() == method);
    if let Some(end) = memchr(b'\n', target) {
        let line = target.get(..end).unwrap_or_default();
        let request = (known || is_method(method)) && version_at(line).is_some();
        return if request { Start::Request } else { Start::Other };
    }
    match target.first() {
        None if known => Start::More,
        Some(b'/' | b'*' | b'h' | b'H') if known => Start::Request,
        Some(_) if method == b"CONNECT" => Start::Request,
        _ => Start::Other,
    }
}

/// Capitals, as methods are; a strange one is believed only with a whole request line.
fn is_method(bytes: &[u8]) -> bool {
    let capital =
        |byte: &u8| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-' | b'0'..=b'9');
    bytes.len() >= 3
        && bytes.iter().all(capital)
        && bytes.first().is_some_and(u8::is_ascii_uppercase)
}

/// Where the version begins at the end of a line: ` HTTP/1.1`.
fn version_at(line: &[u8]) -> Option<usize> {
    let line = line.trim_ascii_end();
    let space = memchr::memrchr2(b' ', b'\t', line)?;
    line.get(space + 1..)?.starts_with(b"HTTP/").then_some(space)
}

/// Method, target and the minor version (1 where it is none of HTTP/1) of a request line; `None` where it has no version.
pub fn request_line(line: &[u8]) -> Option<(&[u8], &[u8], u8)> {
    let (method, rest) = line.split_at(memchr(b' ', line)?);
    let (target, version) = rest.split_at(version_at(rest)?);
    Some((method, target.trim_ascii(), minor(version.trim_ascii())))
}

fn minor(version: &[u8]) -> u8 {
    let minor = version.strip_prefix(b"HTTP/1.").and_then(|minor| minor.first());
    minor.map_or(1, |digit| digit.wrapping_sub(b'0'))
}

/// Minor version and status of a status line.
pub fn status_line(line: &[u8]) -> Option<(u8, u16)> {
    let space = memchr::memchr2(b' ', b'\t', line)?;
    let (version, rest) = line.split_at(space);
    let (digits, after) = rest.trim_ascii_start().split_first_chunk::<3>()?;
    let number =
        digits.iter().all(u8::is_ascii_digit) && !after.first().is_some_and(u8::is_ascii_digit);
    let value =
        digits.iter().fold(0, |value, digit| value * 10 + u16::from(digit.wrapping_sub(b'0')));
    (number && value >= 100).then_some((minor(version), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_known_by_their_first_bytes() {
        assert_eq!(start(b"GET / HTTP/1.1\r\n"), Start::Request);
        assert_eq!(start(b"GET /a/long/tar"), Start::Request, "the line is cut");
        assert_eq!(start(b"RPC_IN_DATA /rpc/rpcproxy.dll?mail"), Start::Request);
        assert_eq!(start(b"CONNECT mail.example.com:443 HTTP/1.1\r\n"), Start::Request);
        assert_eq!(start(b"BREW /pot HTTP/1.1\r\n"), Start::Request);
        assert_eq!(start(b"HTTP/1.1 200 OK\r\n"), Start::Response);
        assert_eq!(start(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0"), Start::Preface);
        for cut in [&b"H"[..], b"HTTP/", b"P", b"GET", b"CONNECT "] {
            assert_eq!(start(cut), Start::More);
        }
    }

    #[test]
    fn kin_of_http_are_other_protocols() {
        for other in [
            &b"OPTIONS * RTSP/1.0\r\n"[..],
            b"OPTIONS sip:a SIP/2.0\r\n",
            b"NOTIFY sip:b",
            b"BREW /pot",
            b"HELO a\r\n",
            b"get / HTTP/1.1\r\n",
            b"HTTPS is better",
            b"HTTP/x",
            b"\x16\x03\x01",
        ] {
            assert_eq!(start(other), Start::Other, "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn first_lines_are_read_with_all_their_blanks() {
        let line = request_line(b"GET /a b HTTP/1.0");
        assert_eq!(line, Some((&b"GET"[..], &b"/a b"[..], 0)));
        assert_eq!(request_line(b"GET /old"), None);
        assert_eq!(status_line(b"HTTP/1.1 404 Not Found"), Some((1, 404)));
        assert_eq!(status_line(b"HTTP/1.0  200"), Some((0, 200)));
        for odd in
            [&b"HTTP/1.1"[..], b"HTTP/1.1 ", b"HTTP/1.1 20", b"HTTP/1.1 2000", b"HTTP/1.1 OK"]
        {
            assert_eq!(status_line(odd), None);
        }
    }
}
