//! Conversations that are not (yet) TLS: what the first bytes of each side look like, and whether TLS begins later.

use super::looks::Looks;
use super::tls::{self, Alert};
use super::{Analyzer, Chunk, HTTP, Kind, Out, PLAIN, Protocol, TLS, Then, Verdict, auth, http};
use crate::units::{At, Close, Side};
use memchr::memmem::{self, Finder};
use std::sync::LazyLock;

/// The entry in the list of protocols: takes everything.
pub const PROTOCOL: Protocol = Protocol {
    id: PLAIN,
    kind: Kind::Stream,
    ports: &[],
    probe: |_, _| Verdict::Yes,
    speaks: |_| None,
    new: |_| Box::new(Plain::default()),
};

/// Segments of both sides in which a TLS hello is looked for.
const CHUNKS_MAX: u32 = 64;

/// Bytes of both sides in which a TLS hello is looked for.
const BYTES_MAX: usize = 64 << 10;

/// Pieces of an HTTP server in which its complaint is looked for.
const COMPLAINT_CHUNKS_MAX: u32 = 4;

/// What servers write when plain HTTP comes to their TLS port: nginx; Apache; Tomcat; Go; HAProxy and others.
const COMPLAINTS: [&str; 4] =
    ["HTTPS port", "SSL-enabled server port", "requires TLS", "HTTP request to an HTTPS server"];

/// Find them. Made once: that costs more than to look through a segment.
static FINDERS: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| COMPLAINTS.map(Finder::new));

/// How a header of version 2 of the PROXY protocol begins; two bytes and a 16-bit length follow.
const PROXY_V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// `plain.exchange`: one for each connection that is no TLS, at its end. Where the client began with a TLS hello behind
/// the server's own first words, it comes at that hello, and a `tls.handshake` follows.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// What the client's first bytes look like, and where.
    pub client: Option<(Looks, At)>,
    /// What the server's first bytes look like, and where.
    pub server: Option<(Looks, At)>,
    /// The server's answer says that plain HTTP came to a TLS port.
    pub server_wants_tls: bool,
    /// The TLS alert that the server gave as its first bytes: level, code. It is a `tls.alert` too.
    pub server_alert: Option<(u8, u8)>,
    /// Who closed first, how, where.
    pub ended: Option<(Side, Close, At)>,
}

/// Notes the first words of both sides and how the conversation ended, for whoever reads what is not TLS.
#[derive(Default)]
pub(super) struct Watch {
    fact: Fact,
    /// The server answered `400 Bad Request`.
    bad_request: bool,
    /// Pieces of the server that were looked through for a complaint.
    looked: u32,
    ends: u8,
    reported: bool,
}

/// Watches a conversation that is not TLS.
#[derive(Default)]
struct Plain {
    watch: Watch,
    /// The client asked for TLS, or named itself, in the segment of its hello.
    asked: bool,
    chunks: u32,
    bytes: usize,
}

impl Analyzer for Plain {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        match begins_tls(chunk.bytes, out.from_start) {
            Verdict::Yes => return self.give_way(chunk, out),
            Verdict::More => return (0, Then::More),
            Verdict::No => {}
        }
        if let Some(len) = preamble(chunk.bytes).filter(|_| self.watch.first(chunk.side).is_none())
        {
            self.asked = true;
            return (len, Then::Skip(0));
        }
        if (self.watch.is_nameless() || self.watch.answers_http(chunk.side))
            && http::begins(chunk.bytes)
        {
            return (0, Then::Become(HTTP));
        }
        self.watch.note(chunk, out);
        if chunk.side == Side::Server {
            auth::kerberos_answer(chunk.at, chunk.bytes, out);
        }
        self.chunks += 1;
        self.bytes = self.bytes.saturating_add(chunk.bytes.len());
        let enough = self.chunks >= CHUNKS_MAX || self.bytes >= BYTES_MAX;
        (chunk.bytes.len(), if enough { Then::Stop } else { Then::More })
    }

    fn gap(&mut self, _: Side, _: At, _: u64, _: &mut Out<'_>) {}

    fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        self.watch.end(side, at, how, out);
    }
}

/// Whether TLS begins here: with a hello, or, where the beginning of the conversation is not there, with any records.
pub(super) fn begins_tls(bytes: &[u8], from_start: bool) -> Verdict {
    match tls::is_hello(bytes) {
        Verdict::No if !from_start => tls::are_records(bytes),
        verdict => verdict,
    }
}

/// Length of what may stand in front of a hello in one segment: a PROXY header (of HAProxy's PROXY protocol, versions
/// 1 and 2), or the packet with which a MySQL client asks for TLS and does not wait for an answer.
fn preamble(bytes: &[u8]) -> Option<usize> {
    let len = match bytes {
        _ if bytes.starts_with(b"PROXY ") => memmem::find(bytes, b"\r\n")? + 2,
        _ if bytes.starts_with(PROXY_V2) => {
            let length = bytes.get(PROXY_V2.len() + 2..)?.first_chunk()?;
            PROXY_V2.len() + 4 + usize::from(u16::from_be_bytes(*length))
        }
        [32, 0, 0, 1, ..] => 4 + 32,
        _ => return None,
    };
    (len < bytes.len()).then_some(len)
}

