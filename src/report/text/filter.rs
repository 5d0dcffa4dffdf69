//! Display filters to paste into Wireshark (3.6 and later).

use crate::finding::{Finding, Party};
use crate::units::Transport;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The frames that prove a finding: `frame.number in {4, 9, 12}`.
pub(super) fn frames(numbers: &BTreeSet<u64>) -> String {
    let list: Vec<_> = numbers.iter().map(u64::to_string).collect();
    match list.as_slice() {
        [one] => format!("frame.number == {one}"),
        _ => format!("frame.number in {{{}}}", list.join(", ")),
    }
}

/// Everything between the parties: `ip.addr == 10.0.0.5 && ip.addr == 10.0.0.9 && tcp.port == 443`.
pub(super) fn conversation(finding: &Finding) -> Option<String> {
    let mut terms: Vec<String> =
        [finding.client, finding.server].into_iter().flatten().map(address).collect();
    terms.extend(
        [finding.client, finding.server]
            .into_iter()
            .flatten()
            .filter_map(|party| port(party, finding.transport)),
    );
    (!terms.is_empty()).then(|| terms.join(" && "))
}

fn address(party: Party) -> String {
    let (addr, bits) = match party {
        Party::Host(addr) => (addr, None),
        Party::Service(endpoint) => (endpoint.addr, None),
        Party::Network(addr, bits) => (addr, Some(bits)),
    };
    let field = match addr {
        IpAddr::V4(_) => "ip.addr",
        IpAddr::V6(_) => "ipv6.addr",
    };
    match bits {
        Some(bits) => format!("{field} == {addr}/{bits}"),
        None => format!("{field} == {addr}"),
    }
}

fn port(party: Party, transport: Transport) -> Option<String> {
    let field = match transport {
        Transport::Tcp => "tcp.port",
        Transport::Udp => "udp.port",
        Transport::Ip => return None,
    };
    match party {
        Party::Service(endpoint) => endpoint.port.map(|port| format!("{field} == {port}")),
        Party::Host(_) | Party::Network(..) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::text::tests::finding;
    use std::process::Command;

    fn host(addr: &str) -> IpAddr {
        addr.parse().expect("an address")
    }

    #[test]
    fn one_frame_and_many() {
        assert_eq!(frames(&BTreeSet::from([9])), "frame.number == 9");
        assert_eq!(frames(&BTreeSet::from([9, 4, 12])), "frame.number in {4, 9, 12}");
    }

    #[test]
    fn a_finding_without_parties_has_no_conversation() {
        let mut lonely = finding();
        (lonely.client, lonely.server) = (None, None);
        assert_eq!(conversation(&lonely), None);
    }

    #[test]
    fn wireshark_understands_every_filter() {
        let mut v6 = finding();
        v6.transport = Transport::Udp;
        v6.client = Some(Party::Network(host("2001:db8:1:2::"), 64));
        v6.server = Some(Party::Host(host("2001:db8::1")));
        let filters = [
            frames(&BTreeSet::from([4, 9, 12])),
            frames(&BTreeSet::from([9])),
            conversation(&finding()).expect("has parties"),
            conversation(&v6).expect("has parties"),
        ];
        let Ok(_) = Command::new("tshark").arg("--version").output() else {
            eprintln!("tshark is not installed: filters were not checked against it");
            return;
        };
        for filter in filters {
            // Without a capture tshark stops at the missing file, after it has compiled the filter.
            let output = Command::new("tshark").args(["-r", "/dev/null", "-Y", &filter]).output();
            let complaint =
                String::from_utf8_lossy(&output.expect("tshark runs").stderr).into_owned();
            assert!(complaint.contains("/dev/null"), "{filter}: {complaint}");
        }
    }
}
