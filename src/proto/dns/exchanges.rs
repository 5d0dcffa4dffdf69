//! Brings questions and answers of a conversation together.

use super::{Answer, Dialect, Exchange, answer};
use crate::proto::{Chunk, Fact, Out};
use crate::units::{At, SECOND, Side};
use crate::wire::dns::{Message, Name, Question, kind};
use smallvec::SmallVec;

/// Questions of a conversation that wait for answers; beyond, the oldest is given up without a word.
const PENDING_MAX: usize = 64;

/// After this long the same question with the same id is another one.
const PATIENCE_NS: i64 = 30 * SECOND;

/// The bit of a class with which mDNS asks for an answer to itself alone, or flushes caches (RFC 6762 section 18.12).
const MDNS_BIT: u16 = 0x8000;

/// The exchanges of one conversation. Most have one question.
pub(super) struct Exchanges {
    dialect: Dialect,
    pending: SmallVec<[Pending; 1]>,
}

/// A question that waits.
struct Pending {
    id: u16,
    asker: Side,
    asked: Asked,
    first: At,
    last: At,
    attempts: u32,
    recursive: bool,
}

/// What is asked for.
struct Asked {
    opcode: u8,
    name: Box<str>,
    kind: u16,
    class: u16,
}

impl Exchanges {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, pending: SmallVec::new() }
    }

    /// Takes a message.
    pub(super) fn take(&mut self, message: &Message<'_>, chunk: Chunk<'_>, out: &mut Out<'_>) {
        if message.header.is_response() {
            self.answer(message, chunk, out);
        } else {
            self.ask(message, chunk, out);
        }
    }

    fn ask(&mut self, message: &Message<'_>, chunk: Chunk<'_>, out: &mut Out<'_>) {
        let Some(question) = &message.question else { return };
        if !self.dialect.wants(question.kind) {
            return;
        }
        if let Some(index) = self.find(message, chunk.side) {
            if let Some(known) = self.pending.get_mut(index)
                && chunk.at.time.since(known.last.time) < PATIENCE_NS
            {
                known.attempts = known.attempts.saturating_add(1);
                known.last = chunk.at;
                return;
            }
            let old = self.pending.remove(index);
            self.give_up(old, out);
        }
        if self.pending.len() >= PENDING_MAX {
            self.pending.remove(0);
        }
        let header = &message.header;
        self.pending.push(Pending {
            id: header.id,
            asker: chunk.side,
            asked: Asked::new(header.opcode(), question, self.dialect),
            first: chunk.at,
            last: chunk.at,
            attempts: 1,
            recursive: header.wants_recursion(),
        });
    }

    fn answer(&mut self, message: &Message<'_>, chunk: Chunk<'_>, out: &mut Out<'_>) {
        let pending = self.find(message, chunk.side.other()).map(|at| self.pending.remove(at));
        let (asker, asked, question) = match pending {
            Some(known) => {
                let question = (known.first, known.last, known.attempts, known.recursive);
                (known.asker, known.asked, Some(question))
            }
            None => (chunk.side.other(), Asked::by(message, self.dialect), None),
        };
        let answer = answer::read(message, self.dialect, &asked.name);
        let recursive = message.header.wants_recursion();
        let exchange = Exchange {
            dialect: self.dialect,
            opcode: asked.opcode,
            qname: asked.name,
            qtype: asked.kind,
            qclass: asked.class,
            question: question.map(|(first, ..)| first),
            repeated: question.map(|(_, last, ..)| last),
            attempts: question.map_or(0, |(_, _, attempts, _)| attempts),
            recursive: question.map_or(recursive, |(.., recursive)| recursive),
            answer: Some(answer),
        };
        emit(asker, chunk.at, exchange, out);
    }

    /// The waiting question of `asker` that a message repeats or answers: by id and question; by id alone where the
    /// message has no readable question.
    fn find(&self, message: &Message<'_>, asker: Side) -> Option<usize> {
        let Self { dialect, pending } = self;
        pending.iter().position(|known| {
            known.id == message.header.id
                && known.asker == asker
                && known.asked.opcode == message.header.opcode()
                && message.question.is_none_or(|question| known.asked.is(&question, *dialect))
        })
    }

    /// A question waits; among the kin of DNS, where many talk from one port, always.
    pub(super) fn is_waiting(&self) -> bool {
        self.dialect != Dialect::Dns || !self.pending.is_empty()
    }

    /// About how many bytes the waiting questions take beyond the first.
    pub(super) fn held(&self) -> usize {
        let names: usize = self.pending.iter().map(|pending| pending.asked.name.len()).sum();
        names + self.pending.len().saturating_sub(1) * size_of::<Pending>()
    }

    /// No more will come: what waits has no answer.
    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        for pending in std::mem::take(&mut self.pending) {
            self.give_up(pending, out);
        }
    }

    /// Bytes are missing: what waits may have been answered in them.
    pub(super) fn forget(&mut self) {
        self.pending.clear();
    }

    fn give_up(&self, pending: Pending, out: &mut Out<'_>) {
        let Pending { asked, first, last, attempts, recursive, .. } = pending;
        let exchange = Exchange {
            dialect: self.dialect,
            opcode: asked.opcode,
            qname: asked.name,
            qtype: asked.kind,
            qclass: asked.class,
            question: Some(first),
            repeated: Some(last),
            attempts,
            recursive,
            answer: None::<Answer>,
        };
        emit(pending.asker, first, exchange, out);
    }
}

