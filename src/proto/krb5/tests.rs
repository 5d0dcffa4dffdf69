//! Conversations with KDCs and kpasswd, told message by message.

use super::*;
use crate::proto::clock::Reading;
use crate::proto::{self, Analyzer, Chunk, Emitted, Out, Then, Verdict, feed};
use crate::units::{At, Close, Endpoint, Ends, Frame, SECOND, Side, Time, Transport};
use crate::wire::krb5::samples::*;
use crate::wire::x509::Store;

/// 2024-01-02 03:04:05, as errors here have it, and in seconds.
const STIME: &str = "20240102030405Z";
const SECONDS: i64 = 1_704_164_645;

struct Talk {
    analyzer: Box<dyn Analyzer>,
    ends: Ends,
    store: Store,
    facts: Vec<Emitted>,
    number: u64,
}

impl Talk {
    fn new(protocol: &Protocol) -> Self {
        let end = |host: u8, port| Endpoint { addr: [10, 0, 0, host].into(), port: Some(port) };
        let transport = match protocol.kind {
            Kind::Stream => Transport::Tcp,
            Kind::Datagram => Transport::Udp,
        };
        let (client, server) = (end(1, 50_000), end(2, 88));
        let ends = Ends { client, server, transport, flow: Frame::new(0, 1) };
        let analyzer = (protocol.new)(&ends);
        Self { analyzer, ends, store: Store::new(0), facts: Vec::new(), number: 0 }
    }

    fn act<T>(&mut self, act: impl FnOnce(&mut dyn Analyzer, At, &mut Out<'_>) -> T) -> T {
        self.number += 1;
        let frame = Frame::new(0, self.number);
        let now = At { frame, time: Time((SECONDS + self.number as i64) * SECOND) };
        let mut out = Out {
            ends: &self.ends,
            now,
            from_start: true,
            two_sided: true,
            store: &mut self.store,
            facts: &mut self.facts,
            message_bytes_max: 1 << 16,
        };
        act(&mut *self.analyzer, now, &mut out)
    }

    /// A packet with these bytes; how many of them were read.
    fn send(&mut self, side: Side, bytes: &[u8]) -> usize {
        self.act(|analyzer, at, out| {
            let (used, then) = analyzer.data(Chunk { side, at, bytes }, out);
            assert_eq!(then, Then::More);
            used
        })
    }

    fn end(mut self) -> Vec<Emitted> {
        for side in [Side::Client, Side::Server] {
            self.act(|analyzer, at, out| analyzer.end(side, at, Close::Fin, out));
        }
        self.facts
    }
}

/// The exchanges among facts, with the frames at which they stand.
fn exchanges<'a>(facts: &'a [Emitted]) -> Vec<(u64, &'a Exchange)> {
    let exchange = |emitted: &'a Emitted| match &emitted.fact {
        proto::Fact::Krb5(Fact::Exchange(exchange)) => {
            Some((emitted.at.frame.number(), &**exchange))
        }
        _ => None,
    };
    facts.iter().filter_map(exchange).collect()
}

fn readings(facts: &[Emitted]) -> Vec<Reading> {
    let reading = |emitted: &Emitted| match emitted.fact {
        proto::Fact::Clock(reading) => Some(reading),
        _ => None,
    };
    facts.iter().filter_map(reading).collect()
}

fn code(exchange: &Exchange) -> i32 {
    match &exchange.outcome {
        Outcome::Error(error) => error.code,
        other => panic!("no error: {other:?}"),
    }
}

/// A message with its length in front.
fn framed(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes()[..], message].concat()
}

fn krbtgt(code: i32, more: &[Vec<u8>]) -> Vec<u8> {
    error(code, STIME, "krbtgt/EXAMPLE.COM", more)
}

