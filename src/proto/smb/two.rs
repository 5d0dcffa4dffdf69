//! SMB 2 and 3: pairs responses with requests, follows logons.

use super::fact::{Fact, Failure, is_failure};
use crate::proto::auth::{Carrier, Session};
use crate::proto::clock::{Reading, Source};
use crate::proto::{self, Chunk, Out};
use crate::units::{Side, Time};
use crate::wire::smb1::Status;
use crate::wire::smb2::{self, Header};
use std::collections::VecDeque;

/// STATUS_MORE_PROCESSING_REQUIRED
const MORE_PROCESSING: u32 = 0xc000_0016;

/// STATUS_PENDING
const PENDING: u32 = 0x0000_0103;

/// Requests of a connection that wait; servers grant up to 8192 credits, few of them to requests with names.
const WAITING_MAX: usize = 256;

/// Sessions of a connection.
const SESSIONS_MAX: usize = 64;

/// Messages in one packet.
const COMPOUND_MAX: usize = 64;

/// A request that has a name and no answer yet.
struct Request {
    message_id: u64,
    name: Box<str>,
}

/// A session, from its first SESSION_SETUP on.
struct Logon {
    /// 0 until the server has given it a number.
    id: u64,
    tokens: Session,
    user: Option<Box<str>>,
}

/// The state of one connection.
#[derive(Default)]
pub(super) struct Two {
    waiting: VecDeque<Request>,
    logons: VecDeque<Logon>,
}

impl Two {
    /// The messages of one packet; the headers of later ones may refer to the session of the first.
    pub(super) fn compound(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) {
        let mut rest = chunk.bytes;
        for _ in 0..COMPOUND_MAX {
            let Ok(header) = smb2::header(rest) else { return };
            let next = header.next as usize;
            let bytes = if next == 0 { rest } else { rest.get(..next).unwrap_or(rest) };
            self.message(&header, Chunk { bytes, ..chunk }, out);
            match rest.get(next..) {
                Some(behind) if next >= smb2::HEADER_BYTES => rest = behind,
                _ => return,
            }
        }
    }

    fn message(&mut self, header: &Header, chunk: Chunk<'_>, out: &mut Out<'_>) {
        match (chunk.side, header.is_response()) {
            (Side::Client, false) => self.request(header, chunk, out),
            (Side::Server, true) => self.response(header, chunk, out),
            _ => {}
        }
    }

    fn request(&mut self, header: &Header, chunk: Chunk<'_>, out: &mut Out<'_>) {
        let name = match header.command {
            smb2::SESSION_SETUP => {
                if let Ok(token) = smb2::request_token(chunk.bytes) {
                    let logon = self.logon(header.session_id);
                    let seen = logon.tokens.client_token(chunk.at, token, out);
                    logon.user = seen.user.or(logon.user.take());
                }
                return;
            }
            smb2::TREE_CONNECT => smb2::tree_path(chunk.bytes),
            smb2::CREATE => smb2::create_name(chunk.bytes),
            _ => return,
        };
        if let Ok(name) = name {
            if self.waiting.len() >= WAITING_MAX {
                self.waiting.pop_front();
            }
            self.waiting.push_back(Request { message_id: header.message_id, name });
        }
    }

    fn response(&mut self, header: &Header, chunk: Chunk<'_>, out: &mut Out<'_>) {
        match header.command {
            smb2::NEGOTIATE => negotiated(chunk, out),
            smb2::SESSION_SETUP => self.logged_on(header, chunk, out),
            _ => {}
        }
        if header.status == PENDING {
            return;
        }
        let name = self.name(header.message_id);
        if is_failure(header.status) {
            let user = self.user(header.session_id);
            let (command, status) = (header.command, Status::Nt(header.status));
            let failure = Failure { dialect: 2, command, status, name, user };
            out.emit(chunk.at, proto::Fact::Smb(Fact::Failure(Box::new(failure))));
        }
        let refused = header.command == smb2::SESSION_SETUP && is_failure(header.status);
        if refused || header.command == smb2::LOGOFF {
            self.logons.retain(|logon| logon.id != header.session_id);
        }
    }

    /// The name that a request wanted; it is answered now.
    fn name(&mut self, message_id: u64) -> Option<Box<str>> {
        let place = self.waiting.iter().position(|request| request.message_id == message_id)?;
        self.waiting.remove(place).map(|request| request.name)
    }

    fn user(&self, session: u64) -> Option<Box<str>> {
        self.logons.iter().find(|logon| logon.id == session)?.user.clone()
    }

    /// The session of that number, or a new one.
    fn logon(&mut self, id: u64) -> &mut Logon {
        let place = self.logons.iter().position(|logon| logon.id == id);
        let place = place.unwrap_or_else(|| {
            if self.logons.len() >= SESSIONS_MAX {
                self.logons.pop_front();
            }
            let tokens = Session::new(Carrier::Smb2);
            self.logons.push_back(Logon { id, tokens, user: None });
            self.logons.len() - 1
        });
        &mut self.logons[place]
    }

    fn logged_on(&mut self, header: &Header, chunk: Chunk<'_>, out: &mut Out<'_>) {
        if !self.logons.iter().any(|logon| logon.id == header.session_id) {
            self.logon(0).id = header.session_id;
        }
        let logon = self.logon(header.session_id);
        if !is_failure(header.status)
            && let Ok(token) = smb2::response_token(chunk.bytes)
        {
            logon.tokens.server_token(chunk.at, token, out);
        }
        if header.status != MORE_PROCESSING && header.status != PENDING {
            logon.tokens.outcome(chunk.at, header.status, header.status == 0, out);
        }
    }

    /// Both sides have ended: what waits gets no answer.
    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        self.logons.iter_mut().for_each(|logon| logon.tokens.end(out));
    }

    /// About how many bytes it keeps.
    pub(super) fn held(&self) -> usize {
        let names: usize = self.waiting.iter().map(|request| request.name.len()).sum();
        names
            + self.waiting.capacity() * size_of::<Request>()
            + self.logons.capacity() * size_of::<Logon>()
    }
}

/// What the server says of itself: its clock.
fn negotiated(chunk: Chunk<'_>, out: &mut Out<'_>) {
    let answer = smb2::negotiated(chunk.bytes);
    if let Some(clock) = answer.ok().and_then(|answer| answer.system_time) {
        let reading = Reading { side: Side::Server, clock: Time(clock), source: Source::Smb2 };
        out.emit(chunk.at, proto::Fact::Clock(reading));
    }
}
