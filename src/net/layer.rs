//! The general way through a packet, one header after the other.

use super::ip::{self, Ip, Place};
use super::view::{Reason, View};
use super::{IcmpError, Segment, ether, link, wlan};

/// Nothing that has an IP packet inside: ARP, LLDP, spanning tree.
pub(super) const NOT_IP: Reason = "not_ip";

/// Which header comes next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layer {
    /// What an interface of this LINKTYPE_* value delivers.
    Link(u16),
    /// What this EtherType (or IEEE 802.3 length) announces.
    Ether(u16),
    /// IEEE 802.2
    Llc,
    /// IEEE 802.11 frames in one (A-MSDU).
    Aggregate,
    /// PPP, with or without its address and control fields.
    Ppp,
    /// An IP header of either version.
    Ip,
}

/// What a header was followed by. Segments are filled in place, see [`super::segments`].
#[derive(Clone, Copy, Debug)]
pub(super) enum Next<'a> {
    /// Another header.
    Header(Layer, View<'a>),
    /// A packet, and more of them behind it.
    Several(Layer, View<'a>, (Layer, View<'a>)),
    /// A tunnel's content; when no IP is in it, the tunnel itself is the conversation.
    Tunnel(Layer, View<'a>),
    /// A fragment of an IP packet: only the whole packet can be read further.
    Fragment(Ip, Place, View<'a>),
    /// The end of the way.
    Segment,
    /// The end of the way, for an ICMP error.
    IcmpError(IcmpError),
}

impl Layer {
    /// Reads one header. The end of the way, or a tunnel, is described in `segment`.
    ///
    /// # Errors
    /// Why there is no segment in this packet.
    pub(super) fn read<'a>(
        self,
        view: View<'a>,
        segment: &mut Segment,
    ) -> Result<Next<'a>, Reason> {
        match self {
            Self::Link(kind) => link::read(kind, view),
            Self::Ether(kind) => ether::read(kind, view),
            Self::Llc => ether::llc(view),
            Self::Aggregate => wlan::aggregate(view),
            Self::Ppp => ether::ppp(view),
            Self::Ip => ip::read(view, segment),
        }
    }
}
