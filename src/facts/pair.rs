//! What one client achieved with one server.

use super::Spans;
use smallvec::SmallVec;

/// A step that went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// A TCP connection came to stand.
    Opened,
    /// A TLS handshake completed.
    Completed,
    /// A TLS handshake completed, and the client sent application data.
    WithData,
    /// The server sent data in a plain (not TLS) conversation, or a KDC answered.
    PlainAnswered,
    /// The server accepted a ticket of Kerberos, and said so in Kerberos.
    TicketAccepted,
}

/// What one client achieved with one server. Most pairs know one or two kinds of success: only those take room.
#[derive(Clone, Debug, Default)]
pub struct Pair(SmallVec<[(Success, Spans); 1]>);

static NEVER: Spans = Spans::never();

impl Pair {
    /// When that went well.
    pub fn when(&self, success: Success) -> &Spans {
        self.0.iter().find(|(kind, _)| *kind == success).map_or(&NEVER, |(_, spans)| spans)
    }

    /// To note one more.
    pub fn note(&mut self, success: Success) -> &mut Spans {
        let known = self.0.iter().position(|(kind, _)| *kind == success);
        let place = known.unwrap_or_else(|| {
            self.0.push((success, Spans::never()));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }

    /// All kinds.
    pub(super) fn kinds(&self) -> &SmallVec<[(Success, Spans); 1]> {
        &self.0
    }

    /// All spans of a kind become one.
    pub(super) fn squeeze(&mut self) {
        self.0.iter_mut().for_each(|(_, spans)| spans.squeeze());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{SECOND, Time};

    #[test]
    fn each_kind_of_success_has_its_own_times() {
        let mut pair = Pair::default();
        for (success, second) in
            [(Success::Opened, 1), (Success::Completed, 2), (Success::Opened, 3)]
        {
            pair.note(success).add(Time(second * SECOND));
        }
        let counts = [Success::Opened, Success::Completed, Success::WithData]
            .map(|success| pair.when(success).count);
        assert_eq!(counts, [2, 1, 0]);
    }
}
