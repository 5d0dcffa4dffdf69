//! `tcp-rst-injected`: a reset that its apparent sender probably never sent.

use crate::facts::{Facts, Kept, Map};
use crate::finding::{Confidence, Severity};
use crate::proto::tcp::Reset;
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{Frame, SECOND, Side};
use std::cell::OnceCell;

const ID: Id = Id::error(
    "tcp-rst-injected",
    Confidence::Likely,
    "A device in between seems to have reset the connection",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/tcp-rst-injected.md"),
    explains: &[],
    check,
};

/// Changes of route alter the TTL by one or two hops; a device in between is farther off.
const TTL_GAP: u8 = 5;

/// Resets at other sequence numbers that no host needs: a device tries several to hit the window.
const FURTHER_MIN: u32 = 3;

/// One packet alone (a SYN-ACK) may come from what stands before the host: more make its TTL sure.
const REFERENCES_MIN: u32 = 2;

/// TTLs that hosts begin with.
const TTL_BASES: [u8; 3] = [64, 128, 255];

/// Silence after which a device forgets a connection.
const IDLE_NS: i64 = 60 * SECOND;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let names = OnceCell::new();
    for (kept, reset) in facts.resets() {
        let Some((confidence, sign)) = sign(reset) else { continue };
        let names = names.get_or_init(|| self::names(facts));
        let name = names.get(&kept.emitted.ends.flow).copied();
        let worst = if is_idle_timeout(reset) { Severity::Note } else { Severity::Error };
        let found = injected(kept, reset, &sign, name);
        episodes.add(found.at_most(confidence).no_worse_than(worst));
    }
}

/// The names that clients asked for, by conversation.
fn names(facts: &Facts) -> Map<Frame, &str> {
    let named = facts.handshakes().filter_map(|(kept, handshake)| {
        Some((kept.emitted.ends.flow, handshake.hello.as_ref()?.sni.as_deref()?))
    });
    named.collect()
}

/// As many hops away as the host itself, on a system that counts from another base: the load balancer before it
/// ends what was idle.
fn is_idle_timeout(reset: &Reset) -> bool {
    let near = |(low, _): (u8, u8)| hops(low).abs_diff(hops(reset.ttl)) <= 1;
    reset.idle_ns >= IDLE_NS && reset.usual_ttl.is_some_and(near)
}

/// Routers passed, by the nearest base.
fn hops(ttl: u8) -> u8 {
    let base = TTL_BASES.into_iter().find(|base| *base >= ttl);
    base.unwrap_or(u8::MAX).saturating_sub(ttl)
}

/// Why the reset is not its sender's, and how sure that is.
fn sign(reset: &Reset) -> Option<(Confidence, String)> {
    // A client's kernel resets what a scanner opened behind its back: the TTLs are those of two programs.
    if reset.sender == Side::Client && reset.bytes == [0, 0] {
        return None;
    }
    // What still comes for a side that has closed is reset, by it or by whatever stands in for it.
    if reset.after_fin || !reset.established {
        return None;
    }
    let sure = match reset.references {
        REFERENCES_MIN.. => Confidence::Likely,
        _ => Confidence::Possible,
    };
    let other_ttl = reset.usual_ttl.filter(|(low, high)| {
        reset.ttl.saturating_add(TTL_GAP) <= *low || reset.ttl >= high.saturating_add(TTL_GAP)
    });
    let from = reset.sender.name();
    match (other_ttl, reset.sender_went_on) {
        (Some((low, _)), Some(_)) => Some((
            sure,
            format!("its TTL is {} where the {from}'s is {low}, and the {from} went on", reset.ttl),
        )),
        (Some((low, _)), None) => Some((
            sure,
            format!("its TTL is {} where the {from}'s other packets have {low}", reset.ttl),
        )),
        (None, Some(_)) => {
            Some((Confidence::Possible, format!("the {from} went on as if it had not sent it")))
        }
        (None, None) if reset.further >= FURTHER_MIN => Some((
            Confidence::Possible,
            format!("{} more followed at other sequence numbers", reset.further),
        )),
        _ => None,
    }
}

