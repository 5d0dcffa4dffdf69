//! What the versions of HTTP share: exchanges completed and reported, authentication followed, clocks read.

use super::Exchange;
use super::credentials::Sessions;
use super::held::Held;
use super::request::Asked;
use super::response::Answer;
use crate::proto::clock::{Reading, Source};
use crate::proto::{Fact, Out};
use crate::units::{At, Close, SECOND, Side, Time};

/// Readings of a server's clock taken of a connection, and how far they are apart.
const DATES_MAX: u8 = 2;
const DATES_APART: i64 = 60 * SECOND;

/// The exchanges of one connection.
#[derive(Default)]
pub(super) struct Talk {
    sessions: Sessions,
    /// The last response, while words of its body are gathered.
    held: Option<Held>,
    /// A request was read.
    asked: bool,
    /// The server or the proxy has accepted credentials.
    authenticated: bool,
    /// Readings of the server's clock: how many, and when the last was taken.
    dates: (u8, Time),
}

impl Talk {
    /// A request was read.
    pub(super) fn has_asked(&self) -> bool {
        self.asked
    }

    /// Takes a request in.
    pub(super) fn ask(&mut self, asked: &mut Asked, at: At, out: &mut Out<'_>) {
        asked.exchange.first = !std::mem::replace(&mut self.asked, true) && out.from_start;
        asked.exchange.authenticated = self.authenticated;
        self.sessions.ask(asked, at, out);
    }

    /// An interim response: a 100 is an exchange of its own, its request waits on.
    pub(super) fn go_on(
        &mut self,
        asked: Option<&mut Asked>,
        at: At,
        answer: Answer,
        out: &mut Out<'_>,
    ) {
        if answer.status != 100 {
            return;
        }
        let mut exchange = match asked {
            Some(asked) => {
                let exchange = asked.exchange.clone();
                asked.exchange.continued.get_or_insert(at);
                exchange
            }
            None => Box::default(),
        };
        answer.fill(&mut exchange);
        out.emit(at, Fact::Http(exchange));
    }

    /// A final response: reported now, or when the words of its body are read.
    pub(super) fn answer(
        &mut self,
        exchange: Box<Exchange>,
        at: At,
        mut answer: Answer,
        out: &mut Out<'_>,
    ) {
        self.read_clock(&answer, at, out);
        self.sessions.answer(&mut answer, at, out);
        let shown = exchange.credentials.is_some() || exchange.proxy_credentials.is_some();
        self.authenticated |= shown && answer.status < 400;
        let held = Held::new(exchange, at, answer);
        if held.is_page {
            self.held = Some(held);
        } else {
            held.report(out);
        }
    }

    /// About how many bytes are kept.
    pub(super) fn held(&self) -> usize {
        self.held.as_ref().map_or(0, Held::size)
    }

    /// Words of a body are wanted.
    pub(super) fn holds(&self) -> bool {
        self.held.is_some()
    }

    /// Takes bytes of the body at hand, as many as are wanted; how many.
    pub(super) fn gather(&mut self, bytes: &[u8], out: &mut Out<'_>) -> usize {
        let Some(held) = &mut self.held else { return 0 };
        let taken = held.add(bytes);
        if held.is_full() {
            self.release(out);
        }
        taken
    }

    /// Reports the response whose words were gathered.
    pub(super) fn release(&mut self, out: &mut Out<'_>) {
        if let Some(held) = self.held.take() {
            held.report(out);
        }
    }

    /// Nobody will answer this request any more. Where only the client was captured that says nothing.
    pub(super) fn give_up(
        &mut self,
        mut asked: Asked,
        ended: Option<(Side, Close, At)>,
        out: &mut Out<'_>,
    ) {
        if out.two_sided {
            asked.exchange.ended = ended;
            let at = asked.exchange.request.unwrap_or(out.now);
            out.emit(at, Fact::Http(asked.exchange));
        }
    }

    /// The connection ends.
    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        self.sessions.end(out);
    }

    /// Takes a reading of the server's clock, now and then.
    fn read_clock(&mut self, answer: &Answer, at: At, out: &mut Out<'_>) {
        let Some(date) = answer.date else { return };
        let (count, last) = self.dates;
        if count < DATES_MAX && (count == 0 || at.time.since(last) >= DATES_APART) {
            self.dates = (count + 1, at.time);
            let clock = Time(date.saturating_mul(SECOND));
            let reading = Reading { side: Side::Server, clock, source: Source::HttpDate };
            out.emit(at, Fact::Clock(reading));
        }
    }
}
