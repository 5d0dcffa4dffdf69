//! Tunnels, upgrades, and servers that answer with something else.

use super::{Client, Server, line, talk};
use crate::proto::looks::Looks;
use crate::proto::{Fact, plain, tls};
use crate::units::Close;

const HELLO: &[u8] = &[22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3, 9, 9];
const ALERT: &[u8] = &[21, 3, 1, 0, 2, 2, 40];

fn handshakes(facts: &[crate::proto::Emitted]) -> usize {
    let handshake = |fact: &Fact| matches!(fact, Fact::Tls(tls::Fact::Handshake(_)));
    facts.iter().filter(|emitted| handshake(&emitted.fact)).count()
}

#[test]
fn tls_goes_on_in_a_tunnel() {
    let mut told = talk();
    told.ask("CONNECT mail.example.com:443 HTTP/1.1\r\nHost: mail.example.com:443\r\n\r\n")
        .say("HTTP/1.1 200 Connection established\r\n\r\n")
        .ask(HELLO)
        .say(ALERT)
        .close();
    assert_eq!(told.told(), [line(2, 200, "mail.example.com:443")]);
    let tunnel = told.exchanges()[0];
    assert_eq!((tunnel.host.as_deref(), tunnel.port), (Some("mail.example.com"), Some(443)));
    assert_eq!(handshakes(told.facts()), 1);
}

#[test]
fn a_refused_tunnel_is_asked_for_again() {
    let mut told = talk();
    let ask = "CONNECT a:443 HTTP/1.1\r\n\r\n";
    told.ask(ask)
        .say("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate, NTLM\r\nContent-Length: 0\r\n\r\n")
        .ask(ask)
        .say("HTTP/1.1 200 OK\r\n\r\n")
        .ask(HELLO)
        .say(ALERT)
        .close();
    assert_eq!(told.told(), [line(2, 407, "a:443"), line(4, 200, "a:443")]);
    let schemes =
        told.exchanges()[0].proxy_challenges.iter().map(|challenge| challenge.scheme.name());
    assert_eq!(schemes.collect::<Vec<_>>(), ["Negotiate", "NTLM"]);
    assert_eq!(handshakes(told.facts()), 1);
}

#[test]
fn a_tunnel_of_which_only_the_client_was_captured() {
    let mut told = talk();
    told.two_sided = false;
    told.ask("CONNECT a:443 HTTP/1.1\r\n\r\n").ask(HELLO).close();
    assert_eq!(handshakes(told.facts()), 1);
}

#[test]
fn a_tunnel_whose_answer_was_not_captured() {
    let mut told = talk();
    told.ask("CONNECT a:443 HTTP/1.1\r\n\r\n").lose(Server, 40).ask(HELLO).say(ALERT).close();
    assert_eq!(handshakes(told.facts()), 1);
    assert_eq!(told.told(), []);
}

#[test]
fn an_upgrade_to_websocket_ends_the_reading() {
    let mut told = talk();
    told.ask("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
        .say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x01\x02");
    assert!(told.is_stopped());
    assert_eq!(told.told(), [line(2, 101, "/chat")]);
}

#[test]
fn an_upgrade_to_tls_is_followed() {
    let mut told = talk();
    told.ask("OPTIONS * HTTP/1.1\r\nUpgrade: TLS/1.0\r\n\r\n")
        .say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.0, HTTP/1.1\r\n\r\n")
        .ask(HELLO)
        .say(ALERT)
        .close();
    assert_eq!(handshakes(told.facts()), 1);
}

fn plain_fact(facts: &[crate::proto::Emitted]) -> Option<&plain::Fact> {
    facts.iter().find_map(|emitted| match &emitted.fact {
        Fact::Plain(fact) => Some(&**fact),
        _ => None,
    })
}

#[test]
fn a_server_that_expected_tls_answers_with_an_alert() {
    let mut told = talk();
    told.ask("GET / HTTP/1.1\r\n\r\n").say(ALERT).close();
    let fact = plain_fact(told.facts()).expect("is told");
    assert_eq!(fact.server_alert, Some((2, 40)));
    assert_eq!(fact.client.map(|(looks, _)| looks), Some(Looks::Http));
    assert_eq!(told.told(), [], "the alert is the answer");
}

#[test]
fn another_service_answers() {
    let mut told = talk();
    told.ask("GET / HTTP/1.1\r\n\r\n").say("220 mail ESMTP\r\n").close();
    let fact = plain_fact(told.facts()).expect("is told");
    assert_eq!(fact.server.map(|(looks, _)| looks), Some(Looks::Smtp));
}

#[test]
fn http_behind_a_proxy_header_and_in_mid_stream() {
    let mut told = talk();
    told.ask("PROXY TCP4 10.0.0.1 10.0.0.2 4000 80\r\nGET /1 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told.told(), [line(2, 404, "/1")]);
    let mut told = talk();
    told.from_start = false;
    told.say([0x80; 40])
        .ask("GET /2 HTTP/1.1\r\n\r\n")
        .say("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(told.told(), [line(3, 404, "/2")]);
}

#[test]
fn kin_of_http_are_left_to_others() {
    let mut told = talk();
    told.ask("OPTIONS /a")
        .ask(" RTSP/1.0\r\n\r\n")
        .say("RTSP/1.0 404 Not Found\r\n\r\n")
        .end(Server, Close::Fin);
    told.end(Client, Close::Fin);
    assert_eq!(told.told(), []);
    assert!(plain_fact(told.facts()).is_some());
}
