use super::*;
use crate::proto::clock::{Reading, Source};
use crate::proto::{self, Emitted, Out};
use crate::units::{At, Endpoint, Ends, Frame, Side, Transport};
use crate::wire::x509::Store;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn negotiate() -> Vec<u8> {
    b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2".to_vec()
}

fn challenge() -> Vec<u8> {
    bytes(include_str!("../../wire/ntlm/samples/challenge.hex"))
}

fn authenticate() -> Vec<u8> {
    bytes(include_str!("../../wire/ntlm/samples/authenticate.hex"))
}

/// Message 2 with a time stamp: 1970-01-01 00:00:01.
fn dated_challenge() -> Vec<u8> {
    let mut message = challenge();
    let filetime = (116_444_736_000_000_000_u64 + 10_000_000).to_le_bytes();
    let pairs = [&[7, 0, 8, 0][..], &filetime, &[0; 4]].concat();
    let offset = (message.len() as u32).to_le_bytes();
    let len = (pairs.len() as u16).to_le_bytes();
    message[40..48].copy_from_slice(&[&len[..], &len, &offset].concat());
    message.extend(pairs);
    message
}

/// NegTokenInit: Kerberos, else NTLM.
fn offer() -> Vec<u8> {
    bytes(&format!("6027 06062b0601050502 a01d 301b a019 3017 {KERBEROS} {NTLM}"))
}

/// NegTokenResp with a state, and the mechanism chosen, if any.
fn answer(state: u8, mechanism: &str) -> Vec<u8> {
    let chosen = bytes(mechanism);
    let chosen = match chosen.len() {
        0 => Vec::new(),
        len => [&[0xa1, len as u8][..], &chosen].concat(),
    };
    let fields = [&[0xa0, 3, 0x0a, 1, state][..], &chosen].concat();
    let len = fields.len() as u8;
    [&[0xa1, len + 2, 0x30, len][..], &fields].concat()
}

const NTLM: &str = "060a2b06010401823702020a";
const KERBEROS: &str = "06092a864886f712010202";

struct Talk {
    session: Session,
    store: Store,
    facts: Vec<Emitted>,
    number: u64,
}

impl Talk {
    fn new() -> Self {
        let session = Session::new(Carrier::Http);
        Self { session, store: Store::new(0), facts: Vec::new(), number: 0 }
    }