fn injected<'a>(kept: &Kept, reset: &Reset, sign: &str, name: Option<&'a str>) -> Found<'a> {
    let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
    let served = reset.bytes.iter().all(|bytes| *bytes > 0);
    // Where both sides had spoken, something worked; only the rest was cut off.
    let worst = if served { Severity::Warning } else { Severity::Error };
    let target = name.map_or_else(|| ends.server.to_string(), words::name);
    let went_on = "the apparent sender goes on";
    Found::between(&ID, ends, at)
        .no_worse_than(worst)
        .title(format!("{} to {target}: reset by a device in between", words::CLIENT))
        .cause(format!(
            "The reset bears the {}'s address, but probably is not its: {sign}. {}",
            reset.sender.name(),
            device(reset)
        ))
        .remedy(
            "Look at the devices on the way (intrusion prevention, web filter, proxy, load balancer, NAT) for a rule \
             that resets this destination or name, and for their time-outs.",
        )
        .key(format!("{} {}", reset.sender.name(), name.unwrap_or_default()))
        .service(name)
        .evidence(at, format!("RST with TTL {}", reset.ttl))
        .evidence_if(reset.sender_went_on, went_on)
        .references(&["RFC 9293 section 3.5.2", "RFC 3360"])
        .step(Step::Data, name)
}

fn device(reset: &Reset) -> &'static str {
    let [client, server] = reset.bytes;
    match reset.sender {
        _ if reset.idle_ns >= IDLE_NS => {
            "It came after a long silence: a NAT or load balancer had forgotten the connection."
        }
        Side::Server if client > 0 && server == 0 => {
            "It came right after the client's first bytes: a filter judges by what is asked for, or by whom."
        }
        _ => "A device on the way (filter, proxy, load balancer) ends this connection.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto;
    use crate::proto::tcp::Fact;
    use crate::rules::testing::{Story, at, ends, ids};

    fn reset() -> Reset {
        Reset {
            sender: Side::Server,
            ttl: 64,
            usual_ttl: Some((113, 113)),
            references: 2,
            established: true,
            after_fin: false,
            sender_went_on: None,
            further: 0,
            bytes: [517, 0],
            idle_ns: 0,
        }
    }

    fn story(reset: Reset) -> Story {
        Story::new().two_sided().fact(at(5, 0), ends(), proto::Fact::Tcp(Fact::Reset(reset)))
    }

    #[test]
    fn a_reset_from_much_nearer_than_the_server() {
        let findings = story(reset()).findings();
        assert_eq!(ids(&findings), ["tcp-rst-injected"]);
        assert_eq!(findings[0].severity, Severity::Error);
        assert!(findings[0].cause.contains("TTL is 64 where the server's other packets have 113"));
    }

    #[test]
    fn a_hop_more_or_less_is_a_route_not_a_device() {
        assert!(story(Reset { ttl: 111, ..reset() }).findings().is_empty());
        assert!(story(Reset { usual_ttl: None, ..reset() }).findings().is_empty());
    }

    #[test]
    fn a_reset_behind_the_senders_fin_or_without_a_connection_is_none_of_a_device() {
        assert!(story(Reset { after_fin: true, further: 9, ..reset() }).findings().is_empty());
        assert!(story(Reset { established: false, ..reset() }).findings().is_empty());
        let one = story(Reset { references: 1, ..reset() }).findings();
        assert_eq!(one[0].confidence, Confidence::Possible);
    }

    #[test]
    fn a_load_balancer_that_forgets_an_idle_connection_is_a_note() {
        let (usual_ttl, idle_ns) = (Some((114, 114)), 60 * SECOND);
        let idle = Reset { ttl: 242, usual_ttl, idle_ns, bytes: [900, 9_000], ..reset() };
        assert_eq!(story(idle).findings()[0].severity, Severity::Note);
    }

    #[test]
    fn a_server_that_goes_on_did_not_reset() {
        let went_on = Reset { ttl: 113, sender_went_on: Some(at(6, 0)), ..reset() };
        let findings = story(went_on).findings();
        assert_eq!(findings[0].confidence, Confidence::Possible);
        assert_eq!(findings[0].evidence[1].at.frame.number(), 6);
    }

    #[test]
    fn after_data_both_ways_it_is_a_warning() {
        let late = Reset { bytes: [900, 9_000], idle_ns: 300 * SECOND, ..reset() };
        let findings = story(late).findings();
        assert_eq!(findings[0].severity, Severity::Warning);
        assert!(findings[0].cause.contains("long silence"));
    }
}
