//! What one client achieved with one server.

use super::{Few, Spans};

/// A step that went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
pub type Pair = Few<Success, Spans, 1>;

static NEVER: Spans = Spans::never();

impl Pair {
    /// When that went well.
    pub fn when(&self, success: Success) -> &Spans {
        self.get(&success).unwrap_or(&NEVER)
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
            pair.entry(success).add(Time(second * SECOND));
        }
        let counts = [Success::Opened, Success::Completed, Success::WithData]
            .map(|success| pair.when(success).count);
        assert_eq!(counts, [2, 1, 0]);
    }
}
