//! HTTP/1 on any port and HTTP/2 in clear: requests paired with responses, bodies passed over.

mod body;
mod credentials;
mod fact;
mod held;
mod request;
mod response;
mod text;

pub use fact::{Challenge, Credentials, Exchange, Scheme, Version};

use super::clock::{Reading, Source};
use super::plain::{self, Watch};
use super::{Analyzer, Chunk, HTTP, Kind, Out, PLAIN, Protocol, TLS, Then, Verdict};
use crate::units::{At, Close, SECOND, Side, Time};
use crate::wire::http::{HEAD_BYTES_MAX, Head, Start, head_end, start};
use body::{Expect, Framing};
use credentials::Sessions;
use held::Held;
use request::{Asked, Upgrade};
use response::Answer;
use std::collections::VecDeque;

/// The entry in the list of protocols.
pub const PROTOCOL: Protocol = Protocol {
    id: HTTP,
    kind: Kind::Stream,
    ports: &[],
    probe: |_, bytes| match start(bytes) {
        Start::Request | Start::Response | Start::Preface => Verdict::Yes,
        Start::More => Verdict::More,
        Start::Other => Verdict::No,
    },
    speaks: |bytes| match start(bytes) {
        Start::Request | Start::Preface => Some(Side::Client),
        Start::Response => Some(Side::Server),
        Start::More | Start::Other => None,
    },
    new: |_| Box::new(Http::default()),
};

/// A message begins here.
pub(super) fn begins(bytes: &[u8]) -> bool {
    matches!(start(bytes), Start::Request | Start::Response | Start::Preface)
}

/// Requests that may wait for their response: nobody pipelines more.
const REQUESTS_MAX: usize = 256;
/// Pieces of a side in which the next message is looked for before it is given up.
const LOST_MAX: u32 = 1024;
/// Readings of a server's clock taken of a connection, and how far they are apart.
const DATES_MAX: u8 = 2;
const DATES_APART: i64 = 60 * SECOND;

/// Follows one connection.
#[derive(Default)]
struct Http {
    watch: Watch,
    /// Client, server.
    readers: [Reader; 2],
    /// Requests without a final response, the oldest first.
    requests: VecDeque<Asked>,
    /// The last response, while words of its body are gathered.
    held: Option<Held>,
    /// A request was read.
    asked: bool,
    sessions: Sessions,
    /// The server has accepted credentials.
    authenticated: bool,
    /// Readings of the server's clock: how many, and when the last was taken.
    dates: (u8, Time),
}

/// One side's place in its messages.
#[derive(Default)]
struct Reader {
    expect: Expect,
    /// Bytes of the header section at hand in which its end was looked for.
    looked: usize,
    /// Pieces in which the next message was looked for.
    lost: u32,
}

impl Analyzer for Http {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        self.watch.note(chunk, out);
        match self.readers[chunk.side.index()].expect {
            Expect::Head => self.head(chunk, out),
            Expect::Answer => self.tunnel(chunk, out),
            Expect::Lost => self.find(chunk, out),
            _ => self.body(chunk, out),
        }
    }

    fn gap(&mut self, side: Side, _: At, _: u64, out: &mut Out<'_>) {
        if side == Side::Server {
            self.release(out);
        }
        let reader = &mut self.readers[side.index()];
        if !matches!(reader.expect, Expect::Close { .. } | Expect::Answer) {
            // Whose response comes next is not known any more.
            self.requests.clear();
            *reader = Reader { expect: Expect::Lost, ..Reader::default() };
        }
    }

    fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        if side == Side::Server {
            self.release(out);
        }
        self.watch.end(side, at, how, out);
        if side == Side::Server || self.watch.has_ended() {
            self.leave_unanswered(out);
            self.sessions.end(out);
        }
    }
}

impl Http {
    fn reader(&mut self, side: Side) -> &mut Reader {
        &mut self.readers[side.index()]
    }

    fn head(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let reader = &mut self.readers[chunk.side.index()];
        if reader.looked == 0 {
            let blank = chunk.bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank > 0 {
                return (blank, Then::Skip(0));
            }
            match (start(chunk.bytes), chunk.side) {
                (Start::Request, Side::Client) | (Start::Response, Side::Server) => {}
                (Start::More, _) => return (0, Then::More),
                _ => return self.lose(chunk, out),
            }
        }
        let Some(len) = head_end(chunk.bytes, reader.looked) else {
            reader.looked = chunk.bytes.len();
            let then = if reader.looked > HEAD_BYTES_MAX { Then::Stop } else { Then::More };
            return (0, then);
        };
        reader.looked = 0;
        let section = chunk.bytes.get(..len).unwrap_or_default();
        match chunk.side {
            Side::Client => self.request(Chunk { bytes: section, ..chunk }, out),
            Side::Server => self.response(Chunk { bytes: section, ..chunk }, chunk.bytes, out),
        }
    }

    /// Takes a request's header section in.
    fn request(&mut self, section: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let first = !std::mem::replace(&mut self.asked, true);
        let Some((mut asked, framing)) = Asked::read(section) else {
            return if first { (0, Then::Become(PLAIN)) } else { self.lose(section, out) };
        };
        asked.exchange.first = first && out.from_start;
        asked.exchange.authenticated = self.authenticated;
        self.sessions.ask(&mut asked, section.at, out);
        let waits = asked.is_connect();
        self.reader(Side::Client).expect =
            if waits { Expect::Answer } else { framing.expect(true) };
        if self.requests.len() == REQUESTS_MAX {
            if out.two_sided {
                return (section.bytes.len(), Then::Stop);
            }
            self.requests.pop_front();
        }
        self.requests.push_back(asked);
        (section.bytes.len(), Then::Skip(0))
    }

