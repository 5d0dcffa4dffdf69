//! The project's own captures, taken apart so that they can be placed anew.

use super::packet::{End, Layout};
use super::tally::Tally;
use finwhale::limits::Limits;
use finwhale::source::memory::{self, Owned};
use finwhale::units::Time;
use std::net::IpAddr;
use std::path::Path;
use std::{fs, io};

/// Ports from here on were chosen by the system for a client: each copy has others.
const EPHEMERAL: u16 = 32_768;

/// One folder of captures/.
pub(crate) struct Case {
    /// Its name.
    pub(crate) name: String,
    /// In the order of the capture, which is that of time.
    pub(crate) packets: Vec<Packet>,
    /// Hosts in order of appearance.
    pub(crate) hosts: Vec<Host>,
    /// Senders and receivers in order of appearance.
    pub(crate) sockets: Vec<Socket>,
    /// Bytes of all packets.
    pub(crate) bytes: u64,
    /// When its last packet was captured.
    pub(crate) end: Time,
    /// What is to be found in it.
    pub(crate) tally: Tally,
    /// Its report, one JSON object a line.
    pub(crate) report: String,
}

/// A packet of a case; sockets are indices into [`Case::sockets`].
pub(crate) struct Packet {
    /// Nanoseconds since the first packet of the case.
    pub(crate) after: i64,
    /// The frame.
    pub(crate) bytes: Vec<u8>,
    /// Where to put what.
    pub(crate) layout: Layout,
    /// Sender and receiver.
    pub(crate) ends: [usize; 2],
    /// Those of the packet that is quoted.
    pub(crate) quoted: Option<[usize; 2]>,
}

/// A host of a case.
pub(crate) struct Host {
    /// As captured.
    pub(crate) address: IpAddr,
    /// What it does.
    pub(crate) role: Role,
}

/// What a host does in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Only asks, or calls a group: every copy of the case has another one.
    Client,
    /// Answers, or forwards: many copies share one.
    Server,
    /// No host, but a group or everybody: stays as it is.
    Group,
}

/// An address and a port of a case.
pub(crate) struct Socket {
    /// Index of the host.
    pub(crate) host: usize,
    /// As captured.
    pub(crate) port: Option<u16>,
}

impl Socket {
    /// Every copy of the case has another port here.
    pub(crate) fn is_fresh(&self) -> bool {
        self.port.is_some_and(|port| port >= EPHEMERAL)
    }
}

/// All cases below a folder, by name.
///
/// # Errors
/// The folder cannot be read, or a case cannot be used.
pub(crate) fn load(folder: &Path) -> io::Result<Vec<Case>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let mut folders: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join("capture.pcapng").is_file());
    folders.sort();
    folders.iter().map(|folder| Case::load(folder)).collect()
}

impl Case {
    fn load(folder: &Path) -> io::Result<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let report = fs::read_to_string(folder.join("facts.ndjson"))?;
        let tally = Tally::of(&report)?;
        let (packets, hosts, sockets) = (Vec::new(), Vec::new(), Vec::new());
        let (bytes, end) = (0, Time::default());
        let mut case = Self { name, packets, hosts, sockets, bytes, end, tally, report };
        let limits = Limits::default();
        let capture = memory::capture(fs::read(folder.join("capture.pcapng"))?, &limits);
        let mut capture = capture.map_err(|_| case.fault("is no capture"))?;
        for packet in memory::collect(capture.as_mut())? {
            case.add(packet)?;
        }
        case.assign_roles();
        case.settle_times();
        Ok(case)
    }

    fn fault(&self, what: &str) -> io::Error {
        io::Error::other(format!("{}: {what}", self.name))
    }

    fn add(&mut self, packet: Owned) -> io::Result<()> {
        let whole = packet.packet.link == 1 && packet.packet.captured == packet.packet.wire;
        let layout = Layout::of(&packet.bytes).filter(|_| whole);
        let layout = layout.ok_or_else(|| {
            self.fault(&format!("frame {} is not TCP, UDP or ICMP on Ethernet", packet.number))
        })?;
        let ends = layout.ends(&packet.bytes).map(|end| self.socket(end));
        let quoted = layout.quoted(&packet.bytes);
        let quoted = quoted.map(|ends| ends.map(|end| self.socket(end)));
        let time = packet.packet.time.0;
        self.bytes += packet.bytes.len() as u64;
        self.packets.push(Packet { after: time, bytes: packet.bytes, layout, ends, quoted });
        Ok(())
    }

    fn socket(&mut self, (address, port): End) -> usize {
        let host = self.hosts.iter().position(|host| host.address == address);
        let host = host.unwrap_or_else(|| {
            self.hosts.push(Host { address, role: Role::Client });
            self.hosts.len() - 1
        });
        let same = |socket: &Socket| socket.host == host && socket.port == port;
        self.sockets.iter().position(same).unwrap_or_else(|| {
            self.sockets.push(Socket { host, port });
            self.sockets.len() - 1
        })
    }

    /// Who is asked by a client's port at a port of another kind, or sends packets without ports, is a server; but
    /// not who calls a group from a fixed port, for each copy must be told from the others.
    fn assign_roles(&mut self) {
        let sockets = &self.sockets;
        let asks = |packet: &&Packet| sockets[packet.ends[0]].is_fresh();
        let asked = self.packets.iter().filter(asks).map(|packet| &sockets[packet.ends[1]]);
        let forwards = sockets.iter().filter(|socket| socket.port.is_none());
        for socket in asked.chain(forwards).filter(|socket| !socket.is_fresh()) {
            self.hosts[socket.host].role = Role::Server;
        }
        for packet in self.packets.iter().filter(|packet| !asks(packet)) {
            let [sender, receiver] = packet.ends.map(|end| sockets[end].host);
            if is_group(self.hosts[receiver].address) {
                self.hosts[sender].role = Role::Client;
            }
        }
        for host in self.hosts.iter_mut().filter(|host| is_group(host.address)) {
            host.role = Role::Group;
        }
    }

    /// Says of each packet how long after the first one it came; time never steps back.
    fn settle_times(&mut self) {
        let first = self.packets.first().map_or(0, |packet| packet.after);
        let mut last = 0;
        for packet in &mut self.packets {
            last = last.max(packet.after - first);
            packet.after = last;
        }
        self.end = Time(first + last);
    }
}

/// Not one host: a multicast or broadcast address.
fn is_group(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_multicast() || v4.octets()[3] == 255,
        IpAddr::V6(v6) => v6.is_multicast(),
    }
}