impl Plain {
    /// TLS takes over. A client that begins with its hello has not heard, or not heeded, the server's first words.
    fn give_way(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let fact = &mut self.watch.fact;
        let unheard = fact.client.is_none() && fact.server.is_some() && !self.asked;
        if chunk.side == Side::Client && unheard {
            fact.client = Some((Looks::Tls, chunk.at));
            self.watch.report(out);
        }
        (0, Then::Become(TLS))
    }
}

impl Watch {
    /// What the first bytes of a side looked like.
    fn first(&self, side: Side) -> Option<(Looks, At)> {
        match side {
            Side::Client => self.fact.client,
            Side::Server => self.fact.server,
        }
    }

    /// Neither side has named its protocol.
    fn is_nameless(&self) -> bool {
        let named = |side| self.first(side).is_some_and(|(looks, _)| looks.names_protocol());
        !named(Side::Client) && !named(Side::Server)
    }

    /// The server's first words come after something like a request, which was none that can be read.
    fn answers_http(&self, side: Side) -> bool {
        let like_http = self.first(Side::Client).is_some_and(|(looks, _)| looks == Looks::Http);
        side == Side::Server && like_http && self.first(Side::Server).is_none()
    }

    /// Looks at what a side sent.
    pub(super) fn note(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) {
        let slot = match chunk.side {
            Side::Client => &mut self.fact.client,
            Side::Server => &mut self.fact.server,
        };
        let first = slot.is_none();
        if first {
            *slot = Some((Looks::at(chunk.bytes), chunk.at));
        }
        if chunk.side == Side::Server {
            self.server_speaks(chunk, first, out);
        }
    }

    /// A server that expected TLS answers with an alert, or says so in words.
    fn server_speaks(&mut self, chunk: Chunk<'_>, first: bool, out: &mut Out<'_>) {
        if let (true, &[21, 3, 0..=4, 0, 2, level @ 1..=2, code, ..]) = (first, chunk.bytes) {
            self.fact.server_alert = Some((level, code));
            let clear = Some((level, code));
            let alert = Alert { sender: Side::Server, at: chunk.at, clear, record_length: 2 };
            out.emit(chunk.at, super::Fact::Tls(tls::Fact::Alert(alert)));
        }
        self.bad_request |= first
            && matches!(
                chunk.bytes,
                [b'H', b'T', b'T', b'P', b'/', b'1', b'.', _, b' ', b'4', b'0', b'0', ..]
            );
        if self.bad_request && self.looked <= COMPLAINT_CHUNKS_MAX {
            self.looked += 1;
            self.fact.server_wants_tls |= complains(chunk.bytes);
        }
    }

    /// A side sends nothing more; with the second of them the fact is reported.
    pub(super) fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        self.fact.ended.get_or_insert((side, how, at));
        self.ends += 1;
        if self.ends == 2 {
            self.report(out);
        }
    }

    /// Both sides have ended.
    pub(super) fn has_ended(&self) -> bool {
        self.ends == 2
    }

    /// Who closed first, how, where.
    pub(super) fn ended(&self) -> Option<(Side, Close, At)> {
        self.fact.ended
    }

    fn report(&mut self, out: &mut Out<'_>) {
        let first = [self.fact.client, self.fact.server].into_iter().flatten().map(|(_, at)| at);
        if let (false, Some(at)) = (self.reported, first.min_by_key(|at| at.frame)) {
            self.reported = true;
            out.emit(at, super::Fact::Plain(Box::new(self.fact.clone())));
        }
    }
}

