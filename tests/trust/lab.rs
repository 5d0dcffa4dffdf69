//! Makes certificates with the openssl command, and asks it and the program for their judgement.

use finwhale::trust::{Anchors, Fault, Trust, Verdict};
use finwhale::units::{SECOND, Side, Time};
use finwhale::wire::x509::{Certificate, Store};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::SystemTime;
use tempfile::TempDir;

/// Extensions of a CA certificate.
pub(crate) const CA: &str = "basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid";

/// Extensions of a server certificate for `www.example.com`.
pub(crate) const SERVER: &str = "basicConstraints=CA:FALSE
keyUsage=digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth
subjectAltName=DNS:www.example.com
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid";

/// A day, in seconds.
pub(crate) const DAY: i64 = 86_400;

/// A folder of keys and certificates.
pub(crate) struct Lab {
    folder: TempDir,
    /// When it was made, seconds since the epoch.
    pub(crate) now: i64,
}

/// What a certificate is made of. `name` names its files and, where `key` and `subject` are empty, these too.
#[derive(Clone, Copy)]
pub(crate) struct Spec<'a> {
    pub(crate) name: &'a str,
    pub(crate) subject: &'a str,
    /// Name of the key file; it is made when it is not there.
    pub(crate) key: &'a str,
    /// As `openssl genpkey` takes it: `ec P-256`, `rsa 2048`, `ed25519`.
    pub(crate) kind: &'a str,
    /// The issuer's name; empty: signs itself.
    pub(crate) issuer: &'a str,
    pub(crate) extensions: &'a str,
    /// Further arguments of `openssl x509`: digest, days, padding.
    pub(crate) arguments: &'a [&'a str],
}

/// A self-signed P-256 CA for a year.
pub(crate) const ROOT: Spec<'_> = Spec {
    name: "root",
    subject: "",
    key: "",
    kind: "ec P-256",
    issuer: "",
    extensions: CA,
    arguments: &["-days", "365"],
};

/// A CA below `root`.
pub(crate) const MIDDLE: Spec<'_> = Spec { name: "middle", issuer: "root", ..ROOT };

/// A server below `middle`.
pub(crate) const LEAF: Spec<'_> =
    Spec { name: "leaf", issuer: "middle", extensions: SERVER, ..ROOT };

/// What is asked of a chain.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Names of the anchors.
    pub(crate) anchors: &'a [&'a str],
    /// Names of the certificates sent, leaf first.
    pub(crate) sent: &'a [&'a str],
    pub(crate) name: Option<&'a str>,
    /// Seconds since the epoch.
    pub(crate) time: i64,
    pub(crate) side: Side,
    pub(crate) key_transport: bool,
}