#[test]
fn a_logon_is_asked_for_proof_and_then_granted() {
    let mut talk = Talk::new(&PROTOCOL_UDP);
    let hints = sequence(&[pa(19, &etype_info2(18, "EXAMPLE.COMalice")), pa(2, &[])]);
    talk.send(Side::Client, &as_req("alice", 1, &[]));
    talk.send(Side::Server, &krbtgt(25, &[field(12, octets(&hints))]));
    talk.send(Side::Client, &as_req("alice", 2, &[pa(2, b"proof")]));
    talk.send(Side::Server, &kdc_rep(11, "alice", "krbtgt/EXAMPLE.COM"));
    let facts = talk.end();
    let [(2, asked), (4, granted)] = exchanges(&facts)[..] else { panic!("{facts:?}") };
    assert_eq!((code(asked), asked.request, asked.attempts), (25, Request::As, 1));
    assert_eq!(asked.question.map(|at| at.frame.number()), Some(1));
    let Outcome::Error(error) = &asked.outcome else { panic!("no error") };
    let hint = EtypeInfo { etype: 18, salt: Some("EXAMPLE.COMalice".into()) };
    assert_eq!((&error.hints[..], &error.methods[..]), (&[hint][..], &[19, 2][..]));
    assert_eq!(granted.padata, [2]);
    assert_eq!(granted.cname.as_deref(), Some("alice"));
    assert_eq!(granted.crealm.as_deref(), Some("EXAMPLE.COM"));
    let Outcome::Ticket { issued, ticket_etype, enc_part_etype, kvno } = &granted.outcome else {
        panic!("no ticket")
    };
    assert_eq!((issued, *ticket_etype, *enc_part_etype, *kvno), (&None, 18, 17, Some(3)));
}

#[test]
fn several_exchanges_share_a_connection_and_segments_cut_where_they_like() {
    let mut talk = Talk::new(&PROTOCOL_TCP);
    let asked = framed(&tgs_req("HTTP/web.example.com", 1, &[pa(1, &[0; 3000])]));
    assert_eq!(talk.send(Side::Client, &asked[..3]), 0);
    assert_eq!(talk.send(Side::Client, &asked[..1400]), 0, "waits for the rest");
    assert_eq!(talk.send(Side::Client, &asked), asked.len());
    let refused = framed(&error(7, STIME, "HTTP/web.example.com", &[]));
    let again = framed(&tgs_req("HTTP/web", 2, &[]));
    talk.send(Side::Server, &refused);
    talk.send(Side::Client, &again);
    let two = [framed(&kdc_rep(13, "alice", "HTTP/web")), refused].concat();
    assert_eq!(talk.send(Side::Server, &two), two.len());
    let facts = talk.end();
    let [(4, first), (6, second), (6, third)] = exchanges(&facts)[..] else { panic!("{facts:?}") };
    assert_eq!((code(first), first.sname.as_deref()), (7, Some("HTTP/web.example.com")));
    assert!(matches!(second.outcome, Outcome::Ticket { .. }));
    assert_eq!((code(third), third.request, third.attempts), (7, Request::Tgs, 0));
}

#[test]
fn a_request_sent_three_times_is_one_that_nobody_answered() {
    let mut talk = Talk::new(&PROTOCOL_UDP);
    for _ in 0..3 {
        talk.send(Side::Client, &as_req("alice", 9, &[]));
    }
    let facts = talk.end();
    let [(1, exchange)] = exchanges(&facts)[..] else { panic!("{facts:?}") };
    assert_eq!(exchange.attempts, 3);
    assert!(matches!(exchange.outcome, Outcome::Unanswered));
}

#[test]
fn an_answer_that_comes_twice_is_told_twice() {
    let mut talk = Talk::new(&PROTOCOL_UDP);
    talk.send(Side::Client, &tgs_req("krbtgt/OTHER.COM", 9, &[]));
    talk.send(Side::Server, &error(7, STIME, "krbtgt/OTHER.COM", &[]));
    talk.send(Side::Server, &error(7, STIME, "krbtgt/OTHER.COM", &[]));
    let facts = talk.end();
    let kinds: Vec<_> = exchanges(&facts).iter().map(|(at, it)| (*at, it.request)).collect();
    assert_eq!(kinds, [(2, Request::Tgs), (3, Request::Tgs)]);
}

