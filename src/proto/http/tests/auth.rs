//! Credentials and challenges: what is told of them, and what is not.

use super::{line, talk};
use crate::proto::auth::Mechanism;
use crate::proto::http::Scheme;
use crate::proto::{Fact, auth};

const TYPE_1: &str = "TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==";
/// A minimal challenge: target name and information empty.
const TYPE_2: &str = "TlRMTVNTUAACAAAAAAAAADgAAAAFgokCASNFZ4mrze8AAAAAAAAAAAAAAAA4AAAA";

#[test]
fn names_are_told_and_passwords_are_not() {
    let mut told = talk();
    // alice:secret
    told.ask("GET /1 HTTP/1.1\r\nAuthorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n")
        .say("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"the \\\"lab\\\"\"\r\nContent-Length: 0\r\n\r\n")
        .ask("GET /2 HTTP/1.1\r\nAuthorization: Digest username=\"bob\", realm=\"r\", response=\"0123abcd\"\r\n\r\n")
        .say("HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=TRUE\r\nContent-Length: 0\r\n\r\n")
        .ask("GET /3 HTTP/1.1\r\nAuthorization: Bearer 0123abcd\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        .ask("GET /4 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let exchanges = told.exchanges();
    let shown = |index: usize| exchanges[index].credentials.as_ref().expect("are shown");
    assert_eq!((shown(0).user.as_deref(), &shown(0).scheme), (Some("alice"), &Scheme::Basic));
    assert_eq!((shown(1).user.as_deref(), shown(1).realm.as_deref()), (Some("bob"), Some("r")));
    assert_eq!((shown(2).user.as_deref(), shown(2).bytes), (None, 15));
    assert_eq!(exchanges[0].challenges[0].realm.as_deref(), Some("the \"lab\""));
    assert!(exchanges[1].challenges[0].stale);
    assert_eq!(
        exchanges.iter().map(|told| told.authenticated).collect::<Vec<_>>(),
        [false, false, false, true]
    );
    let everything = format!("{:?}", told.facts());
    assert!(!everything.contains("secret") && !everything.contains("0123abcd"));
}

#[test]
fn the_messages_of_ntlm_are_numbered() {
    let mut told = talk();
    told.ask("GET / HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n")
        .ask(format!("GET / HTTP/1.1\r\nAuthorization: NTLM {TYPE_1}\r\n\r\n"))
        .say(format!("HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM {TYPE_2}\r\nContent-Length: 0\r\n\r\n"));
    assert_eq!(told.told(), [line(2, 401, "/"), line(4, 401, "/")]);
    let [first, second] = told.exchanges()[..] else { panic!("{:?}", told.told()) };
    assert_eq!(first.challenges.len(), 2);
    assert!(!first.challenges[1].has_token);
    let shown = second.credentials.as_ref().expect("are shown");
    assert_eq!((shown.mechanism, shown.ntlm_message), (Some(Mechanism::Ntlm), Some(1)));
    assert!(!shown.are_whole());
    assert_eq!(
        (second.challenges[0].has_token, second.challenges[0].ntlm_message),
        (true, Some(2))
    );
    assert!(
        !told.facts().iter().any(|emitted| matches!(emitted.fact, Fact::Auth(auth::Fact::Ntlm(_))))
    );
}

#[test]
fn revocation_is_recognised() {
    let mut told = talk();
    told.ask("POST /ocsp HTTP/1.1\r\nContent-Type: application/ocsp-request\r\nContent-Length: 1\r\n\r\nx")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        .ask("GET /root.CRL?x=1 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        .ask("GET /MFEw HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\nContent-Type: application/ocsp-response\r\nContent-Length: 0\r\n\r\n")
        .ask("GET / HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let seen: Vec<_> = told.exchanges().iter().map(|told| told.revocation).collect();
    assert_eq!(seen, [true, true, true, false]);
}