impl Lab {
    /// `None`, with a word, where there is no openssl command.
    pub(crate) fn new() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            println!("skipped: openssl is not installed");
            return None;
        }
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
        // An hour later: certificates that are made meanwhile are valid.
        let now = i64::try_from(since.as_secs()).expect("fits") + 3600;
        Some(Self { folder: TempDir::new().expect("a folder"), now })
    }

    /// The lab with root, middle and leaf in it.
    pub(crate) fn with_chain() -> Option<Self> {
        let lab = Self::new()?;
        [ROOT, MIDDLE, LEAF].iter().for_each(|spec| lab.make(*spec));
        Some(lab)
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new("openssl");
        let output = command.current_dir(self.folder.path()).args(arguments).output();
        let output = output.expect("openssl runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    fn must(&self, arguments: &[&str]) {
        let (done, text) = self.run(arguments);
        assert!(done, "openssl {arguments:?}: {text}");
    }

    /// Makes key, request and certificate.
    pub(crate) fn make(&self, spec: Spec<'_>) {
        let or_name =
            |text: &str| if text.is_empty() { spec.name.to_owned() } else { text.to_owned() };
        let file = |end: &str| format!("{}.{end}", spec.name);
        let key = format!("{}.key", or_name(spec.key));
        self.make_key(&key, spec.kind);
        let subject = format!("/O=Lab/CN={}", or_name(spec.subject));
        self.must(&["req", "-new", "-key", &key, "-subj", &subject, "-out", &file("csr")]);
        fs::write(self.path(&file("ext")), spec.extensions).expect("written");
        let (csr, pem, ext) = (file("csr"), file("pem"), file("ext"));
        let (issuer, issuer_key) = (format!("{}.pem", spec.issuer), format!("{}.key", spec.issuer));
        let mut arguments = vec!["x509", "-req", "-in", &csr, "-out", &pem];
        if !spec.extensions.is_empty() {
            arguments.extend(["-extfile", &ext]);
        }
        match spec.issuer {
            "" => arguments.extend(["-signkey", &key]),
            _ => arguments.extend(["-CA", &issuer, "-CAkey", &issuer_key, "-CAcreateserial"]),
        }
        arguments.extend(spec.arguments);
        self.must(&arguments);
    }

    fn make_key(&self, file: &str, kind: &str) {
        if self.path(file).exists() {
            return;
        }
        let (kind, size) = kind.split_once(' ').unwrap_or((kind, ""));
        let option = match kind {
            "ec" => format!("ec_paramgen_curve:{size}"),
            _ => format!("rsa_keygen_bits:{size}"),
        };
        let mut arguments = vec!["genpkey", "-algorithm", kind, "-out", file];
        if !size.is_empty() {
            arguments.extend(["-pkeyopt", &option]);
        }
        self.must(&arguments);
    }

    pub(crate) fn der(&self, name: &str) -> Vec<u8> {
        let (pem, der) = (format!("{name}.pem"), format!("{name}.der"));
        self.must(&["x509", "-in", &pem, "-outform", "der", "-out", &der]);
        fs::read(self.path(&der)).expect("is there")
    }

    pub(crate) fn certificate(&self, name: &str) -> Certificate {
        Certificate::parse(&self.der(name))
    }

    /// Adds a certificate from its bytes.
    pub(crate) fn add(&self, name: &str, der: &[u8]) {
        fs::write(self.path(&format!("{name}.der")), der).expect("written");
        fs::write(self.path(&format!("{name}.pem")), pem(der)).expect("written");
    }

    /// The text of a certificate's PEM file.
    pub(crate) fn pem(&self, name: &str) -> String {
        fs::read_to_string(self.path(&format!("{name}.pem"))).expect("is there")
    }

    /// A copy of a certificate with the last byte of its signature changed.
    pub(crate) fn forge(&self, name: &str, forged: &str) {
        let mut der = self.der(name);
        *der.last_mut().expect("has bytes") ^= 1;
        self.add(forged, &der);
    }

    /// A question about a server's chain, now, for no name.
    pub(crate) fn ask<'a>(&self, anchors: &'a [&'a str], sent: &'a [&'a str]) -> Asked<'a> {
        let (side, time) = (Side::Server, self.now);
        Asked { anchors, sent, name: None, time, side, key_transport: false }
    }

    /// The program's judgement.
    pub(crate) fn judge(&self, asked: Asked<'_>) -> Verdict {
        let anchors = asked.anchors.iter();
        let anchors: Vec<_> =
            anchors.map(|name| Anchors::Path(self.path(&format!("{name}.pem")))).collect();
        let mut trust = Trust::load(&anchors).expect("anchors can be read");
        let ders: Vec<_> = asked.sent.iter().map(|name| self.der(name)).collect();
        let ders: Vec<_> = ders.iter().map(Vec::as_slice).collect();
        let chain = Store::new(1 << 20).chain(&ders);
        let time = Time(asked.time * SECOND);
        let verdict = trust.judge(&chain, asked.side, time, asked.name, asked.key_transport);
        (*verdict).clone()
    }

    /// What `openssl verify` finds, in our words.
    pub(crate) fn openssl(&self, asked: Asked<'_>) -> BTreeSet<Fault> {
        let join = |names: &[&str], file: &str| {
            let text: String = names.iter().map(|name| self.pem(name)).collect();
            fs::write(self.path(file), text).expect("written");
        };
        join(asked.anchors, "anchors");
        join(asked.sent.get(1..).unwrap_or_default(), "untrusted");
        let purpose = if asked.side == Side::Server { "sslserver" } else { "sslclient" };
        let time = asked.time.to_string();
        let mut arguments = vec!["verify", "-purpose", purpose, "-attime", &time];
        arguments.extend(["-no-CAfile", "-no-CApath", "-no-CAstore"]);
        if !asked.anchors.is_empty() {
            arguments.extend(["-CAfile", "anchors"]);
        }
        if asked.sent.len() > 1 {
            arguments.extend(["-untrusted", "untrusted"]);
        }
        if let Some(name) = asked.name {
            let kind = if name.parse::<std::net::IpAddr>().is_ok() {
                "-verify_ip"
            } else {
                "-verify_hostname"
            };
            arguments.extend([kind, name]);
        }
        let leaf = format!("{}.pem", asked.sent[0]);
        arguments.push(&leaf);
        let (fine, text) = self.run(&arguments);
        let found = faults(&text);
        assert_eq!(fine, found.is_empty(), "{text}");
        found
    }

    /// Asserts that both find these faults.
    pub(crate) fn both(&self, asked: Asked<'_>, expected: &[Fault]) -> Verdict {
        let ours = self.judge(asked);
        assert_eq!(ours.faults, expected, "our judgement of {:?}", asked.sent);
        // openssl has one word for both: unable to get (local) issuer certificate.
        let known = |fault: &Fault| *fault != Fault::IncompleteChain;
        let expected: BTreeSet<_> = expected.iter().copied().filter(known).collect();
        assert_eq!(self.openssl(asked), expected, "openssl's judgement of {:?}", asked.sent);
        ours
    }
}

/// A certificate in PEM.
pub(crate) fn pem(der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let quad = |three: &[u8]| {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*three.get(at).unwrap_or(&0)));
        let digit = |at: usize| {
            if at > three.len() { '=' } else { DIGITS[bits >> (18 - 6 * at) & 63].into() }
        };
        [0, 1, 2, 3].map(digit)
    };
    let line = |bytes: &[u8]| bytes.chunks(3).flat_map(quad).chain(['\n']).collect::<String>();
    let body: String = der.chunks(48).map(line).collect();
    format!("-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
}

/// The faults behind the `error N at` lines of `openssl verify` (`man X509_STORE_CTX_get_error`).
pub(crate) fn faults(text: &str) -> BTreeSet<Fault> {
    let numbers = text.split("error ").skip(1).filter_map(|rest| rest.split_once(" at "));
    let numbers = numbers.filter_map(|(number, _)| number.parse::<u32>().ok());
    let fault = |number| match number {
        2 | 19 | 20 | 21 => Fault::UntrustedIssuer,
        18 => Fault::SelfSigned,
        7 => Fault::BadSignature,
        9 => Fault::NotYetValid,
        10 => Fault::Expired,
        24 | 25 | 26 | 32 | 47 | 48 | 79 => Fault::WrongUsage,
        62 | 64 => Fault::NameMismatch,
        66 | 67 => Fault::WeakKey,
        68 => Fault::WeakSignature,
        other => panic!("error {other}: {text}"),
    };
    numbers.map(fault).collect()
}
