//! Packets in Ethernet frames, IPv4, one behind the other with their times.

/// Nanoseconds since the epoch at which all stories begin.
const BEGIN: i64 = 1_700_000_000_000_000_000;

/// TCP flags.
pub(crate) const FIN: u8 = 1;
pub(crate) const SYN: u8 = 2;
pub(crate) const RST: u8 = 4;
pub(crate) const PSH: u8 = 8;
pub(crate) const ACK: u8 = 16;

/// An address and a port.
pub(crate) type End = (u32, u16);

/// Packets, with the clock that stamps them.
#[derive(Default)]
pub(crate) struct Wire {
    /// Bytes of all packets.
    pub(crate) bytes: Vec<u8>,
    /// Where a packet begins, how long it is, its time.
    pub(crate) packets: Vec<(u32, u32, i64)>,
    /// Nanoseconds since the story began.
    pub(crate) clock: i64,
    /// Nanoseconds between two packets.
    pub(crate) step: i64,
    serial: u16,
}

impl Wire {
    /// A packet every `step` nanoseconds.
    pub(crate) fn new(step: i64) -> Self {
        Self { step, ..Self::default() }
    }

    /// Forgets the packets, not the time.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.packets.clear();
    }

    /// A TCP segment.
    pub(crate) fn tcp(
        &mut self,
        from: End,
        to: End,
        (seq, ack): (u32, u32),
        flags: u8,
        payload: &[u8],
    ) {
        let mut header = [0; 20];
        header[0..2].copy_from_slice(&from.1.to_be_bytes());
        header[2..4].copy_from_slice(&to.1.to_be_bytes());
        header[4..8].copy_from_slice(&seq.to_be_bytes());
        header[8..12].copy_from_slice(&ack.to_be_bytes());
        header[12] = 5 << 4;
        header[13] = flags;
        header[14..16].copy_from_slice(&0xffff_u16.to_be_bytes());
        self.ip(6, from.0, to.0, 0, &[&header, payload]);
    }

    /// A UDP datagram.
    pub(crate) fn udp(&mut self, from: End, to: End, payload: &[u8]) {
        let length = 8 + payload.len() as u16;
        let mut header = [0; 8];
        header[0..2].copy_from_slice(&from.1.to_be_bytes());
        header[2..4].copy_from_slice(&to.1.to_be_bytes());
        header[4..6].copy_from_slice(&length.to_be_bytes());
        self.ip(17, from.0, to.0, 0, &[&header, payload]);
    }

    /// An ICMP error that quotes a SYN.
    pub(crate) fn icmp(&mut self, from: u32, (kind, code): (u8, u8), quoted: (End, End)) {
        let (client, server) = quoted;
        let mut body = [0_u8; 8 + 20 + 8];
        body[0] = kind;
        body[1] = code;
        body[8] = 0x45;
        body[11] = 40;
        body[16] = 64;
        body[17] = 6;
        body[20..24].copy_from_slice(&client.0.to_be_bytes());
        body[24..28].copy_from_slice(&server.0.to_be_bytes());
        body[28..30].copy_from_slice(&client.1.to_be_bytes());
        body[30..32].copy_from_slice(&server.1.to_be_bytes());
        self.ip(1, from, client.0, 0, &[&body]);
    }

    /// An IPv4 packet; `fragment` is the field of flags and offset.
    pub(crate) fn ip(&mut self, protocol: u8, from: u32, to: u32, fragment: u16, parts: &[&[u8]]) {
        let begin = self.bytes.len();
        let length = 20 + parts.iter().map(|part| part.len()).sum::<usize>();
        self.serial = self.serial.wrapping_add(1);
        let mut header = [0; 34];
        header[0] = 2;
        header[6] = 2;
        header[12] = 8;
        header[14] = 0x45;
        header[16..18].copy_from_slice(&(length as u16).to_be_bytes());
        header[18..20].copy_from_slice(&self.serial.to_be_bytes());
        header[20..22].copy_from_slice(&fragment.to_be_bytes());
        header[22] = 64;
        header[23] = protocol;
        header[26..30].copy_from_slice(&from.to_be_bytes());
        header[30..34].copy_from_slice(&to.to_be_bytes());
        self.bytes.extend_from_slice(&header);
        parts.iter().for_each(|part| self.bytes.extend_from_slice(part));
        self.packets.push((begin as u32, (self.bytes.len() - begin) as u32, BEGIN + self.clock));
        self.clock += self.step;
    }
}

impl Wire {
    /// Eight bytes of the IPv4 packet with the number `id`.
    pub(crate) fn refragment(&mut self, protocol: u8, from: u32, to: u32, id: u16, fragment: u16) {
        self.serial = id.wrapping_sub(1);
        self.ip(protocol, from, to, fragment, &[&[0; 8]]);
    }
}
