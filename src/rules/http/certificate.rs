//! `http-403-cert`: the web server wants a client certificate, or another one.

use super::web::{Web, exchanges};
use crate::codes;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, words};

const ID: Id = Id::error(
    "http-403-cert",
    Confidence::Certain,
    "The web server wants another client certificate or any at all",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/http-403-cert.md"), explains: &[], check };

/// What a page or a status says of the client's certificate.
struct Complaint {
    /// In the page, in lower case.
    words: &'static str,
    /// What is wrong.
    fault: &'static str,
    /// What to change.
    remedy: &'static str,
}

const NONE: Complaint = Complaint {
    words: "no required ssl certificate was sent",
    fault: "none was sent",
    remedy: "Give the client a certificate of an authority that the server accepts, and let it send it.",
};

const REFUSED: Complaint = Complaint {
    words: "the ssl certificate error",
    fault: "the one sent does not verify",
    remedy: "Check the certificate's chain and dates, and the authorities that the server accepts.",
};

/// Pages of nginx and IIS (403.7 and its kin).
const COMPLAINTS: [Complaint; 7] = [
    NONE,
    REFUSED,
    Complaint { words: "403.7", ..NONE },
    Complaint {
        words: "403.12",
        fault: "the one sent is mapped to no account, or to one without access",
        remedy: "Check the server's mapping of certificates to accounts, and that account's rights.",
    },
    Complaint {
        words: "403.13",
        fault: "the one sent is revoked, or its revocation could not be checked",
        remedy: "Renew the client's certificate; see that the server reaches the revocation list.",
    },
    Complaint {
        words: "403.16",
        fault: "the one sent is from an authority that the server does not trust",
        remedy: "Install the issuing authority among the server's trusted roots (and no others there).",
    },
    Complaint {
        words: "403.17",
        fault: "the one sent has expired or is not yet valid",
        remedy: "Renew the client's certificate; compare the clocks.",
    },
];

/// Numbers of nginx of its own: certificate error, certificate required.
const CERTIFICATE_ERROR: u16 = 495;
const CERTIFICATE_REQUIRED: u16 = 496;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for web in exchanges(facts) {
        let status = web.exchange.status.unwrap_or_default();
        if let Some(complaint) = complaint(&web, status) {
            episodes.add(told(&web, status, complaint));
        }
    }
}

fn complaint(web: &Web<'_>, status: u16) -> Option<&'static Complaint> {
    match status {
        CERTIFICATE_ERROR => Some(&REFUSED),
        CERTIFICATE_REQUIRED => Some(&NONE),
        400 | 403 => {
            let text = web.exchange.text.as_deref()?.to_lowercase();
            COMPLAINTS.iter().find(|complaint| says(&text, complaint.words))
        }
        _ => None,
    }
}

/// `403.1` is no `403.13`, and 403.7 no 403.77.
fn says(text: &str, words: &str) -> bool {
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    text.match_indices(words)
        .any(|(at, _)| !digit(text.get(at + words.len()..).unwrap_or_default()))
}

fn told<'a>(web: &Web<'a>, status: u16, complaint: &Complaint) -> Found<'a> {
    let service = web.service();
    let fault = complaint.fault;
    let text = words::cut(&words::clean(web.exchange.text.as_deref().unwrap_or_default()), 80);
    let reason = codes::http_reason(status).unwrap_or("certificate refused");
    let found = web
        .found(&ID)
        .key(fault)
        .title(format!("{service} wants a client certificate of {}: {fault}", words::CLIENT))
        .cause(format!("{service} demands a client certificate and answered {status}: {fault}."))
        .remedy(complaint.remedy)
        .evidence(web.at(), format!("{status} to {}: \"{text}\"", web.request_line()))
        .code("http_status", i64::from(status), reason)
        .references(&["RFC 8446 section 4.3.2"]);
    web.asked(found)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exchange, story};
    use crate::proto::http::Exchange;
    use crate::rules::testing::ids;

    fn page(status: u16, text: &str) -> Vec<crate::finding::Finding> {
        story([Exchange { text: Some(text.into()), ..exchange(status) }]).findings()
    }

    #[test]
    fn nginx_misses_the_certificate() {
        let findings = page(400, "400 Bad Request No required SSL certificate was sent nginx");
        assert_eq!(ids(&findings), ["http-403-cert"]);
        assert!(findings[0].title.ends_with("none was sent"), "{}", findings[0].title);
    }

    #[test]
    fn the_sub_status_of_iis_says_which_fault() {
        let findings = page(403, "HTTP Error 403.16 - Forbidden");
        assert!(findings[0].cause.contains("does not trust"), "{}", findings[0].cause);
        assert!(page(403, "HTTP Error 403.14 - Directory listing denied").is_empty());
        assert!(page(403, "You have no access").is_empty());
    }
}
