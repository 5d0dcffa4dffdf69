//! What a pcapng section says beside its packets: interfaces, losses, names, secrets.

use super::About;
use super::clock::Clock;
use super::fields::Order;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Interfaces of one section: as many as a packet can name.
const INTERFACES_MAX: usize = 1 << 16;

/// Option and record codes (draft-ietf-opsawg-pcapng sections 4.2, 4.5 and 4.6).
const IF_TSRESOL: u16 = 9;
const IF_TSOFFSET: u16 = 14;
const ISB_IFDROP: u16 = 5;
const ISB_OSDROP: u16 = 7;
const NRB_IPV4: u16 = 1;
const NRB_IPV6: u16 = 2;

/// Secrets type of a TLS key log.
const SECRETS_TLS: u32 = 0x544c_534b;

/// The bytes that tell a section's byte order.
const ORDER_MAGIC: u32 = 0x1a2b_3c4d;

/// An interface, as packets need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interface {
    /// LINKTYPE_* value.
    pub(super) link: u16,
    /// The most a packet was captured with, bytes; 0 for no limit.
    pub(super) snap: u32,
    /// Its time stamps.
    pub(super) clock: Clock,
    /// The last drop counters of its statistics blocks: interface, operating system.
    pub(super) drops: [u64; 2],
}

/// The current section, and what is kept of those before it.
pub(super) struct Section {
    /// Byte order.
    pub(super) order: Order,
    /// In the order of their description blocks.
    pub(super) interfaces: Vec<Interface>,
    links: BTreeSet<u16>,
    secret_bytes: usize,
    secret_bytes_max: usize,
    names_max: usize,
}

/// The byte order of a section, from the body of its header block.
pub(super) fn order(body: &[u8]) -> Option<Order> {
    [Order::Big, Order::Little].into_iter().find(|o| o.u32(body, 0) == Some(ORDER_MAGIC))
}

impl Section {
    /// Before the first section header. Keeps up to `secret_bytes_max` bytes of secrets and `names_max` names.
    pub(super) fn new(secret_bytes_max: usize, names_max: usize) -> Self {
        Self {
            order: Order::Little,
            interfaces: Vec::new(),
            links: BTreeSet::new(),
            secret_bytes: 0,
            secret_bytes_max,
            names_max,
        }
    }

    /// A Section Header Block: nothing holds on from the section before.
    pub(super) fn begin(&mut self, body: &[u8]) -> Result<(), String> {
        self.order = order(body).ok_or("begins a section without a byte order mark")?;
        self.interfaces.clear();
        match (self.order.u16(body, 4), self.order.u16(body, 6)) {
            (Some(1), Some(_)) => Ok(()),
            (Some(major), Some(minor)) => {
                Err(format!("begins a section of the unknown version {major}.{minor}"))
            }
            _ => Err("begins a section but is too short".into()),
        }
    }

    /// An Interface Description Block.
    pub(super) fn interface(&mut self, body: &[u8], about: &mut About) -> Result<(), String> {
        let (Some(link), Some(snap)) = (self.order.u16(body, 0), self.order.u32(body, 4)) else {
            return Err("describes an interface but is too short".into());
        };
        if self.interfaces.len() == INTERFACES_MAX {
            return Err(format!("describes one interface more than {INTERFACES_MAX}"));
        }
        let mut clock = Clock::MICROSECONDS;
        for (code, value) in self.order.options(body.get(8..).unwrap_or_default()) {
            match (code, value) {
                (IF_TSRESOL, [resolution, ..]) => clock.set_resolution(*resolution),
                (IF_TSOFFSET, _) => {
                    clock.set_offset(self.order.u64(value, 0).unwrap_or(0).cast_signed());
                }
                _ => {}
            }
        }
        self.interfaces.push(Interface { link, snap, clock, drops: [0; 2] });
        if self.links.insert(link) {
            about.link_types.push(link);
        }
        Ok(())
    }

    /// An Interface Statistics Block: the last counters of an interface replace those before.
    pub(super) fn statistics(&mut self, body: &[u8], about: &mut About) {
        let order = self.order;
        let index = order.u32(body, 0).and_then(|index| usize::try_from(index).ok());
        let Some(interface) = index.and_then(|index| self.interfaces.get_mut(index)) else {
            return;
        };
        for (code, value) in order.options(body.get(12..).unwrap_or_default()) {
            let (slot, name) = match code {
                ISB_IFDROP => (0, "interface_drops"),
                ISB_OSDROP => (1, "os_drops"),
                _ => continue,
            };
            let Some(now) = order.u64(value, 0) else { continue };
            let before = std::mem::replace(&mut interface.drops[slot], now);
            let total = about.lost.get(name).copied().unwrap_or(0);
            let total = total.saturating_sub(before).saturating_add(now);
            if total == 0 {
                about.lost.remove(name);
            } else {
                about.lost.insert(name, total);
            }
        }
    }

    /// A Name Resolution Block: the first name of each address.
    pub(super) fn names(&self, body: &[u8], about: &mut About) {
        for (code, value) in self.order.options(body) {
            let Some((address, names)) = address(code, value) else { continue };
            let name = names.split(|byte| *byte == 0).next().unwrap_or_default();
            if name.is_empty() || about.names.contains_key(&address) {
                continue;
            }
            // No name is longer than 255 bytes (RFC 1035 section 2.3.4).
            if name.len() > 255 || about.names.len() == self.names_max {
                *about.lost.entry("names").or_default() += 1;
                continue;
            }
            about.names.insert(address, String::from_utf8_lossy(name).into_owned());
        }
    }