/// Reports an exchange with who asked as the client, whoever opened the conversation (servers ask from port 53, too).
fn emit(asker: Side, at: At, exchange: Exchange, out: &mut Out<'_>) {
    let fact = Fact::Dns(Box::new(exchange));
    match asker {
        Side::Client => out.emit(at, fact),
        Side::Server => out.emit_turned(at, fact),
    }
}

impl Dialect {
    /// Questions worth pairing: hosts that look around by mDNS ask for services all the time.
    fn wants(self, kind: u16) -> bool {
        self != Self::Mdns || matches!(kind, kind::A | kind::AAAA | kind::ANY)
    }

    fn text(self, name: Name<'_>) -> Box<str> {
        let netbios = if self == Self::Nbns { name.netbios() } else { None };
        netbios.map_or_else(|| answer::text(name), String::into_boxed_str)
    }

    fn same(self, name: Name<'_>, text: &str) -> bool {
        let netbios = if self == Self::Nbns { name.netbios() } else { None };
        netbios.map_or_else(|| name.is(text), |name| name == text)
    }

    fn class(self, class: u16) -> u16 {
        if self == Self::Mdns { class & !MDNS_BIT } else { class }
    }
}

impl Asked {
    fn new(opcode: u8, question: &Question<'_>, dialect: Dialect) -> Self {
        let Question { name, kind, class } = *question;
        Self { opcode, name: dialect.text(name), kind, class: dialect.class(class) }
    }

    /// What a response is about: its question, else its first record.
    fn by(message: &Message<'_>, dialect: Dialect) -> Self {
        let opcode = message.header.opcode();
        if let Some(question) = &message.question {
            return Self::new(opcode, question, dialect);
        }
        if let Some(Ok(record)) = message.records().next() {
            let (name, class) = (dialect.text(record.name), dialect.class(record.class));
            return Self { opcode, name, kind: record.kind, class };
        }
        let name = message.broken_name().map(|name| dialect.text(name)).unwrap_or_default();
        Self { opcode, name, kind: 0, class: 0 }
    }

    fn is(&self, question: &Question<'_>, dialect: Dialect) -> bool {
        self.kind == question.kind
            && self.class == dialect.class(question.class)
            && dialect.same(question.name, &self.name)
    }
}
