//! What the first bytes of a conversation look like.

/// What first bytes look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Looks {
    /// An HTTP request or response.
    Http,
    /// `SSH-`
    Ssh,
    /// `220 `, `EHLO `, `HELO `: SMTP or FTP.
    Smtp,
    /// `* OK`, `+OK`: IMAP or POP3.
    Mail,
    /// An SMB header behind a NetBIOS session length.
    Smb,
    /// A DCE/RPC header.
    DceRpc,
    /// A TLS record.
    Tls,
    /// Readable text of some other kind.
    Text,
    /// Anything else.
    Binary,
}

impl Looks {
    /// Such bytes belong to one protocol; TLS apart, which may begin behind others.
    pub fn names_protocol(self) -> bool {
        !matches!(self, Self::Tls | Self::Text | Self::Binary)
    }

    /// Names the protocol that `bytes` begin with.
    pub fn at(bytes: &[u8]) -> Self {
        match bytes {
            [20..=23, 3, 0..=4, ..] => Self::Tls,
            [5, 0, 0..=19, ..] => Self::DceRpc,
            [0, _, _, _, 0xfc..=0xff, b'S', b'M', b'B', ..] => Self::Smb,
            [b'S', b'S', b'H', b'-', ..] => Self::Ssh,
            [b'2', b'2', b'0', b' ' | b'-', ..] => Self::Smtp,
            _ if starts(bytes, &["EHLO", "HELO", "MAIL FROM", "QUIT"]) => Self::Smtp,
            _ if starts(bytes, &["* OK", "+OK", "* PREAUTH", "* BYE", "-ERR"]) => Self::Mail,
            _ if starts(bytes, HTTP) => Self::Http,
            _ if bytes.iter().take(16).all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) => {
                Self::Text
            }
            _ => Self::Binary,
        }
    }
}

const HTTP: &[&str] = &[
    "GET ",
    "POST ",
    "HEAD ",
    "PUT ",
    "DELETE ",
    "OPTIONS ",
    "CONNECT ",
    "PATCH ",
    "TRACE ",
    "PROPFIND ",
    "HTTP/1",
    "PRI * HTTP/2",
];

fn starts(bytes: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| bytes.starts_with(word.as_bytes()))
}