    fn step<T>(&mut self, act: impl FnOnce(&mut Session, At, &mut Out<'_>) -> T) -> T {
        self.number += 1;
        let addr = std::net::Ipv4Addr::LOCALHOST.into();
        let end = |port| Endpoint { addr, port: Some(port) };
        let at = At { frame: Frame::new(0, self.number), ..At::default() };
        let flow = Frame::new(0, 1);
        let ends = Ends { client: end(40000), server: end(80), transport: Transport::Tcp, flow };
        let (store, facts) = (&mut self.store, &mut self.facts);
        let mut out = Out {
            ends: &ends,
            now: at,
            from_start: true,
            two_sided: true,
            store,
            facts,
            message_bytes_max: 1 << 18,
        };
        act(&mut self.session, at, &mut out)
    }

    fn client(&mut self, bytes: &[u8]) -> Seen {
        self.step(|session, at, out| session.client_token(at, bytes, out))
    }

    fn server(&mut self, bytes: &[u8]) -> Seen {
        self.step(|session, at, out| session.server_token(at, bytes, out))
    }

    fn status(&mut self, status: u32, ok: bool) {
        self.step(|session, at, out| session.outcome(at, status, ok, out));
    }

    fn end(&mut self) {
        self.step(|session, _, out| session.end(out));
    }

    fn ntlm(&self) -> Vec<(u64, &Ntlm)> {
        let ntlm = self.facts.iter().filter_map(|emitted| match &emitted.fact {
            proto::Fact::Auth(Fact::Ntlm(ntlm)) => Some((emitted.at.frame.number(), &**ntlm)),
            _ => None,
        });
        ntlm.collect()
    }

    fn spnego(&self) -> Vec<(Option<u8>, Option<Mechanism>)> {
        let spnego = self.facts.iter().filter_map(|emitted| match &emitted.fact {
            proto::Fact::Auth(Fact::Spnego(spnego)) => Some((spnego.state, spnego.chosen)),
            _ => None,
        });
        spnego.collect()
    }
}

#[test]
fn three_messages_and_the_page() {
    let mut talk = Talk::new();
    assert_eq!(talk.client(&negotiate()).ntlm_message, Some(1));
    talk.status(401, false);
    assert_eq!(talk.server(&challenge()).ntlm_message, Some(2));
    let seen = talk.client(&authenticate());
    assert_eq!((seen.user.as_deref(), seen.domain.as_deref()), (Some("User"), Some("Domain")));
    talk.status(200, true);
    let [(4, ntlm)] = talk.ntlm()[..] else { panic!("{:?}", talk.facts) };
    assert_eq!(ntlm.negotiate.map(|at| at.frame.number()), Some(1));
    assert_eq!(ntlm.challenge.map(|at| at.frame.number()), Some(3));
    assert_eq!(ntlm.answer.map(|at| at.frame.number()), Some(5));
    assert_eq!((ntlm.status, ntlm.accepted), (Some(200), Some(true)));
    assert_eq!(ntlm.version, NtlmVersion::V2);
    assert_eq!(ntlm.server_names, [Box::from("Server"), "Domain".into()]);
}

#[test]
fn message_3_on_another_connection_has_no_challenge() {
    let mut talk = Talk::new();
    talk.client(&authenticate());
    talk.status(401, false);
    let [(1, ntlm)] = talk.ntlm()[..] else { panic!() };
    assert_eq!((ntlm.negotiate, ntlm.challenge, ntlm.accepted), (None, None, Some(false)));
}

#[test]
fn a_connection_that_ends_gives_no_answer() {
    let mut talk = Talk::new();
    talk.client(&negotiate());
    talk.server(&challenge());
    talk.client(&authenticate());
    talk.end();
    talk.end();
    let [(3, ntlm)] = talk.ntlm()[..] else { panic!() };
    assert_eq!((ntlm.status, ntlm.answer), (None, None));
}

#[test]
fn a_second_try_has_messages_of_its_own() {
    let mut talk = Talk::new();
    for _ in 0..2 {
        talk.client(&negotiate());
        talk.server(&challenge());
        talk.client(&authenticate());
    }
    talk.end();
    let tries: Vec<_> =
        talk.ntlm().iter().map(|(at, ntlm)| (*at, ntlm.challenge.unwrap())).collect();
    assert_eq!(
        tries.iter().map(|(at, challenge)| (*at, challenge.frame.number())).collect::<Vec<_>>(),
        [(3, 2), (6, 5)]
    );
}

#[test]
fn a_challenge_shows_the_clock_of_its_server() {
    let mut talk = Talk::new();
    talk.server(&dated_challenge());
    let proto::Fact::Clock(Reading { side, clock, source }) = talk.facts[0].fact else { panic!() };
    assert_eq!((side, clock.0, source), (Side::Server, 1_000_000_000, Source::Ntlm));
}

#[test]
fn a_server_takes_none_of_the_mechanisms() {
    let mut talk = Talk::new();
    let seen = talk.client(&offer());
    assert_eq!(seen.offered, [Mechanism::Kerberos, Mechanism::Ntlm]);
    assert_eq!(talk.server(&answer(2, "")).state, Some(2));
    assert_eq!(talk.spnego(), [(Some(2), None)]);
}

#[test]
fn a_server_that_leaves_kerberos_for_ntlm_is_told_one_that_stays_is_not() {
    let mut talk = Talk::new();
    talk.client(&offer());
    talk.server(&answer(0, KERBEROS));
    assert_eq!(talk.spnego(), []);
    talk.server(&answer(1, NTLM));
    assert_eq!(talk.spnego(), [(Some(1), Some(Mechanism::Ntlm))]);
}

#[test]
fn rubbish_is_no_token() {
    let mut talk = Talk::new();
    assert_eq!(talk.client(b"rubbish"), Seen::default());
    assert_eq!(talk.server(&[]), Seen::default());
    assert_eq!(talk.client(b"NTLMSSP\0\x09\0\0\0").ntlm_message, None);
    talk.end();
    assert!(talk.facts.is_empty());
}

#[test]
fn a_ticket_is_shown_and_the_service_cannot_read_it() {
    use crate::wire::krb5::samples;
    let mut talk = Talk::new();
    let shown = talk.client(&samples::ap_req("HTTP/web.example.com"));
    assert_eq!(shown.ticket_for.as_deref(), Some("HTTP/web.example.com"));
    let refusal = samples::error(41, "20240102030405Z", "HTTP/web.example.com", &[]);
    assert_eq!(talk.server(&refusal).krb_error, Some(41));
    let exchange = |emitted: &Emitted| matches!(emitted.fact, proto::Fact::Krb5(_));
    assert_eq!(talk.facts.iter().filter(|emitted| exchange(emitted)).count(), 1);
    talk.client(&samples::ap_req("HTTP/web.example.com"));
    talk.status(200, true);
    talk.end();
    assert_eq!(talk.facts.iter().filter(|emitted| exchange(emitted)).count(), 1, "HTTP tells");
}