    /// A Decryption Secrets Block: TLS key logs are kept as they stand.
    pub(super) fn secrets(&mut self, body: &[u8], about: &mut About) {
        let (kind, len) = (self.order.u32(body, 0), self.order.u32(body, 4));
        let secrets = len.and_then(|len| body.get(8..8 + len as usize));
        let (Some(SECRETS_TLS), Some(secrets)) = (kind, secrets) else { return };
        if self.secret_bytes + secrets.len() > self.secret_bytes_max {
            *about.lost.entry("secrets").or_default() += 1;
            return;
        }
        self.secret_bytes += secrets.len();
        about.secrets.push(secrets.to_vec());
    }
}

/// The address of a name record, and what follows it.
fn address(code: u16, value: &[u8]) -> Option<(IpAddr, &[u8])> {
    match code {
        NRB_IPV4 => {
            let (octets, names) = value.split_first_chunk::<4>()?;
            Some((Ipv4Addr::from(*octets).into(), names))
        }
        NRB_IPV6 => {
            let (octets, names) = value.split_first_chunk::<16>()?;
            Some((Ipv6Addr::from(*octets).into(), names))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::memory::{capture, collect};
    use super::super::write::Blocks;
    use super::*;
    use crate::limits::Limits;

    fn about(blocks: Blocks, limits: &Limits) -> About {
        let mut source = capture(blocks.bytes(), limits).unwrap();
        collect(&mut *source).unwrap();
        source.about().clone()
    }

    #[test]
    fn losses_are_the_last_counters_of_each_interface() {
        let count = |n: u64| n.to_be_bytes();
        let mut blocks = Blocks::new(Order::Big);
        blocks.interface(1, 0, &[]);
        blocks.interface(1, 0, &[]);
        blocks.statistics(0, &[(4, &count(1000)), (5, &count(3)), (7, &count(0))]);
        blocks.statistics(1, &[(5, &count(10))]);
        blocks.statistics(0, &[(5, &count(4))]);
        blocks.statistics(7, &[(5, &count(99))]);
        blocks.section(Order::Big);
        blocks.interface(1, 0, &[]);
        blocks.statistics(0, &[(5, &count(100))]);
        let about = about(blocks, &Limits::default());
        assert_eq!(about.lost, [("interface_drops", 114)].into());
    }

    fn name_record(code: u16, value: &[u8]) -> Vec<u8> {
        let head = [code.to_le_bytes(), (value.len() as u16).to_le_bytes()].concat();
        let mut record = [&head, value].concat();
        record.resize(record.len().next_multiple_of(4), 0);
        record
    }

    #[test]
    fn names_are_the_first_of_each_address() {
        let mut blocks = Blocks::new(Order::Little);
        let v6 = [&Ipv6Addr::LOCALHOST.octets()[..], b"six\0"].concat();
        let records = [
            name_record(1, b"\x0a\0\0\x01www.example.com\0alias\0"),
            name_record(1, b"\x0a\0\0\x01other\0"),
            name_record(2, &v6),
            name_record(1, b"\x0a"),
            vec![0; 4],
        ];
        blocks.other(4, &records.concat());
        let about = about(blocks, &Limits::default());
        let names = [
            (IpAddr::from([10, 0, 0, 1]), "www.example.com".to_owned()),
            (Ipv6Addr::LOCALHOST.into(), "six".to_owned()),
        ];
        assert_eq!(about.names, names.into());
        assert!(about.lost.is_empty());
    }

    #[test]
    fn names_and_secrets_are_bounded_and_the_rest_is_counted() {
        let limits = Limits { aggregates: 2, record_bytes_max: 64, ..Limits::default() };
        let mut blocks = Blocks::new(Order::Little);
        for host in 0..5u8 {
            blocks.other(4, &name_record(1, &[10, 0, 0, host, b'a', 0]));
        }
        for _ in 0..3 {
            let secrets = [&SECRETS_TLS.to_le_bytes()[..], &30u32.to_le_bytes(), &[7; 30]].concat();
            blocks.other(10, &secrets);
        }
        let about = about(blocks, &limits);
        assert_eq!(about.names.len(), 2);
        assert_eq!(about.secrets, [[7; 30], [7; 30]]);
        assert_eq!(about.lost, [("names", 3), ("secrets", 1)].into());
    }

    #[test]
    fn only_tls_secrets_are_kept() {
        let mut blocks = Blocks::new(Order::Big);
        blocks.other(10, &[&0x5747_4b4c_u32.to_be_bytes()[..], &[0, 0, 0, 1], b"w"].concat());
        blocks.other(10, &[&SECRETS_TLS.to_be_bytes()[..], &[0, 0, 0, 99], b"short"].concat());
        blocks.other(10, &[&SECRETS_TLS.to_be_bytes()[..], &[0, 0, 0, 3], b"key"].concat());
        assert_eq!(about(blocks, &Limits::default()).secrets, [b"key"]);
    }
}