#[test]
fn an_answer_without_a_request_says_what_was_asked() {
    let bare = [
        (krbtgt(25, &[]), Request::As),
        (error(7, STIME, "HTTP/web", &[]), Request::Tgs),
        (kdc_rep(11, "alice", "krbtgt/EXAMPLE.COM"), Request::As),
        (kdc_rep(13, "alice", "HTTP/web"), Request::Tgs),
        (ap_rep(), Request::Ap),
    ];
    for (message, expected) in bare {
        let mut talk = Talk::new(&PROTOCOL_UDP);
        talk.send(Side::Server, &message);
        let facts = talk.end();
        let [(1, exchange)] = exchanges(&facts)[..] else { panic!("{facts:?}") };
        assert_eq!((exchange.request, exchange.attempts, exchange.question), (expected, 0, None));
    }
}

#[test]
fn a_ticket_for_another_service_than_asked_for_is_a_referral() {
    let mut talk = Talk::new(&PROTOCOL_UDP);
    talk.send(Side::Client, &tgs_req("HTTP/web.other.com", 9, &[]));
    talk.send(Side::Server, &kdc_rep(13, "alice", "krbtgt/OTHER.COM"));
    let facts = talk.end();
    let [(2, exchange)] = exchanges(&facts)[..] else { panic!("{facts:?}") };
    assert_eq!(exchange.sname.as_deref(), Some("HTTP/web.other.com"));
    let Outcome::Ticket { issued: Some(issued), .. } = &exchange.outcome else { panic!("none") };
    assert_eq!(&**issued, "krbtgt/OTHER.COM");
}

#[test]
fn behind_a_gap_the_next_message_is_found() {
    let mut talk = Talk::new(&PROTOCOL_TCP);
    let asked = framed(&as_req("alice", 1, &[]));
    talk.send(Side::Client, &asked);
    talk.send(Side::Client, &asked[..20]);
    talk.act(|analyzer, at, out| analyzer.gap(Side::Client, at, 100, out));
    assert_eq!(talk.send(Side::Client, b"the end of a message"), 20);
    talk.send(Side::Client, &framed(&as_req("bob", 2, &[])));
    let facts = talk.end();
    let names: Vec<_> = exchanges(&facts).iter().map(|(_, it)| it.cname.clone()).collect();
    assert_eq!(names, [Some("alice".into()), Some("bob".into())]);
}

#[test]
fn clocks_are_read_and_a_nonce_is_no_clock() {
    let client = "20240102030305Z";
    let nonce = (SECONDS - 60) as i32;
    let skewed = |ctime: &str| krbtgt(37, &[field(2, time(ctime)), field(3, int(500_000))]);
    let server = Reading {
        side: Side::Server,
        clock: Time(SECONDS * SECOND + 250_000_000),
        source: proto::clock::Source::Kerberos,
    };
    let mut talk = Talk::new(&PROTOCOL_UDP);
    talk.send(Side::Client, &as_req("alice", 7, &[]));
    talk.send(Side::Server, &skewed(client));
    let clock = Time((SECONDS - 60) * SECOND + 500_000_000);
    assert_eq!(readings(&talk.facts), [server, Reading { side: Side::Client, clock, ..server }]);

    let mut talk = Talk::new(&PROTOCOL_UDP);
    talk.send(Side::Client, &as_req("alice", nonce, &[]));
    talk.send(Side::Server, &skewed(client));
    assert_eq!(readings(&talk.facts), [server]);

    let mut talk = Talk::new(&PROTOCOL_UDP);
    talk.send(Side::Server, &skewed(client));
    assert_eq!(readings(&talk.facts), [server], "whether it is the nonce is not known");
}

#[test]
fn a_password_that_the_policy_refuses() {
    let mut talk = Talk::new(&KPASSWD_PROTOCOL_UDP);
    let asked = ap_req("kadmin/changepw");
    talk.send(Side::Client, &kpasswd_message(0xFF80, &asked, asked.len()));
    let refused = error(60, STIME, "kadmin/changepw", &[field(12, octets(b"\0\x04too short"))]);
    talk.send(Side::Server, &kpasswd_message(1, &refused, 0));
    let facts = talk.end();
    let change = facts.iter().find_map(|emitted| match &emitted.fact {
        proto::Fact::Krb5(Fact::PasswordChange(change)) => Some(change),
        _ => None,
    });
    let change = change.expect("is there");
    assert_eq!((change.result, change.text.as_deref()), (4, Some("too short")));
    assert_eq!((change.exchange.request, change.exchange.place), (Request::Ap, Place::Kpasswd));
    assert_eq!(exchanges(&facts).len(), 0);
}

