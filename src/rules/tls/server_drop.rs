//! `tls-server-drop`: the server resets established connections again and again at the same byte.

use crate::facts::{Facts, Kept};
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, Set, words};
use crate::units::{Endpoint, Frame, Side};
use std::collections::BTreeMap;

const ID: Id = Id::warning(
    "tls-server-drop",
    Confidence::Likely,
    "The server resets connections again and again after the same number of bytes",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/tls-server-drop.md"), explains: &[], check };

/// Connections that must break at the same byte.
const REPEATS_MIN: usize = 3;

/// Where a connection broke: server, bytes of the client, bytes of the server.
type Place = (Endpoint, [u64; 2]);

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut places: BTreeMap<Place, Vec<&Kept>> = BTreeMap::new();
    for (kept, reset) in facts.resets() {
        let ends = &kept.emitted.ends;
        let both = reset.bytes.iter().all(|bytes| *bytes > 0);
        let speaks_tls =
            || facts.servers.get(&ends.server).is_some_and(|server| server.completed.count > 0);
        if reset.sender == Side::Server && both && speaks_tls() {
            places.entry((ends.server, reset.bytes)).or_default().push(kept);
        }
    }
    places.retain(|_, resets| resets.len() >= REPEATS_MIN);
    if places.is_empty() {
        return;
    }
    let failed: Set<Frame> = facts.handshakes().map(|(kept, _)| kept.emitted.ends.flow).collect();
    for ((_, [client, server]), mut resets) in places {
        resets.retain(|kept| !failed.contains(&kept.emitted.ends.flow));
        if resets.len() >= REPEATS_MIN {
            resets.iter().for_each(|kept| episodes.add(dropped(kept, client, server)));
        }
    }
}

fn dropped<'a>(kept: &Kept, client: u64, server: u64) -> Found<'a> {
    let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
    Found::between(&ID, ends, at)
        .title(format!(
            "{} resets {} again and again after {client} bytes received",
            ends.server,
            words::CLIENT
        ))
        .cause(format!(
            "The handshake succeeds, then {} resets the connection when it has received {client} bytes and sent {server}, \
             each time the same: what the client asks for there makes the program, a filter or a backend fail. The \
             handshake is not to blame.",
            ends.server
        ))
        .remedy(format!("Read the log of the application on {}; look at filters on what is asked for.", ends.server))
        .key(format!("{client} {server}"))
        .evidence(at, format!("RST of the server after {client} bytes of the client"))
        .references(&["RFC 9293 section 3.5.2"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{Fact, tcp};
    use crate::rules::testing::{Story, at, flow, ids};

    fn resets(bytes: &[[u64; 2]]) -> Story {
        let story = Story::new().two_sided().server(|server| server.completed.count = 9);
        bytes.iter().zip(1u64..).fold(story, |story, (bytes, n)| {
            let reset = tcp::Reset {
                sender: Side::Server,
                ttl: 60,
                usual_ttl: Some((60, 60)),
                references: 2,
                established: true,
                after_fin: false,
                sender_went_on: None,
                further: 0,
                bytes: *bytes,
                idle_ns: 0,
            };
            story.fact(at(10 * n, 0), flow(n), Fact::Tcp(tcp::Fact::Reset(reset)))
        })
    }

    #[test]
    fn three_resets_at_the_same_byte() {
        let findings = resets(&[[900, 4_000], [900, 4_000], [900, 4_000]]).findings();
        assert_eq!(ids(&findings), ["tls-server-drop"]);
        assert_eq!(findings[0].count, 3);
    }

    #[test]
    fn resets_anywhere_are_clients_that_leave() {
        assert!(resets(&[[900, 4_000], [901, 4_000], [900, 9_000]]).findings().is_empty());
    }
}