fn complains(bytes: &[u8]) -> bool {
    FINDERS.iter().any(|finder| finder.find(bytes).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::feed::Feed;
    use crate::proto::{self, Emitted};
    use crate::units::{Endpoint, Ends, Frame, Transport};
    use crate::wire::x509::Store;

    const HELLO: &[u8] = &[22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3, 9, 9];

    /// What one conversation gives, a packet for each line; an empty line is the side's FIN.
    fn talk(lines: &[(Side, &[u8])]) -> Vec<Emitted> {
        let addr = std::net::Ipv4Addr::LOCALHOST.into();
        let end = |port| Endpoint { addr, port: Some(port) };
        let flow = Frame::new(0, 1);
        let ends = Ends { client: end(40000), server: end(443), transport: Transport::Tcp, flow };
        let (mut feed, mut store, mut facts) = (Feed::default(), Store::new(1 << 20), Vec::new());
        for ((side, bytes), number) in lines.iter().zip(1..) {
            let at = At { frame: Frame::new(0, number), ..At::default() };
            let mut out = Out {
                ends: &ends,
                now: at,
                from_start: true,
                two_sided: true,
                store: &mut store,
                facts: &mut facts,
                message_bytes_max: 1 << 18,
            };
            if bytes.is_empty() {
                feed.end(*side, at, Close::Fin, &mut out);
            } else {
                feed.push(*side, at, bytes, &mut out);
            }
        }
        facts
    }

    fn plain(facts: &[Emitted]) -> Vec<&Fact> {
        let plain = facts.iter().filter_map(|emitted| match &emitted.fact {
            proto::Fact::Plain(fact) => Some(&**fact),
            _ => None,
        });
        plain.collect()
    }

    use Side::{Client, Server};

    #[test]
    fn nginx_complains_in_a_second_segment() {
        let facts = talk(&[
            (Client, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
            (Server, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            (Server, b"The plain HTTP request was sent to HTTPS port"),
            (Server, b""),
            (Client, b""),
        ]);
        let [fact] = plain(&facts)[..] else { panic!("{facts:?}") };
        assert!(fact.server_wants_tls);
        assert_eq!(
            fact.client.map(|(looks, at)| (looks, at.frame.number())),
            Some((Looks::Http, 1))
        );
        assert_eq!(fact.ended.map(|(side, ..)| side), Some(Server));
    }

    #[test]
    fn a_page_about_https_ports_is_no_complaint() {
        let facts = talk(&[
            (Client, b"GET / HTTP/1.1\r\n\r\n"),
            (Server, b"HTTP/1.1 200 OK\r\n\r\nThe HTTPS port is 443"),
            (Server, b""),
            (Client, b""),
        ]);
        assert!(!plain(&facts)[0].server_wants_tls);
    }

    #[test]
    fn plain_text_is_answered_with_an_alert() {
        let facts = talk(&[
            (Client, b"EHLO a\r\n"),
            (Server, &[21, 3, 1, 0, 2, 2, 10]),
            (Server, b""),
            (Client, b""),
        ]);
        assert_eq!(plain(&facts)[0].server_alert, Some((2, 10)));
        assert!(matches!(facts[0].fact, proto::Fact::Tls(tls::Fact::Alert(_))));
    }

    #[test]
    fn tls_begins_behind_starttls_also_when_its_hello_comes_in_pieces() {
        let facts = talk(&[
            (Server, b"220 mail ESMTP\r\n"),
            (Client, b"STARTTLS\r\n"),
            (Server, b"220 go ahead\r\n"),
            (Client, &HELLO[..3]),
            (Client, &HELLO[3..]),
            (Server, &[21, 3, 1, 0, 2, 2, 40]),
            (Server, b""),
            (Client, b""),
        ]);
        assert!(plain(&facts).is_empty());
        let handshake = facts.iter().find_map(|emitted| match &emitted.fact {
            proto::Fact::Tls(tls::Fact::Handshake(handshake)) => Some(handshake),
            _ => None,
        });
        let handshake = handshake.expect("the hello was found");
        assert_eq!(handshake.outcome, tls::Outcome::Failed);
        assert_eq!(handshake.steps.first.map(|at| at.frame.number()), Some(5));
    }

    #[test]
    fn a_hello_may_share_its_segment_with_what_comes_before_it() {
        let proxy: &[u8] = b"PROXY TCP4 10.0.0.1 10.0.0.2 4000 443\r\n";
        let binary: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c............";
        let mysql = [&[32, 0, 0, 1][..], &[0; 32]].concat();
        for before in [proxy, binary, &mysql] {
            let facts = talk(&[
                (Server, b"J\0\0\0\x0a8.0.36\0"),
                (Client, &[before, HELLO].concat()),
                (Client, b""),
                (Server, b""),
            ]);
            assert!(plain(&facts).is_empty());
            assert!(matches!(facts[0].fact, proto::Fact::Tls(tls::Fact::Handshake(_))));
        }
    }

    #[test]
    fn a_hello_to_an_ssh_server_gives_both_facts() {
        let facts = talk(&[
            (Server, b"SSH-2.0-OpenSSH_9.2\r\n"),
            (Client, HELLO),
            (Server, b"Invalid SSH identification string.\r\n"),
            (Server, b""),
            (Client, b""),
        ]);
        let [fact] = plain(&facts)[..] else { panic!("{facts:?}") };
        assert_eq!(fact.client.map(|(looks, _)| looks), Some(Looks::Tls));
        assert_eq!(fact.server.map(|(looks, _)| looks), Some(Looks::Ssh));
        assert!(matches!(facts[1].fact, proto::Fact::Tls(tls::Fact::Handshake(_))));
    }

    #[test]
    fn a_server_refuses_what_is_hardly_a_request() {
        let facts = talk(&[
            (Client, b"GET /HTTP/1.1\nHost: a\n\n"),
            (Server, b"HTTP/1.0 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
            (Server, b""),
            (Client, b""),
        ]);
        let status = facts.iter().find_map(|emitted| match &emitted.fact {
            proto::Fact::Http(exchange) => exchange.status,
            _ => None,
        });
        assert_eq!(status, Some(403));
    }

    #[test]
    fn bulk_is_not_watched_for_long_and_is_reported_once() {
        let mut lines = vec![(Server, &[0; 1400][..]); CHUNKS_MAX as usize];
        lines.extend([(Client, HELLO), (Client, b""), (Server, b"")]);
        let facts = talk(&lines);
        assert_eq!((facts.len(), plain(&facts).len()), (1, 1), "the late hello is not read");
    }
}
