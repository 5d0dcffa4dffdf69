//! `tcp-accept-close`: the server accepts the connection and closes it before anybody has sent a byte.

use crate::facts::{Facts, Kept, Success};
use crate::finding::Confidence;
use crate::proto::tcp::Fact;
use crate::rules::{Episodes, Found, Id, Rule, Step, words};

const ID: Id = Id::error(
    "tcp-accept-close",
    Confidence::Likely,
    "The server hangs up right after accepting the connection",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/tcp-accept-close.md"),
    explains: &[],
    check,
};

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for (kept, fact) in facts.tcp() {
        let Fact::AcceptClose { reset } = *fact else { continue };
        // A spare connection that a browser opened ahead and never used ends like this too.
        if !served(facts, kept) {
            episodes.add(closed(kept, reset));
        }
    }
}

/// The server answers this client on other connections.
fn served(facts: &Facts, kept: &Kept) -> bool {
    let ends = &kept.emitted.ends;
    facts.pairs.get(&(ends.client.addr, ends.server)).is_some_and(|pair| {
        pair.when(Success::WithData).count > 0
            || pair.when(Success::Completed).count > 0
            || pair.when(Success::PlainAnswered).count > 0
    })
}

fn closed<'a>(kept: &Kept, reset: bool) -> Found<'a> {
    let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
    let how = if reset { "RST" } else { "FIN" };
    Found::between(&ID, ends, at)
        .title(format!("{} accepts {} and hangs up at once", ends.server, words::CLIENT))
        .cause(format!(
            "{} completed the TCP handshake and closed ({how}) before either side sent a byte: an access list \
             (TCP wrapper, allowed clients), a limit on connections, a proxy whose backend is down, a missing PROXY \
             header, or a program that crashes on accepting.",
            ends.server
        ))
        .remedy("Read the server's log at this time; check its access lists and limits, and the backend of a proxy.")
        .key(how)
        .evidence(at, format!("{how} of the server, no payload before it in either direction"))
        .references(&["RFC 9293 section 3.6"])
        .step(Step::Data, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto;
    use crate::rules::testing::{Story, at, ends, ids, success};

    fn story() -> Story {
        let fact = proto::Fact::Tcp(Fact::AcceptClose { reset: false });
        Story::new().two_sided().fact(at(4, 0), ends(), fact)
    }

    #[test]
    fn a_server_that_never_says_a_word() {
        let findings = story().findings();
        assert_eq!(ids(&findings), ["tcp-accept-close[tls-end-0]"]);
        assert_eq!(findings[0].title, "192.0.2.10:443 accepts 10.0.0.5 and hangs up at once");
    }

    #[test]
    fn a_spare_connection_beside_one_that_works_is_nothing() {
        let story = story().pair(|pair| *pair.entry(Success::WithData) = success(at(50, 50)));
        assert!(story.findings().is_empty());
    }
}
