//! The tables: a space of codes is a .tsv file here and a line in [`SPACES`].
//!
//! The first line of a file names its columns: number, name, meaning, any further ones, source. Numbers are decimal or
//! hex; `-` where a space has names only.

use std::borrow::Cow;
use std::sync::OnceLock;

/// A code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number; `None` in a space of names.
    pub number: Option<i64>,
    /// Its name in its specification.
    pub name: &'static str,
    /// What it means; empty where the name says it.
    pub meaning: &'static str,
    /// Columns of this table alone: their titles and contents.
    pub extras: Vec<(&'static str, &'static str)>,
    /// Where the public can read it.
    pub source: &'static str,
}

impl Row {
    /// The content of a further column; `None` where it is empty or missing.
    pub fn extra(&self, title: &str) -> Option<&'static str> {
        let (_, content) = self.extras.iter().find(|(column, _)| *column == title)?;
        Some(*content).filter(|content| !content.is_empty())
    }
}

/// How the numbers of a space are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// `48`
    Decimal,
    /// `0x` and at least so many digits: `0x1301`
    Hex(usize),
}

impl Written {
    /// The number as text.
    pub fn text(self, number: i64) -> String {
        match self {
            Self::Decimal => number.to_string(),
            Self::Hex(digits) => format!("0x{number:0digits$x}"),
        }
    }
}

/// A space of codes.
#[derive(Debug)]
pub struct Space {
    /// Its id in reports; the name of its file.
    pub name: &'static str,
    /// The words that people put before its numbers, with spaces between: `krb krb5`. Several spaces may share one.
    pub words: &'static str,
    /// What it is, for a heading.
    pub title: &'static str,
    /// How its numbers are written.
    pub written: Written,
    text: &'static str,
    rows: OnceLock<Vec<Row>>,
}

impl Space {
    const fn new(
        (name, words, title): (&'static str, &'static str, &'static str),
        written: Written,
        text: &'static str,
    ) -> Self {
        Self { name, words, title, written, text, rows: OnceLock::new() }
    }

    /// Its codes: by number, or as in the file where they have none.
    pub fn rows(&self) -> &[Row] {
        self.rows.get_or_init(|| parse(self.text))
    }

    /// The code with this number.
    pub fn row(&self, number: i64) -> Option<&Row> {
        let rows = self.rows();
        let place = rows.binary_search_by_key(&Some(number), |row| row.number).ok()?;
        rows.get(place)
    }

    /// The code that another table means by its number or its whole name.
    pub(super) fn cited(&self, code: &str) -> Option<&Row> {
        match number(code) {
            Some(number) => self.row(number),
            None => self.rows().iter().find(|row| row.name == code),
        }
    }

    /// The name of a number, else the number as it is written here.
    pub fn name_or_number(&self, number: i64) -> Cow<'static, str> {
        match self.row(number) {
            Some(row) => Cow::Borrowed(row.name),
            None => Cow::Owned(self.written.text(number)),
        }
    }
}

fn parse(text: &'static str) -> Vec<Row> {
    let mut lines = text.lines();
    let titles: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let mut rows: Vec<Row> = lines.map(|line| row(&titles, line)).collect();
    // Stable: names without numbers stay as they stand.
    rows.sort_by_key(|row| row.number);
    rows
}

