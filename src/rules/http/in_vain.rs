//! What a gateway itself asked of DNS in vain while it worked on a request.

use super::web::Web;
use crate::facts::Facts;
use crate::proto::dns::Exchange;
use crate::rules::Topic;
use crate::units::{SECOND, Time};
use crate::wire::dns::kind;
use std::net::IpAddr;

/// A request whose packet was not captured was sent this long before its answer at most.
const WORK_NS: i64 = 30 * SECOND;

/// Look-ups of one request that are looked at.
const NEAR_MAX: usize = 256;

/// Look-ups that failed, in the order of their times.
pub(super) struct InVain<'a>(Vec<Lookup<'a>>);

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lookup<'a> {
    time: Time,
    /// Who asked.
    pub(super) who: IpAddr,
    /// For what.
    pub(super) name: &'a str,
}

impl<'a> Lookup<'a> {
    /// What it has in common with findings about the name: of the gateway itself, and of the resolver that it asks.
    pub(super) fn topics(&self) -> [Topic<'a>; 2] {
        [Topic::name(self.who, self.name), Topic::name_of_anybody(self.name)]
    }
}

impl<'a> InVain<'a> {
    /// All of a capture.
    pub(super) fn new(facts: &'a Facts) -> Self {
        let failed = facts.dns().filter(|(_, exchange)| is_in_vain(exchange));
        let mut lookups: Vec<_> = failed
            .map(|(kept, exchange)| {
                let (time, who) = (kept.emitted.at.time, kept.emitted.ends.client.addr);
                Lookup { time, who, name: &exchange.qname }
            })
            .collect();
        lookups.sort_by_key(|lookup| lookup.time);
        Self(lookups)
    }

    /// Those between a request and its answer, the last first, but not the client's own.
    pub(super) fn during(&self, web: &Web<'_>) -> impl Iterator<Item = Lookup<'a>> {
        let (client, end) = (web.ends().client.addr, web.at().time);
        let begin = web.exchange.request.map_or(Time(end.0.saturating_sub(WORK_NS)), |at| at.time);
        let last = self.0.partition_point(|lookup| lookup.time <= end);
        let until = self.0.iter().take(last).rev().take(NEAR_MAX);
        until
            .take_while(move |lookup| lookup.time >= begin)
            .filter(move |lookup| lookup.who != client)
            .copied()
    }
}

/// An address was wanted, and there was no answer or a refusal.
fn is_in_vain(lookup: &Exchange) -> bool {
    let address = matches!(lookup.qtype, kind::A | kind::AAAA | kind::SRV);
    address && lookup.answer.as_ref().is_none_or(|answer| answer.rcode != 0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{credentials, exchange, story};
    use crate::finding::Finding;
    use crate::proto::Fact;
    use crate::proto::dns::{Answer, Dialect, Exchange as Lookup};
    use crate::proto::http::{Exchange, Scheme};
    use crate::rules::testing::{at, flow, ids};
    use crate::units::Ends;
    use crate::wire::dns::kind;
    use std::net::IpAddr;

    /// While the server worked on `exchange`, `who` asked for web.example.com: no such name.
    fn asks_in_vain(exchange: Exchange, who: [u8; 4]) -> Vec<Finding> {
        let mut ends: Ends = flow(5);
        ends.client.addr = IpAddr::from(who);
        ends.server.port = Some(53);
        let answer = Answer { rcode: 3, recursion_available: true, ..Answer::default() };
        let lookup = Lookup {
            dialect: Dialect::Dns,
            opcode: 0,
            qname: "web.example.com".into(),
            qtype: kind::A,
            qclass: 1,
            question: Some(at(12, 2)),
            repeated: Some(at(14, 2)),
            attempts: 2,
            recursive: true,
            answer: Some(answer),
        };
        let asked = Exchange { request: Some(at(5, 1)), ..exchange };
        let later = Exchange { request: Some(at(15, 20)), ..super::super::testing::exchange(200) };
        story([asked, later]).fact(at(7, 1), ends, Fact::Dns(Box::new(lookup))).findings()
    }

    #[test]
    fn the_gateway_asks_for_the_name_from_its_inner_address() {
        let shown = Exchange { credentials: Some(credentials(Scheme::Basic)), ..exchange(502) };
        let findings = asks_in_vain(shown, [10, 9, 9, 9]);
        assert_eq!(ids(&findings), ["dns-nxdomain[http-5xx-auth]"]);
    }

    #[test]
    fn the_question_of_its_resolver_about_the_same_name_explains_it_too() {
        let lookup = super::Lookup {
            time: crate::units::Time(0),
            who: IpAddr::from([10, 9, 9, 9]),
            name: "web.example.com",
        };
        assert!(
            lookup.topics().contains(&crate::rules::Topic::name_of_anybody("WEB.example.com."))
        );
    }
}
