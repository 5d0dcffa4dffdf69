//! How a handshake came out, and when that is known.

use super::handshake::Opening;
use super::{Ended, EndedHow, Fact, Outcome, Stage, Tls};
use crate::proto::{self, Out};
use crate::units::{At, Close, Side};

impl Tls {
    /// Reports the handshake once nothing that follows can belong to it.
    pub(super) fn report_when_settled(&mut self, out: &mut Out<'_>) {
        if self.opening().is_some_and(|opening| opening.is_settled()) {
            self.report(out);
        }
    }

    /// Reports the handshake with what is known of it now.
    fn report(&mut self, out: &mut Out<'_>) {
        let Stage::Outcome(mut opening) = std::mem::replace(&mut self.stage, Stage::End) else {
            return;
        };
        opening.close_flight();
        opening.fact.incomplete |= opening.fact.steps.client_hello.is_none() && !out.from_start;
        let outcome = self.outcome(&opening, out);
        let mut fact = opening.fact;
        let Some(first) = fact.steps.first else { return };
        self.traffic.data_records = fact.data_records;
        fact.outcome = outcome;
        fact.reversed = self.reversed;
        fact.ended_by = self.traffic.ended_by;
        fact.ended_other = self.ended_other;
        fact.two_sided = out.two_sided;
        if outcome == Outcome::Completed {
            fact.key_exchange = None;
        }
        let at = fact.steps.client_hello.unwrap_or(first);
        out.emit(at, proto::Fact::Tls(Fact::Handshake(fact)));
    }

    fn outcome(&self, opening: &Opening, out: &Out<'_>) -> Outcome {
        if opening.is_completed() {
            return Outcome::Completed;
        }
        if opening.fatal {
            return Outcome::Failed;
        }
        if opening.fact.incomplete || !out.two_sided {
            return Outcome::Unknown;
        }
        let ends = self.directions.iter().filter_map(|direction| direction.ended);
        match ends.min() {
            Some(Close::Fin | Close::Reset) => Outcome::Failed,
            Some(Close::Silence) => Outcome::Abandoned,
            Some(Close::CaptureEnd) | None => Outcome::Unknown,
        }
    }

    /// `side` sends nothing more.
    pub(super) fn side_ended(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>) {
        if self.direction(side).ended.replace(how).is_some() {
            return;
        }
        let opened = self.opening().is_none_or(|opening| opening.is_completed());
        // Where the capture ends in traffic, a record of an alert's size is one of many.
        if how == Close::CaptureEnd && opened {
            self.release(side);
        }
        self.report_hints(side, out);
        self.note_end(Ended { side, how: EndedHow::Transport(how), at });
        if self.directions.iter().all(|direction| direction.ended.is_some()) {
            self.over(at, out);
        }
    }

    fn note_end(&mut self, end: Ended) {
        let first = *self.traffic.ended_by.get_or_insert(end);
        let closed = matches!(end.how, EndedHow::Transport(Close::Fin | Close::Reset));
        // A reset ends both sides at one packet; only its sender ended anything.
        if closed && first.side != end.side && first.at != end.at {
            self.ended_other.get_or_insert(end);
        }
    }

    fn over(&mut self, at: At, out: &mut Out<'_>) {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Outcome(opening) => {
                self.stage = Stage::Outcome(opening);
                self.report(out);
                self.stage = Stage::Over;
            }
            Stage::End => out.emit(at, proto::Fact::Tls(Fact::Ended(self.traffic))),
            Stage::Over => {}
        }
    }
}
