//! What findings are about beyond their two parties, so that a cause and its symptoms meet.

use smallvec::SmallVec;
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;

/// What a failure is about beyond its two parties: somebody needed something. A cause and its symptoms in other
/// conversations share it: who could not resolve a name, and who therefore did not reach a server.
#[derive(Clone, Debug)]
pub struct Topic<'a> {
    /// Who needed it; `None`: anybody.
    who: Option<IpAddr>,
    /// What kind of thing.
    kind: Kind,
    /// Which, in upper or lower case.
    what: Cow<'a, str>,
}

/// What may be needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Name,
    Ticket,
    User,
    Realm,
}

impl<'a> Topic<'a> {
    fn of(who: Option<IpAddr>, kind: Kind, what: &'a str) -> Self {
        Self { who, kind, what: Cow::Borrowed(what) }
    }

    /// `who` needed the address of `name`.
    pub fn name(who: IpAddr, name: &'a str) -> Self {
        Self::of(Some(who), Kind::Name, name.trim_end_matches('.'))
    }

    /// Somebody needed the address of `name`: a gateway has several addresses, and asks DNS from another one than that
    /// at which it is called.
    pub fn name_of_anybody(name: &'a str) -> Self {
        Self::of(None, Kind::Name, name.trim_end_matches('.'))
    }

    /// `who` needed a ticket for the service `principal` (`HTTP/web.example.com`).
    pub fn ticket(who: IpAddr, principal: impl Into<Cow<'a, str>>) -> Self {
        Self { who: Some(who), kind: Kind::Ticket, what: principal.into() }
    }

    /// `who` wanted to log on as `user` (without domain or realm).
    pub fn user(who: IpAddr, user: &'a str) -> Self {
        Self::of(Some(who), Kind::User, user)
    }

    /// Somebody wanted to log on as `user`: a gateway passes on what its own clients show.
    pub fn user_of_anybody(user: &'a str) -> Self {
        Self::of(None, Kind::User, user)
    }

    /// `who` needed a KDC of `realm`.
    pub fn realm(who: IpAddr, realm: &'a str) -> Self {
        Self::of(Some(who), Kind::Realm, realm)
    }
}

/// Names are compared without regard to case.
impl PartialEq for Topic<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same = match self.what.is_ascii() && other.what.is_ascii() {
            true => self.what.eq_ignore_ascii_case(&other.what),
            false => self.what.to_lowercase() == other.what.to_lowercase(),
        };
        same && (self.who, self.kind) == (other.who, other.kind)
    }
}

impl Eq for Topic<'_> {}

impl Hash for Topic<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.who, self.kind).hash(state);
        match self.what.is_ascii() {
            true => {
                let bytes = self.what.bytes().map(|byte| byte.to_ascii_lowercase());
                bytes.collect::<SmallVec<[u8; 64]>>().hash(state);
            }
            false => self.what.to_lowercase().as_bytes().hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Map;

    #[test]
    fn case_and_the_last_dot_make_no_difference() {
        let mut topics = Map::default();
        topics.insert(Topic::name_of_anybody("Mail.Contoso.com."), 1);
        assert_eq!(topics.get(&Topic::name_of_anybody("mail.contoso.COM")), Some(&1));
        topics.insert(Topic::user_of_anybody("J\u{c4}GER"), 2);
        assert_eq!(topics.get(&Topic::user_of_anybody("j\u{e4}ger")), Some(&2));
        assert_eq!(topics.get(&Topic::realm(IpAddr::from([0; 4]), "j\u{e4}ger")), None);
    }
}
