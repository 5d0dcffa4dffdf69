//! Where the kept facts of each protocol stand: a rule wants those of one, and need not walk past all others.

use super::{Facts, Kept};
use crate::proto::{Fact, tcp, tls};

/// The facts that rules ask for together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Connections that did not come about, and ICMP errors.
    Tcp,
    /// Resets of connections: there are many, and few rules want them.
    Reset,
    /// TLS handshakes.
    Handshake,
    /// Other facts of TLS.
    Tls,
    /// Conversations in the clear.
    Plain,
    /// Names.
    Dns,
    /// HTTP
    Http,
    /// Kerberos
    Krb5,
    /// Tokens, and all others.
    Auth,
}

/// Places in [`Facts::kept`], by kind.
pub type Places = [Vec<u32>; 9];

impl Kind {
    fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Tcp(tcp::Fact::Reset(_)) => Self::Reset,
            Fact::Tcp(_) => Self::Tcp,
            Fact::Tls(tls::Fact::Handshake(_)) => Self::Handshake,
            Fact::Tls(_) => Self::Tls,
            Fact::Plain(_) => Self::Plain,
            Fact::Dns(_) => Self::Dns,
            Fact::Http(_) => Self::Http,
            Fact::Krb5(_) => Self::Krb5,
            Fact::Auth(_) | Fact::Smb(_) | Fact::Clock(_) => Self::Auth,
        }
    }
}

impl Facts {
    /// The kept facts of a kind, in frame order. Nothing may be added to the kept ones once this was asked.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Kept> {
        let places = &self.places.get_or_init(|| places(&self.kept))[kind as usize];
        places.iter().filter_map(|place| self.kept.get(*place as usize).map(|kept| &**kept))
    }

    /// How many there are of a kind.
    pub fn number_of(&self, kind: Kind) -> usize {
        self.places.get_or_init(|| places(&self.kept))[kind as usize].len()
    }

    /// The kept facts of some kinds, in frame order.
    pub fn of_any(&self, kinds: &[Kind]) -> impl Iterator<Item = &Kept> {
        let all = self.places.get_or_init(|| places(&self.kept));
        let mut any: Vec<u32> =
            kinds.iter().flat_map(|kind| &all[*kind as usize]).copied().collect();
        // Stable, for that sort takes runs that are in order as they are.
        any.sort();
        any.into_iter().filter_map(|place| self.kept.get(place as usize).map(|kept| &**kept))
    }
}

fn places(kept: &[Box<Kept>]) -> Places {
    let mut places = Places::default();
    for (kept, place) in kept.iter().zip(0..) {
        places[Kind::of(&kept.emitted.fact) as usize].push(place);
    }
    places
}