    /// Takes a response's header section in; `bytes` are all that is there.
    fn response(&mut self, section: Chunk<'_>, bytes: &[u8], out: &mut Out<'_>) -> (usize, Then) {
        self.release(out);
        let head = Head::new(section.bytes);
        let Some(answer) = Answer::read(head) else { return self.lose(section, out) };
        self.read_clock(&answer, section.at, out);
        let used = section.bytes.len();
        match answer.status {
            100 => {
                self.goes_on(section.at, &answer, out);
                (used, Then::Skip(0))
            }
            102..=199 => (used, Then::Skip(0)),
            _ => {
                (used, self.finish(answer, section.at, bytes.get(used..).unwrap_or_default(), out))
            }
        }
    }

    /// A 100: an exchange of its own, its request waits on.
    fn goes_on(&mut self, at: At, answer: &Answer, out: &mut Out<'_>) {
        let mut exchange = match self.requests.front_mut() {
            Some(asked) => {
                let exchange = asked.exchange.clone();
                asked.exchange.continued.get_or_insert(at);
                exchange
            }
            None => Box::default(),
        };
        answer.clone().fill(&mut exchange);
        out.emit(at, super::Fact::Http(exchange));
    }

    /// A final response, or the switch to another protocol; `rest` stands behind its header section.
    fn finish(&mut self, mut answer: Answer, at: At, rest: &[u8], out: &mut Out<'_>) -> Then {
        let asked = self.requests.pop_front();
        let framing = answer.framing(asked.as_ref(), rest);
        let closes = answer.closes;
        self.sessions.answer(&mut answer, at, out);
        let asked = asked.unwrap_or_default();
        let (tunnel, upgrade) = (asked.is_connect(), asked.upgrade);
        let status = answer.status;
        self.authenticated |= status < 400 && asked.exchange.credentials.is_some();
        let held = Held::new(asked.exchange, at, answer);
        if framing == Framing::None || !held.is_page {
            held.report(out);
        } else {
            self.held = Some(held);
        }
        self.reader(Side::Server).expect = framing.expect(closes);
        match (tunnel, status) {
            (true, 200..=299) => return Then::Detect,
            (_, 101) if upgrade == Upgrade::Tls => return Then::Detect,
            (_, 101) => return Then::Stop,
            _ => {}
        }
        let client = self.reader(Side::Client);
        if client.expect == Expect::Answer {
            *client = Reader::default();
        }
        client.expect.answered();
        Then::Skip(0)
    }

    /// The client waits for what becomes of its CONNECT. Where nothing of the server was captured, it is taken to have
    /// worked when TLS begins.
    fn tunnel(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let begins = !out.two_sided && plain::begins_tls(chunk.bytes, false) == Verdict::Yes;
        (0, if begins { Then::Become(TLS) } else { Then::More })
    }

    /// What stands here is no message: goes on where the next one begins.
    fn lose(&mut self, chunk: Chunk<'_>, out: &Out<'_>) -> (usize, Then) {
        let reader = &mut self.readers[chunk.side.index()];
        if chunk.side == Side::Server && reader.expect != Expect::Lost {
            self.requests.clear();
        }
        reader.expect = Expect::Lost;
        reader.looked = 0;
        match plain::begins_tls(chunk.bytes, out.from_start) {
            Verdict::Yes => return (0, Then::Become(TLS)),
            Verdict::More => return (0, Then::More),
            Verdict::No => {}
        }
        reader.lost += 1;
        let then = if reader.lost >= LOST_MAX { Then::Stop } else { Then::More };
        (chunk.bytes.len(), then)
    }

    /// Looks for the next message, at the beginning of a segment only: anywhere else the words may stand in a body.
    fn find(&mut self, chunk: Chunk<'_>, out: &Out<'_>) -> (usize, Then) {
        match (start(chunk.bytes), chunk.side) {
            (Start::Request, Side::Client) | (Start::Response, Side::Server) => {
                self.reader(chunk.side).expect = Expect::Head;
                (0, Then::Skip(0))
            }
            _ => self.lose(chunk, out),
        }
    }

    /// Reports the response whose words were gathered.
    fn release(&mut self, out: &mut Out<'_>) {
        if let Some(held) = self.held.take() {
            held.report(out);
        }
    }

    /// Reports the requests that nobody will answer any more. Where only the client was captured that says nothing.
    fn leave_unanswered(&mut self, out: &mut Out<'_>) {
        if self.readers[Side::Server.index()].looked > 0 {
            // Its response had begun.
            self.requests.pop_front();
        }
        if !out.two_sided {
            return self.requests.clear();
        }
        for mut asked in self.requests.drain(..) {
            asked.exchange.ended = self.watch.ended();
            let at = asked.exchange.request.unwrap_or(out.now);
            out.emit(at, super::Fact::Http(asked.exchange));
        }
    }

    /// Takes a reading of the server's clock, now and then.
    fn read_clock(&mut self, answer: &Answer, at: At, out: &mut Out<'_>) {
        let Some(date) = answer.date else { return };
        let (count, last) = self.dates;
        if count < DATES_MAX && (count == 0 || at.time.since(last) >= DATES_APART) {
            self.dates = (count + 1, at.time);
            let clock = Time(date.saturating_mul(SECOND));
            let reading = Reading { side: Side::Server, clock, source: Source::HttpDate };
            out.emit(at, super::Fact::Clock(reading));
        }
    }
}
