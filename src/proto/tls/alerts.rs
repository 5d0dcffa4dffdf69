//! Alerts: readable, encrypted (up to TLS 1.2), or hinted at by a record's size (TLS 1.3).

use super::{Alert, AlertHint, Ended, EndedHow, Fact, Tls};
use crate::proto::{self, Out};
use crate::units::{At, Side};

/// Alerts of one handshake that its fact lists.
const ALERTS_MAX: usize = 8;

/// Hints of one handshake that its fact lists.
const HINTS_MAX: usize = 4;

/// Records in a row that an alert's size makes an alert; Java closes with two, more are data.
const HELD_MAX: usize = 2;

/// close_notify
const CLOSE_NOTIFY: u8 = 0;

/// user_canceled; a close_notify follows.
const USER_CANCELED: u8 = 90;

impl Tls {
    /// A record of type 21.
    pub(super) fn alert(&mut self, side: Side, at: At, content: &[u8], out: &mut Out<'_>) {
        let clear = match *content {
            [] => return,
            [level @ 1..=2, code] => Some((level, code)),
            _ => None,
        };
        let record_length = u16::try_from(content.len()).unwrap_or(u16::MAX);
        let alert = Alert { sender: side, at, clear, record_length };
        // In mid-stream a type and a length are all there is: too little for a fact of its own.
        if clear.is_some() || self.greeted {
            out.emit(at, proto::Fact::Tls(Fact::Alert(alert)));
        }
        let fatal = clear.is_some_and(|(level, code)| self.is_fatal(level, code));
        let closes = clear.is_none_or(|(_, code)| fatal || code == CLOSE_NOTIFY);
        if closes {
            let end = Ended { side, how: EndedHow::Alert, at };
            self.traffic.ended_by.get_or_insert(end);
        }
        if let Some(opening) = self.opening() {
            opening.fatal |= fatal;
            if opening.fact.alerts.len() < ALERTS_MAX {
                opening.fact.alerts.push(alert);
            }
        }
    }

    /// In TLS 1.3 the level means nothing (RFC 8446 section 6).
    fn is_fatal(&self, level: u8, code: u8) -> bool {
        level == 2 || (self.sizes.is_some() && code != CLOSE_NOTIFY && code != USER_CANCELED)
    }

    /// `side` sent more than an alert behind its alert, so that was a warning.
    pub(super) fn went_on(&mut self, side: Side) {
        if self.traffic.ended_by.is_some_and(|end| end.side == side && end.how == EndedHow::Alert)
            && !self.opening().is_some_and(|opening| opening.fatal)
        {
            self.traffic.ended_by = None;
        }
    }

    /// Keeps a record of an alert's size until its place is known; `false` when such records come in numbers.
    pub(super) fn hold(&mut self, hint: AlertHint) -> bool {
        let hints = &mut self.direction(hint.sender).hints;
        let held = hints.len() < HELD_MAX;
        if held {
            hints.push(hint);
        }
        held
    }

    /// More followed: the records kept were none. How many they were.
    pub(super) fn release(&mut self, side: Side) -> u32 {
        let hints = &mut self.direction(side).hints;
        let count = hints.len();
        hints.clear();
        u32::try_from(count).unwrap_or_default()
    }

    /// Nothing followed: the records kept probably were alerts.
    pub(super) fn report_hints(&mut self, side: Side, out: &mut Out<'_>) {
        for hint in std::mem::take(&mut self.direction(side).hints) {
            out.emit(hint.at, proto::Fact::Tls(Fact::AlertHint(hint)));
            if let Some(opening) = self.opening()
                && opening.fact.hints.len() < HINTS_MAX
            {
                opening.fact.hints.push(hint);
            }
        }
    }
}