fn row(titles: &[&'static str], line: &'static str) -> Row {
    let mut row = Row { number: None, name: "", meaning: "", extras: Vec::new(), source: "" };
    for (title, content) in titles.iter().copied().zip(line.split('\t')) {
        match title {
            "number" => row.number = number(content),
            "name" => row.name = content,
            "meaning" => row.meaning = content,
            "source" => row.source = content,
            _ => row.extras.push((title, content)),
        }
    }
    row
}

/// A number in decimal, negative decimal or hex.
pub(super) fn number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

macro_rules! spaces {
    ($($space:ident = $name:literal $words:literal $title:literal $written:expr;)*) => {
        $(pub(super) static $space: Space = Space::new(
            ($name, $words, $title),
            $written,
            include_str!(concat!($name, ".tsv")),
        );)*
        /// All spaces, in the order in which explanations are given.
        pub static SPACES: &[&Space] = &[$(&$space),*];
    };
}

spaces! {
    ALERT = "tls_alert" "alert" "TLS alert" Written::Decimal;
    KERBEROS = "kerberos" "krb krb5" "Kerberos error" Written::Decimal;
    NTSTATUS = "ntstatus" "nt status substatus" "NT status" Written::Hex(8);
    WIN32 = "win32" "error error_auth dos wsa" "Windows error" Written::Decimal;
    HRESULT = "hresult" "sspi result" "Windows result" Written::Hex(8);
    WINHTTP = "winhttp" "wininet" "Windows HTTP error" Written::Decimal;
    HTTP = "http_status" "http status" "HTTP status" Written::Decimal;
    IIS = "iis_status" "iis http" "HTTP status of IIS" Written::Decimal;
    LDAP = "ldap_result" "ldap" "LDAP result" Written::Decimal;
    KPASSWD = "kpasswd" "kpasswd" "result of a Kerberos password change" Written::Decimal;
    SPNEGO = "spnego_state" "spnego negstate" "state of a SPNEGO negotiation" Written::Decimal;
    RPC_FAULT = "rpc_fault" "fault rpc" "RPC fault" Written::Hex(8);
    RPC_BIND_NAK = "rpc_bind_nak" "nak" "RPC bind refusal" Written::Decimal;
    RPC_BIND_ACK = "rpc_bind_ack" "ack" "RPC context refusal" Written::Decimal;
    SCHANNEL = "schannel" "event windows_event" "Windows event of Schannel" Written::Decimal;
    SECURITY_EVENT = "security_event" "event windows_event" "Windows Security event" Written::Decimal;
    KDC_EVENT = "kdc_event" "event windows_event kdcsvc" "Windows KDC event" Written::Decimal;
    SYSTEM_EVENT = "system_event" "event windows_event" "Windows event" Written::Decimal;
    LOGON_TYPE = "logon_type" "logon" "Windows logon type" Written::Decimal;
    VERDICT = "x509_verdict" "verdict" "verdict on a certificate chain" Written::Decimal;
    VERIFY = "x509_verify" "verify" "OpenSSL verify result" Written::Decimal;
    CURL = "curl" "curl" "exit code of curl" Written::Decimal;
    DNS_RCODE = "dns_rcode" "rcode dns" "DNS response code" Written::Decimal;
    DNS_EDE = "dns_ede" "ede" "extended DNS error" Written::Decimal;
    DNS_TYPE = "dns_type" "qtype" "DNS record type" Written::Decimal;
    ETYPE = "kerberos_etype" "etype enctype" "Kerberos encryption type" Written::Decimal;
    PADATA = "kerberos_padata" "padata" "Kerberos pre-authentication data" Written::Decimal;
    VERSION = "tls_version" "version" "TLS version" Written::Hex(4);
    CIPHER = "tls_cipher" "cipher suite" "TLS cipher suite" Written::Hex(4);
    GROUP = "tls_group" "group" "TLS supported group" Written::Hex(4);
    SCHEME = "tls_sigscheme" "scheme" "TLS signature scheme" Written::Hex(4);
    EXTENSION = "tls_extension" "extension" "TLS extension" Written::Decimal;
    HANDSHAKE_TYPE = "tls_handshake_type" "handshake" "TLS handshake type" Written::Decimal;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_all_columns() {
        for space in SPACES {
            let columns = space.text.lines().next().map_or(0, |line| line.split('\t').count());
            for line in space.text.lines() {
                assert_eq!(line.split('\t').count(), columns, "{}: {line}", space.name);
            }
        }
    }

    #[test]
    fn every_row_has_a_name_and_a_source_and_its_own_number() {
        for space in SPACES {
            for row in space.rows() {
                assert!(!row.name.is_empty() && !row.source.is_empty(), "{}: {row:?}", space.name);
            }
            let all = space.rows();
            let numbered = all.iter().filter(|row| row.number.is_some()).count();
            assert!(numbered == all.len() || numbered == 0, "{}: numbers or names", space.name);
            for (one, next) in all.iter().zip(all.iter().skip(1)) {
                assert!(
                    one.number < next.number || one.number.is_none(),
                    "{}: {next:?}",
                    space.name
                );
            }
        }
    }

    #[test]
    fn known_numbers_have_names_and_unknown_ones_stand_for_themselves() {
        assert_eq!(CIPHER.name_or_number(0xc02f), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        assert_eq!(CIPHER.name_or_number(0x1a2b), "0x1a2b");
        assert_eq!(GROUP.name_or_number(0x11ec), "X25519MLKEM768");
        assert_eq!(SCHEME.name_or_number(0x0804), "rsa_pss_rsae_sha256");
        assert_eq!(VERSION.name_or_number(0x0300), "SSL 3.0");
        assert_eq!(ALERT.name_or_number(48), "unknown_ca");
        assert_eq!(ALERT.name_or_number(200), "200");
    }

    #[test]
    fn an_alert_says_what_it_means_from_each_side() {
        let row = ALERT.row(48).expect("is there");
        assert!(row.extra("from_client").expect("is there").contains("server certificate"));
        assert!(row.extra("from_server").expect("is there").contains("client certificate"));
    }
}
