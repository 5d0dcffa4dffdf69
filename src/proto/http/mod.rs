//! HTTP/1 on any port and HTTP/2 in clear: requests paired with responses, bodies passed over.

mod body;
mod credentials;
mod fact;
mod held;
mod orphans;
mod request;
mod response;
mod talk;
#[cfg(test)]
mod tests;
mod text;
mod two;

pub use fact::{Challenge, Credentials, Exchange, Scheme, Version};

use super::plain::{self, Watch};
use super::{Analyzer, Chunk, HTTP, Kind, Out, PLAIN, Protocol, TLS, Then, Verdict};
use crate::units::{At, Close, Side};
use crate::wire::http::{HEAD_BYTES_MAX, Head, Start, head_end, start};
use body::{Expect, Framing};
use orphans::Orphans;
use request::{Asked, Upgrade};
use response::Answer;
use std::collections::VecDeque;
use talk::Talk;
use two::Two;

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
/// About what a request that waits takes.
const REQUEST_BYTES: usize = size_of::<Exchange>() + 256;
/// Pieces of a side in which the next message is looked for before it is given up.
const LOST_MAX: u32 = 1024;
/// Follows one connection.
#[derive(Default)]
struct Http {
    watch: Watch,
    talk: Talk,
    /// Client, server.
    readers: [Reader; 2],
    /// Requests without a final response, the oldest first.
    requests: VecDeque<Asked>,
    orphans: Orphans,
    /// The connection speaks HTTP/2.
    two: Option<Box<Two>>,
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
        let (used, then) = self.step(chunk, out);
        if then == Then::Stop {
            // Whether they are answered will not be seen.
            self.requests.clear();
            self.two = None;
        }
        (used, then)
    }

    fn gap(&mut self, side: Side, at: At, _: u64, out: &mut Out<'_>) {
        if side == Side::Server {
            self.talk.release(out);
        }
        if let Some(two) = &mut self.two {
            return two.lose(side);
        }
        let reader = &mut self.readers[side.index()];
        if !matches!(reader.expect, Expect::Close { .. } | Expect::Answer) {
            *reader = Reader { expect: Expect::Lost, ..Reader::default() };
            // Whose response comes next is not known any more, nor what became of a CONNECT.
            self.requests.clear();
            self.orphans.gap(side, at);
            let client = self.reader(Side::Client);
            if client.expect == Expect::Answer {
                client.expect = Expect::Lost;
            }
        }
    }

    fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        if side == Side::Server {
            self.talk.release(out);
        }
        self.watch.end(side, at, how, out);
        if side == Side::Server || self.watch.has_ended() {
            self.leave_unanswered(out);
        }
    }

    fn evict(&mut self, _: At, out: &mut Out<'_>) {
        self.talk.release(out);
    }

    fn held(&self) -> usize {
        let two = self.two.as_ref().map_or(0, |two| two.held());
        self.requests.len() * REQUEST_BYTES + self.talk.held() + two
    }
}

impl Http {
    fn reader(&mut self, side: Side) -> &mut Reader {
        &mut self.readers[side.index()]
    }

    fn step(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        if let Some(two) = &mut self.two {
            return two.data(chunk, &mut self.talk, out);
        }
        match self.reader(chunk.side).expect {
            Expect::Head => self.head(chunk, out),
            Expect::Answer => self.tunnel(chunk, out),
            Expect::Lost => self.find(chunk, out),
            _ => self.body(chunk, out),
        }
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
                (Start::Preface, Side::Client) => {
                    self.two = Some(Box::default());
                    return (0, Then::Skip(0));
                }
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
        let Some((mut asked, framing)) = Asked::read(section) else {
            let first = !self.talk.has_asked();
            return if first { (0, Then::Become(PLAIN)) } else { self.lose(section, out) };
        };
        self.talk.ask(&mut asked, section.at, out);
        let answered = self.orphans.answer(section.at, out.from_start);
        let waits = !answered && asked.is_connect();
        self.reader(Side::Client).expect =
            if waits { Expect::Answer } else { framing.expect(true) };
        if answered {
            return (section.bytes.len(), Then::Skip(0));
        }
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
        self.talk.release(out);
        let Some(answer) = Answer::read(Head::new(section.bytes)) else {
            return self.lose(section, out);
        };
        let used = section.bytes.len();
        if answer.is_interim() {
            self.talk.go_on(self.requests.front_mut(), section.at, answer, out);
            return (used, Then::Skip(0));
        }
        let asked = self.requests.pop_front();
        if asked.is_none() {
            self.orphans.add(section.at);
        }
        let framing = answer.framing(asked.as_ref(), bytes.get(used..).unwrap_or_default());
        self.reader(Side::Server).expect = framing.expect(answer.closes);
        let asked = asked.unwrap_or_default();
        let then = self.switch(&asked, answer.status);
        self.talk.answer(asked.exchange, section.at, answer, out);
        if framing == Framing::None || then != Then::Skip(0) {
            self.talk.release(out);
        }
        (used, then)
    }

    /// What follows a final response, or a switch to another protocol.
    fn switch(&mut self, asked: &Asked, status: u16) -> Then {
        match (status, asked.upgrade) {
            (200..=299, _) if asked.is_connect() => return Then::Detect,
            (101, Upgrade::Tls) => return Then::Detect,
            (101, Upgrade::Http2) => self.two = Some(Box::new(Two::upgraded(asked.clone()))),
            (101, _) => return Then::Stop,
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
        match chunk.bytes.len() {
            _ if begins => (0, Then::Become(TLS)),
            0..=HEAD_BYTES_MAX => (0, Then::More),
            _ => (0, Then::Stop),
        }
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

    /// Reports the requests that nobody will answer any more. Where only the client was captured that says nothing.
    fn leave_unanswered(&mut self, out: &mut Out<'_>) {
        if self.readers[Side::Server.index()].looked > 0 {
            // Its response had begun.
            self.requests.pop_front();
        }
        let streams = self.two.as_mut().map(|two| two.take()).unwrap_or_default();
        for asked in self.requests.drain(..).chain(streams) {
            self.talk.give_up(asked, self.watch.ended(), out);
        }
        self.talk.end(out);
    }
}
