//! Stories about ports that speak something else.

use super::*;
use crate::finding::Confidence;
use crate::proto::plain;
use crate::rules::testing::{Story, at, flow, ids};
use crate::rules::testing_tls::{Then, hello as client_hello};

fn http_to_tls() -> plain::Fact {
    plain::Fact {
        client: Some((Looks::Http, at(4, 0))),
        ended: Some((Side::Server, Close::Fin, at(6, 0))),
        ..plain::Fact::default()
    }
}

fn exchange(fact: plain::Fact) -> Story {
    Story::new().two_sided().fact(at(4, 0), flow(1), Fact::Plain(Box::new(fact)))
}

#[test]
fn http_on_a_tls_port_is_told_by_page_or_alert() {
    let page = plain::Fact {
        server: Some((Looks::Http, at(5, 0))),
        server_wants_tls: true,
        ..http_to_tls()
    };
    assert_eq!(ids(&exchange(page).findings()), ["tls-plaintext-on-tls-port"]);
    let alert = plain::Fact {
        server: Some((Looks::Tls, at(5, 0))),
        server_alert: Some((2, 10)),
        ..http_to_tls()
    };
    let findings = exchange(alert).findings();
    assert_eq!(ids(&findings), ["tls-plaintext-on-tls-port"]);
    assert_eq!(findings[0].confidence, Confidence::Certain);
}

#[test]
fn a_silent_close_counts_where_tls_is_spoken() {
    let findings = exchange(http_to_tls()).findings();
    assert_eq!(ids(&findings), ["tls-plaintext-on-tls-port"]);
    assert_eq!(findings[0].confidence, Confidence::Likely);
    let mut ends = flow(1);
    ends.server.port = Some(8080);
    let elsewhere =
        || Story::new().two_sided().fact(at(4, 0), ends, Fact::Plain(Box::new(http_to_tls())));
    assert!(elsewhere().findings().is_empty());
}

#[test]
fn both_sides_wait_for_the_other_to_begin() {
    let waited = plain::Fact {
        client: None,
        server: Some((Looks::Tls, at(5, 40))),
        server_alert: Some((2, 50)),
        ended: Some((Side::Client, Close::Fin, at(4, 40))),
        ..plain::Fact::default()
    };
    assert_eq!(ids(&exchange(waited).findings()), ["tls-end-0"]);
}

#[test]
fn tls_to_a_mail_port() {
    let mut sent = client_hello(4, 0).ends(Side::Client, Close::Reset, at(6, 0));
    sent.not_tls = Some(NotTls { side: Side::Server, at: at(5, 0), looks: Looks::Smtp });
    let findings = Story::new().two_sided().handshake(flow(1), sent, &[]).findings();
    assert_eq!(ids(&findings), ["tls-hello-on-plain-port"]);
    assert_eq!(findings[0].evidence[0].at.frame.number(), 5);
}

#[test]
fn a_port_that_lsass_holds() {
    let mut sent = client_hello(4, 0).ends(Side::Client, Close::Reset, at(6, 0));
    sent.not_tls = Some(NotTls { side: Side::Server, at: at(5, 0), looks: Looks::DceRpc });
    let findings = Story::new().two_sided().handshake(flow(1), sent, &[]).findings();
    assert_eq!(ids(&findings), ["tcp-wrong-service"]);
    assert!(findings[0].title.contains("with DCE/RPC where TLS was expected"));
}

#[test]
fn http_to_an_ssh_server() {
    let mixed = plain::Fact { server: Some((Looks::Ssh, at(3, 0))), ..http_to_tls() };
    let findings = exchange(mixed).findings();
    assert_eq!(ids(&findings), ["tcp-wrong-service"]);
    let same = plain::Fact { server: Some((Looks::Http, at(5, 0))), ..http_to_tls() };
    assert!(exchange(same).findings().is_empty());
}

#[test]
fn an_alert_to_a_client_that_never_spoke() {
    let alert =
        tls::Alert { sender: Side::Server, at: at(5, 40), clear: Some((2, 50)), record_length: 2 };
    let reset = |bytes| {
        Fact::Tcp(tcp::Fact::Reset(tcp::Reset {
            references: 2,
            established: true,
            after_fin: false,
            sender: Side::Client,
            ttl: 64,
            usual_ttl: Some((64, 64)),
            sender_went_on: None,
            further: 0,
            bytes,
            idle_ns: 0,
        }))
    };
    let story = |bytes| {
        let alert = Fact::Tls(tls::Fact::Alert(alert));
        Story::new().fact(at(5, 40), flow(1), alert).fact(at(6, 40), flow(1), reset(bytes))
    };
    assert_eq!(ids(&story([0, 7]).findings()), ["tls-end-0"]);
    assert!(story([200, 7]).findings().is_empty());
}