#[test]
fn a_password_that_is_changed_and_a_ticket_that_kpasswd_refuses() {
    let asked = ap_req("kadmin/changepw");
    let asked = framed(&kpasswd_message(0xFF80, &asked, asked.len()));
    let (accepted, refused) = (ap_rep(), error(37, STIME, "kadmin/changepw", &[]));
    let mut talk = Talk::new(&KPASSWD_PROTOCOL_TCP);
    talk.send(Side::Client, &asked);
    talk.send(Side::Server, &framed(&kpasswd_message(1, &accepted, accepted.len())));
    talk.send(Side::Client, &asked);
    talk.send(Side::Server, &framed(&kpasswd_message(1, &refused, refused.len())));
    let facts = talk.end();
    let [(2, first), (4, second)] = exchanges(&facts)[..] else { panic!("{facts:?}") };
    assert!(matches!(first.outcome, Outcome::Accepted));
    assert_eq!((code(second), second.place), (37, Place::Kpasswd));
}

#[test]
fn a_web_server_is_shown_tickets_and_says_so_itself() {
    let mut tickets = Exchanges::new(Place::Http);
    let mut talk = Talk::new(&PROTOCOL_UDP);
    let mut say = |side: Side, bytes: &[u8], talk: &mut Talk| {
        let message = wire::parse(bytes).expect("is a message");
        talk.act(|_, at, out| tickets.message(&message, Chunk { side, at, bytes }, out));
    };
    say(Side::Client, &ap_req("HTTP/web.example.com"), &mut talk);
    say(Side::Client, &ap_req("HTTP/web.example.com"), &mut talk);
    say(Side::Server, &error(41, STIME, "HTTP/web.example.com", &[]), &mut talk);
    let facts = talk.end();
    let [(3, exchange)] = exchanges(&facts)[..] else { panic!("{facts:?}") };
    assert_eq!(exchange.question.map(|at| at.frame.number()), Some(2));
    assert_eq!((code(exchange), exchange.place, exchange.attempts), (41, Place::Http, 1));
    assert_eq!((&exchange.etypes[..], exchange.request), (&[18][..], Request::Ap));
}

#[test]
fn kerberos_is_known_on_any_port_and_nothing_else_is_taken_for_it() {
    let probe = |bytes: &[u8]| (PROTOCOL_TCP.probe)(Side::Client, bytes);
    let asked = framed(&as_req("alice", 1, &[]));
    assert_eq!(probe(&asked), Verdict::Yes);
    assert_eq!((PROTOCOL_TCP.speaks)(&asked), Some(Side::Client));
    assert_eq!((PROTOCOL_UDP.speaks)(&krbtgt(25, &[])), Some(Side::Server));
    for cut in 0..12 {
        assert_eq!(probe(&asked[..cut]), Verdict::More, "{cut} bytes");
    }
    let long = [&[0x7F, 0, 0, 0][..], &asked[4..]].concat();
    for other in [&b"GET / HTTP/1.1"[..], b"\x16\x03\x01\x02\0", b"\0\0\0\x85\xFFSMB", &long] {
        assert_eq!(probe(other), Verdict::No, "{other:?}");
    }
    let end = |port| Endpoint { addr: [10, 0, 0, 1].into(), port: Some(port) };
    let (client, server) = (end(1), end(40_000));
    let flow = Frame::new(0, 1);
    let ends = Ends { client, server, transport: Transport::Udp, flow };
    assert!(feed::datagrams(Side::Client, &as_req("alice", 1, &[]), &ends).is_some());
}

#[test]
fn requests_without_end_take_no_more_room_than_eight() {
    let mut talk = Talk::new(&PROTOCOL_UDP);
    for nonce in 0..100 {
        talk.send(Side::Client, &as_req("alice", nonce, &[]));
    }
    assert_eq!(exchanges(&talk.facts).len(), 92);
    assert_eq!(exchanges(&talk.end()).len(), 100);
}
