//! Success suppresses: a failure that the same client soon got over is a note.

use crate::facts::{Facts, Spans, Success};
use crate::units::{Endpoint, SECOND, Time};
use std::net::IpAddr;

/// What a client may achieve with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A TCP connection.
    Connected,
    /// A TLS handshake.
    Handshake,
    /// A TLS handshake, and application data sent after it.
    Data,
    /// A request with credentials that a web server (or proxy) served.
    LetIn,
    /// A request that a web server (or proxy) served.
    Served,
}

impl Step {
    /// The words of "recovered by …".
    fn words(self) -> &'static str {
        match self {
            Self::Connected => "another connection that came to stand",
            Self::Handshake => "another handshake that completed",
            Self::Data => "another connection that carried data",
            Self::LetIn => "a later request that was let in",
            Self::Served => "a later request that was served",
        }
    }
}

/// The words where the other address family helped.
const OVER_IPV4: &str = "a connection over IPv4";
const OVER_IPV6: &str = "a connection over IPv6";

/// The words where DNS gave several addresses.
const OVER_OTHER: &str = "a connection to another address of the same name";

/// Successes this long after a failure (or shortly before: racing connections) make up for it.
const AFTER: i64 = 5 * SECOND;
const BEFORE: i64 = 2 * SECOND;

/// Client-server pairs of a capture of few parties.
const FEW_PAIRS: usize = 32;

/// By what the client got over a failure: it passed `step` with the same server, under the same name, within seconds
/// of `time`.
pub(super) fn recovered(
    facts: &Facts,
    client: IpAddr,
    server: Endpoint,
    step: Step,
    name: Option<&str>,
    time: Time,
) -> Option<&'static str> {
    if step == Step::Connected && by_other_family(facts, client, server, time) {
        return Some(if client.is_ipv6() { OVER_IPV4 } else { OVER_IPV6 });
    }
    if step == Step::Connected && by_other_address(facts, client, server, time) {
        return Some(OVER_OTHER);
    }
    let spans = spans(facts, client, server, step)?;
    let handshakes = matches!(step, Step::Handshake | Step::Data);
    let over = near(spans, time) && (!handshakes || name_succeeded(facts, server, name));
    over.then(|| step.words())
}

/// When the client passed that step with the server.
fn spans(facts: &Facts, client: IpAddr, server: Endpoint, step: Step) -> Option<&Spans> {
    let key = (client, server);
    let pair = || facts.pairs.get(&key);
    let web = || facts.web.get(&key);
    match step {
        Step::Connected => pair().map(|pair| pair.when(Success::Opened)),
        Step::Handshake => pair().map(|pair| pair.when(Success::Completed)),
        Step::Data => pair().map(|pair| pair.when(Success::WithData)),
        Step::LetIn => web().map(|web| &web.let_in),
        Step::Served => web().map(|web| &web.served),
    }
}

fn near(spans: &Spans, time: Time) -> bool {
    spans.within(Time(time.0.saturating_sub(BEFORE)), Time(time.0.saturating_add(AFTER)))
}

/// Clients that try IPv6 and IPv4 at once ("happy eyeballs"): the same port was reached with the other one. Whose
/// addresses they are can be told only where few parties are in the capture.
fn by_other_family(facts: &Facts, client: IpAddr, server: Endpoint, time: Time) -> bool {
    facts.pairs.len() <= FEW_PAIRS
        && facts.pairs.iter().any(|((other, reached), pair)| {
            other.is_ipv6() != client.is_ipv6()
                && reached.port == server.port
                && near(pair.when(Success::Opened), time)
        })
}

/// Clients that are told several addresses of a name try one after the other.
fn by_other_address(facts: &Facts, client: IpAddr, server: Endpoint, time: Time) -> bool {
    let names = facts.names.get(&server.addr).into_iter().flatten();
    let lookups = names.filter_map(|name| facts.lookup(client, name));
    let told = |addr| move |(known, _): &(IpAddr, _)| *known == addr;
    lookups.filter(|lookup| lookup.addresses.iter().any(told(server.addr))).any(|lookup| {
        lookup.addresses.iter().any(|(addr, _)| {
            let other = (client, Endpoint { addr: *addr, ..server });
            *addr != server.addr
                && facts
                    .pairs
                    .get(&other)
                    .is_some_and(|pair| near(pair.when(Success::Opened), time))
        })
    })
}

/// Many sites share an address: success with one says nothing of another.
fn name_succeeded(facts: &Facts, server: Endpoint, name: Option<&str>) -> bool {
    match (name, facts.servers.get(&server)) {
        (Some(name), Some(server)) => server.names.contains(name),
        (Some(_), None) => false,
        (None, _) => true,
    }
}
