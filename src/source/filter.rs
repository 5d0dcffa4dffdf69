//! BPF filters over captured packets: libpcap's compiler and machine, without a network interface.

use super::LINK_NONE;
use pcap::{BpfProgram, Capture, Linktype};
use std::collections::BTreeMap;

/// Link types that an expression may be meant for when it makes no sense for Ethernet: 802.11 with and without
/// radiotap, Linux cooked, raw IP.
const COMMON: [u16; 5] = [1, 127, 105, 113, 101];

/// A filter expression, compiled once for each link type that comes along.
pub struct Filter {
    expression: String,
    programs: BTreeMap<u16, Result<BpfProgram, String>>,
}

impl Filter {
    /// Takes an expression as tcpdump does.
    ///
    /// # Errors
    /// libpcap's own message when the expression compiles for none of the common link types.
    pub fn new(expression: &str) -> Result<Self, String> {
        let mut refusal = None;
        for link in COMMON {
            match compile(expression, link) {
                Ok(_) => {
                    return Ok(Self { expression: expression.into(), programs: BTreeMap::new() });
                }
                Err(message) => refusal = refusal.or(Some(message)),
            }
        }
        Err(refusal.unwrap_or_default())
    }

    /// A packet of the link type `link` passes. None passes where the expression does not compile for that link type.
    ///
    /// Lengths in the expression (`less`, `greater`, `len`) are lengths captured.
    pub fn matches(&mut self, link: u16, packet: &[u8]) -> bool {
        let program = self.programs.entry(link).or_insert_with(|| compile(&self.expression, link));
        program.as_ref().is_ok_and(|program| program.filter(packet))
    }

    /// Link types that the expression was refused for, with libpcap's messages.
    pub fn refused(&self) -> impl Iterator<Item = (u16, &str)> {
        let refused = |(link, program): (&u16, _)| match program {
            Err(message) => Some((*link, message)),
            Ok(_) => None,
        };
        self.programs
            .iter()
            .map(|(l, p)| (l, p.as_ref().map_err(String::as_str)))
            .filter_map(refused)
    }
}

fn compile(expression: &str, link: u16) -> Result<BpfProgram, String> {
    if link == LINK_NONE {
        return Err("these frames hold no packets".into());
    }
    let capture = Capture::dead(Linktype(dlt(link))).map_err(message)?;
    capture.compile(expression, true).map_err(message)
}

/// libpcap's message without the words of the crate around it.
fn message(error: pcap::Error) -> String {
    match error {
        pcap::Error::PcapError(message) => message,
        other => other.to_string(),
    }
}

/// The DLT_* value (what programs use) of a LINKTYPE_* value (what files hold), where the two differ.
fn dlt(link: u16) -> i32 {
    match link {
        100 => 11,           // ATM RFC 1483
        101 | 12 | 14 => 12, // raw IP; 12 and 14 were written by systems that confused the two
        102 => 15,           // SLIP of BSD/OS
        103 => 16,           // PPP of BSD/OS
        106 => 19,           // ATM classical IP
        same => same.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An IPv4 packet with a TCP header to port 443.
    fn ip() -> Vec<u8> {
        let mut bytes = vec![0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        bytes.extend([0xc0, 0, 0x01, 0xbb, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    fn ethernet() -> Vec<u8> {
        [&[0; 12][..], &[8, 0], &ip()].concat()
    }

    #[test]
    fn one_expression_serves_several_link_types() {
        let mut filter = Filter::new("tcp port 443 and host 10.0.0.2").unwrap();
        assert!(filter.matches(1, &ethernet()));
        assert!(filter.matches(101, &ip()));
        assert!(filter.matches(12, &ip()));
        assert!(!filter.matches(1, &ip()));
        assert!(!Filter::new("udp").unwrap().matches(1, &ethernet()));
        assert_eq!(filter.refused().count(), 0);
    }

    #[test]
    fn libpcap_says_what_is_wrong() {
        let message = Filter::new("tcp prot 443").err().unwrap();
        assert!(message.contains("syntax error"), "{message}");
        let message = Filter::new("port 99999").err().unwrap();
        assert!(message.contains("99999"), "{message}");
    }

    #[test]
    fn an_expression_for_wlan_passes_nothing_of_ethernet_and_says_so() {
        let mut filter = Filter::new("wlan type mgt").unwrap();
        assert!(!filter.matches(1, &ethernet()));
        let refused: Vec<_> = filter.refused().collect();
        assert_eq!(refused.len(), 1);
        assert!(refused[0].1.contains("802.11"), "{refused:?}");
    }

    #[test]
    fn frames_without_packets_never_pass() {
        let mut filter = Filter::new("").unwrap();
        assert!(filter.matches(1, &ethernet()));
        assert!(!filter.matches(LINK_NONE, &ethernet()));
    }
}
