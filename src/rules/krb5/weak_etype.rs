//! `krb-weak-etype`: tickets under DES or RC4.

use crate::codes;
use crate::facts::{Facts, Map, Tickets, sorted};
use crate::finding::{Confidence, Party};
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::{At, Endpoint, Transport};
use std::collections::BTreeSet;
use std::net::IpAddr;

const ID: Id =
    Id::warning("krb-weak-etype", Confidence::Certain, "Weak encryption type in use (DES or RC4)");

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/krb-weak-etype.md"), explains: &[], check };

/// des-cbc-crc, des-cbc-md4, des-cbc-md5 (RFC 6649); rc4-hmac and rc4-hmac-exp (RFC 8429).
const DES: [i32; 3] = [1, 2, 3];
const RC4: [i32; 2] = [23, 24];

/// Services and clients that are gathered of one KDC, and packets that are shown.
const NAMES_MAX: usize = 64;
const SHOWN_MAX: usize = 8;

/// What one KDC issued.
#[derive(Default)]
struct Weak<'a> {
    etypes: BTreeSet<i32>,
    services: BTreeSet<&'a str>,
    users: BTreeSet<&'a str>,
    clients: BTreeSet<IpAddr>,
    /// The ticket itself is weak, not only what the client can read of the reply.
    tickets: bool,
    count: u64,
    shown: Vec<(At, &'a str)>,
}

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut kdcs: Map<Endpoint, Weak<'_>> = Map::default();
    let weak = facts.tickets.iter().filter(|(_, tickets)| weak(tickets).next().is_some());
    let mut weak: Vec<_> = weak.collect();
    weak.sort_unstable_by_key(|(key, _)| *key);
    for ((client, _), tickets) in weak {
        if let Some((at, kdc)) = tickets.first {
            kdcs.entry(kdc).or_default().add(*client, tickets, at);
        }
    }
    for (kdc, weak) in sorted(&kdcs) {
        weak.found(*kdc).into_iter().for_each(|found| episodes.add(found));
    }
}

/// Weak types in use, whether the ticket is under them, and how often.
fn weak(tickets: &Tickets) -> impl Iterator<Item = (i32, bool, u64)> {
    tickets.etypes.iter().flat_map(|((ticket, reply), count)| {
        let both = [(*ticket, true, *count), (*reply, false, *count)];
        both.into_iter().filter(|(etype, ..)| is_weak(*etype))
    })
}

fn is_weak(etype: i32) -> bool {
    DES.contains(&etype) || RC4.contains(&etype)
}

impl<'a> Weak<'a> {
    fn add(&mut self, client: IpAddr, tickets: &'a Tickets, at: At) {
        for (etype, ticket, _) in weak(tickets) {
            self.etypes.insert(etype);
            self.tickets |= ticket;
        }
        let weak = |(pair, _): &(&(i32, i32), &u64)| is_weak(pair.0) || is_weak(pair.1);
        self.count += tickets.etypes.iter().filter(weak).map(|(_, count)| count).sum::<u64>();
        put(&mut self.services, &tickets.name);
        put(&mut self.clients, client);
        for (user, _) in &tickets.users {
            put(&mut self.users, user);
        }
        let place = self.shown.partition_point(|(known, _)| *known < at);
        self.shown.insert(place, (at, &tickets.name));
        self.shown.truncate(SHOWN_MAX);
    }

    fn found(&self, kdc: Endpoint) -> Option<Found<'a>> {
        let (first, _) = self.shown.first()?;
        let types = words::list(self.etypes.iter().map(|etype| codes::etype_name(*etype)));
        let services = words::list(&self.services);
        let what = match self.tickets {
            true => "issues tickets",
            false => "encrypts replies",
        };
        let mut found = Found::about(&ID, kdc, *first)
            .over(Transport::Ip)
            .seen_by(self.only_client())
            .title(format!("KDC {kdc} {what} under {types}: for {services}"))
            .cause(format!(
                "{} under {types} {} issued for {services}{}. DES and RC4 can be broken offline, and systems that \
                 refuse them answer 14 (ETYPE_NOSUPP) as soon as they are hardened.",
                words::counted(self.count, "ticket"),
                if self.count == 1 { "was" } else { "were" },
                self.for_users()
            ))
            .remedy(
                "Enable AES for the accounts named (msDS-SupportedEncryptionTypes 0x18), set their passwords once so \
                 that AES keys exist (krbtgt twice), export keytabs again; then switch RC4 and DES off.",
            )
            .key("weak")
            .times(self.count, first.time, self.shown.last().map_or(first.time, |(at, _)| at.time))
            .references(&["RFC 6649", "RFC 8429"]);
        for (at, service) in &self.shown {
            found = found.evidence(*at, format!("ticket for {}", words::name(service)));
        }
        for etype in &self.etypes {
            found = found.code("kerberos_etype", i64::from(*etype), codes::etype_name(*etype));
        }
        Some(found)
    }

    fn only_client(&self) -> Option<Party> {
        let mut clients = self.clients.iter();
        let first = clients.next()?;
        clients.next().is_none().then_some(Party::Host(*first))
    }

    fn for_users(&self) -> String {
        match self.users.is_empty() {
            true => String::new(),
            false => format!(", to {}", words::list(&self.users)),
        }
    }
}

fn put<T: Ord>(set: &mut BTreeSet<T>, item: T) {
    if set.len() < NAMES_MAX {
        set.insert(item);
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Story, at, ids};
    use crate::rules::testing_krb5::issue;

    fn issued(etypes: (i32, i32)) -> Story {
        Story::new().with(|facts| {
            issue(facts, "cifs/fs.example.com", "alice@example.com", at(4, 0));
            facts.tickets.values_mut().for_each(|tickets| tickets.etypes = [(etypes, 3)].into());
        })
    }

    #[test]
    fn tickets_under_rc4_are_a_warning_that_names_the_service() {
        let findings = issued((23, 18)).findings();
        assert_eq!(ids(&findings), ["krb-weak-etype"]);
        let finding = &findings[0];
        assert_eq!((finding.severity, finding.count), (Severity::Warning, 3));
        assert!(finding.title.contains("for cifs/fs.example.com"), "{}", finding.title);
        assert!(finding.cause.contains("to alice@example.com"), "{}", finding.cause);
        assert_eq!((finding.codes[0].space, finding.codes[0].code), ("kerberos_etype", 23));
    }

    #[test]
    fn names_are_written_as_they_were_asked_for() {
        let findings = issued((23, 18)).with(|facts| {
            facts.tickets.values_mut().for_each(|tickets| tickets.name = "cifs/FS01".into());
        });
        let title = &findings.findings()[0].title;
        assert!(title.ends_with("for cifs/FS01"), "{title}");
    }

    #[test]
    fn aes_is_nothing() {
        assert!(issued((18, 18)).findings().is_empty());
        assert!(issued((20, 17)).findings().is_empty());
    }
}
