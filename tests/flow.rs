//! What the engine makes of TCP connections, told packet by packet.

use etherparse::PacketBuilder;
use finwhale::flow::{Engine, Quality};
use finwhale::limits::Limits;
use finwhale::net::{Decoder, flags};
use finwhale::proto::{Emitted, Fact, tcp};
use finwhale::source::{Batch, Packet};
use finwhale::units::{SECOND, Time};

const FIN: u8 = flags::FIN;
const SYN: u8 = flags::SYN;
const RST: u8 = flags::RST;
const ACK: u8 = flags::ACK;
/// Initial sequence numbers: the client's is about to wrap.
const CLIENT: u32 = u32::MAX - 2;
const SERVER: u32 = 7000;

/// Packets between one client and one server.
#[derive(Default)]
struct Wire {
    bytes: Vec<u8>,
    packets: Vec<Packet>,
    now: i64,
    ttl: u8,
    id: u16,
}

impl Wire {
    fn new() -> Self {
        Self { ttl: 64, ..Self::default() }
    }

    fn after(mut self, milliseconds: i64) -> Self {
        self.now += milliseconds * (SECOND / 1000);
        self
    }

    fn ttl(mut self, ttl: u8) -> Self {
        self.ttl = ttl;
        self
    }

    /// The client sends `payload` at offset `at` of its stream, having read `read` bytes.
    fn client(self, bits: u8, at: u32, read: u32, payload: &[u8]) -> Self {
        let (seq, ack) = (CLIENT.wrapping_add(at), SERVER.wrapping_add(read));
        self.send([10, 0, 0, 5], [192, 0, 2, 10], (50_000, 443), bits, (seq, ack), payload)
    }

    fn server(self, bits: u8, at: u32, read: u32, payload: &[u8]) -> Self {
        let (seq, ack) = (SERVER.wrapping_add(at), CLIENT.wrapping_add(read));
        self.send([192, 0, 2, 10], [10, 0, 0, 5], (443, 50_000), bits, (seq, ack), payload)
    }

    fn send(
        mut self,
        from: [u8; 4],
        to: [u8; 4],
        ports: (u16, u16),
        bits: u8,
        (seq, ack): (u32, u32),
        payload: &[u8],
    ) -> Self {
        self.id += 1;
        let mut ip = etherparse::Ipv4Header::new(0, self.ttl, etherparse::IpNumber::TCP, from, to)
            .expect("small");
        ip.identification = self.id;
        let mut tcp = PacketBuilder::ethernet2([2; 6], [4; 6])
            .ip(etherparse::IpHeaders::Ipv4(ip, Default::default()))
            .tcp(ports.0, ports.1, seq, 64_000);
        for (bit, set) in [
            (FIN, etherparse::PacketBuilderStep::fin as fn(_) -> _),
            (SYN, etherparse::PacketBuilderStep::syn),
            (RST, etherparse::PacketBuilderStep::rst),
        ] {
            if bits & bit != 0 {
                tcp = set(tcp);
            }
        }
        if bits & ACK != 0 {
            tcp = tcp.ack(ack);
        }
        let at = self.bytes.len();
        tcp.write(&mut self.bytes, payload).expect("a vector takes all");
        let length = u32::try_from(self.bytes.len() - at).expect("small");
        let (at, time) = (u32::try_from(at).expect("small"), Time(self.now));
        self.packets.push(Packet {
            at,
            captured: length,
            wire: length,
            link: 1,
            interface: 0,
            time,
        });
        self.after(1)
    }

    /// The last packet was captured twice.
    fn twice(mut self) -> Self {
        let mut twin = *self.packets.last().expect("a packet");
        twin.time.0 += 1000;
        self.packets.push(twin);
        self
    }

    /// SYN, SYN-ACK, ACK.
    fn opened(self) -> Self {
        self.client(SYN, 0, 0, &[]).server(SYN | ACK, 0, 1, &[]).client(ACK, 1, 1, &[])
    }

    fn run(&self) -> (Vec<Emitted>, Quality) {
        let limits = Limits::default();
        let (mut decoder, mut engine) = (Decoder::new(&limits, 1), Engine::new(limits, 1));
        let batch = Batch { bytes: &self.bytes, packets: &self.packets, first: 1 };
        decoder.decode(&batch);
        let mut facts = Vec::new();
        engine.batch(&decoder, &batch, 0, |found| facts.extend(found));
        let quality = engine.finish(|found| facts.extend(found));
        (facts, quality)
    }

    /// The TCP facts, each as its name, `#` and its frame; those that are healthy left out.
    fn facts(&self) -> Vec<String> {
        let (facts, _) = self.run();
        facts.iter().filter_map(line).collect()
    }
}

fn line(emitted: &Emitted) -> Option<String> {
    let Fact::Tcp(fact) = &emitted.fact else { return None };
    let words = match fact {
        tcp::Fact::Refused(tried) => format!("refused x{}", tried.attempts),
        tcp::Fact::Unanswered(tried) => format!("unanswered x{}", tried.attempts),
        tcp::Fact::HalfOpen(half) => format!("half-open x{}", half.syn_acks),
        tcp::Fact::Reset(reset) => format!("reset by {}", reset.sender.name()),
        tcp::Fact::AcceptClose { reset } => format!("accept-close reset={reset}"),
        tcp::Fact::Blackhole(hole) => {
            format!("blackhole {} x{}", hole.lost_size, hole.transmissions)
        }
        tcp::Fact::Gap { side, bytes } => format!("gap {} {bytes}", side.name()),
        _ => return None,
    };
    Some(format!("{words} #{}", emitted.at.frame.number()))
}

#[test]
fn a_healthy_connection_says_nothing() {
    let wire = Wire::new()
        .opened()
        .client(ACK, 1, 1, b"hello")
        .server(ACK, 1, 6, b"welcome")
        .client(FIN | ACK, 6, 8, &[])
        .server(FIN | ACK, 8, 7, &[])
        .client(ACK, 7, 9, &[]);
    assert!(wire.facts().is_empty(), "{:?}", wire.facts());
}

#[test]
fn a_refused_client_tries_three_times_on_the_same_ports() {
    let wire = Wire::new()
        .client(SYN, 0, 0, &[])
        .server(RST | ACK, 0, 1, &[])
        .after(500)
        .client(SYN, 0, 0, &[])
        .server(RST | ACK, 0, 1, &[])
        .after(500)
        .client(SYN, 0, 0, &[])
        .server(RST | ACK, 0, 1, &[]);
    assert_eq!(wire.facts(), ["refused x3 #2"]);
}

#[test]
fn refused_first_and_accepted_then_is_a_refusal_and_a_connection() {
    let wire = Wire::new()
        .client(SYN, 0, 0, &[])
        .server(RST | ACK, 0, 1, &[])
        .after(500)
        .opened()
        .client(ACK, 1, 1, b"hello")
        .server(ACK, 1, 6, b"welcome");
    assert_eq!(wire.facts(), ["refused x1 #2"]);
    let (_, quality) = wire.run();
    assert_eq!(quality.two_sided, 1);
}

#[test]
fn nobody_answers_four_syns() {
    let syn = |wire: Wire| wire.client(SYN, 0, 0, &[]);
    let wire = syn(syn(syn(syn(Wire::new()).after(1000)).after(2000)).after(4000));
    assert_eq!(wire.facts(), ["unanswered x4 #1"]);
}

#[test]
fn a_syn_that_two_mirror_ports_show_is_one_attempt() {
    let wire = Wire::new().client(SYN, 0, 0, &[]).twice();
    assert_eq!(wire.facts(), ["unanswered x1 #1"]);
    assert_eq!(wire.run().1.duplicates.count, 1);
}

#[test]
fn a_syn_ack_that_is_never_acknowledged_leaves_it_half_open() {
    let wire = Wire::new()
        .client(SYN, 0, 0, &[])
        .server(SYN | ACK, 0, 1, &[])
        .after(1000)
        .server(SYN | ACK, 0, 1, &[])
        .after(2000)
        .server(SYN | ACK, 0, 1, &[]);
    assert_eq!(wire.facts(), ["half-open x3 #3"]);
}

#[test]
fn the_server_accepts_and_closes_before_a_byte() {
    let fin = Wire::new().opened().server(FIN | ACK, 1, 1, &[]).client(FIN | ACK, 1, 2, &[]);
    assert_eq!(fin.facts(), ["accept-close reset=false #4"]);
    let rst = Wire::new().opened().server(RST | ACK, 1, 1, &[]);
    assert_eq!(rst.facts(), ["reset by server #4", "accept-close reset=true #4"]);
    let probe = Wire::new().opened().client(FIN | ACK, 1, 1, &[]).server(FIN | ACK, 1, 2, &[]);
    assert!(probe.facts().is_empty());
}

#[test]
fn a_forged_reset_has_another_ttl_and_the_server_goes_on() {
    let wire = Wire::new()
        .opened()
        .client(ACK, 1, 1, b"hello")
        .ttl(250)
        .server(RST | ACK, 1, 6, &[])
        .ttl(64)
        .server(ACK, 1, 6, b"welcome");
    let (facts, _) = wire.run();
    let reset = facts.iter().find_map(|emitted| match &emitted.fact {
        Fact::Tcp(tcp::Fact::Reset(reset)) => Some(reset),
        _ => None,
    });
    let reset = reset.expect("a reset");
    assert_eq!((reset.ttl, reset.usual_ttl), (250, Some((64, 64))));
    assert_eq!(reset.sender_went_on.map(|at| at.frame.number()), Some(6));
    assert_eq!(reset.bytes, [5, 0]);
}

#[test]
fn full_segments_vanish_and_small_ones_pass() {
    let full = [0; 1400];
    let wire = Wire::new()
        .opened()
        .client(ACK, 1, 1, b"hello")
        .server(ACK, 1, 6, &full)
        .after(300)
        .server(ACK, 1, 6, &full)
        .after(600)
        .server(ACK, 1, 6, &full)
        .after(1200)
        .server(ACK, 1, 6, &full);
    assert_eq!(wire.facts(), ["blackhole 1400 x4 #6"]);
    let healed = wire.client(ACK, 6, 1401, &[]);
    assert!(healed.facts().is_empty(), "{:?}", healed.facts());
}

#[test]
fn a_receiver_that_closed_acknowledges_nothing_more_and_that_is_no_black_hole() {
    let full = [0; 1400];
    let wire = Wire::new().opened().client(ACK, 1, 1, b"hello").server(ACK, 1, 6, &full);
    let repeat = |wire: Wire| {
        let again = |wire: Wire| wire.after(900).server(ACK, 1, 6, &full);
        again(again(again(wire)))
    };
    let closed = repeat(wire.client(FIN | ACK, 6, 1, &[]));
    assert!(closed.facts().is_empty(), "{:?}", closed.facts());
}

#[test]
fn the_longest_segment_that_passed_is_known() {
    let mut full = [0; 1400];
    full[..6].copy_from_slice(&[22, 3, 3, 32, 0, 2]);
    let wire = Wire::new()
        .opened()
        .server(ACK, 1, 1, &full)
        .client(ACK, 1, 1401, &[])
        .server(ACK, 1401, 1, &full)
        .after(900)
        .server(ACK, 1401, 1, &full)
        .after(900)
        .server(ACK, 1401, 1, &full);
    let (facts, _) = wire.run();
    let passed = facts.iter().find_map(|emitted| match &emitted.fact {
        Fact::Tcp(tcp::Fact::Blackhole(hole)) => Some(hole.passed_size),
        _ => None,
    });
    assert_eq!(passed, Some(1400));
}

#[test]
fn new_connection_on_old_ports_is_another_one() {
    let wire = Wire::new()
        .opened()
        .client(ACK, 1, 1, b"hello")
        .client(FIN | ACK, 6, 1, &[])
        .server(FIN | ACK, 1, 7, &[])
        .client(SYN, 100_000, 0, &[])
        .server(RST | ACK, 0, 100_001, &[]);
    assert_eq!(wire.facts(), ["refused x1 #8"]);
    assert_eq!(wire.run().1.flows, 2);
}

#[test]
fn one_direction_alone_is_no_silence() {
    let wire = Wire::new()
        .client(SYN, 0, 0, &[])
        .client(ACK, 1, 1, &[])
        .client(ACK, 1, 1, b"hello")
        .client(FIN | ACK, 6, 200, &[]);
    let (facts, quality) = wire.run();
    assert_eq!(quality.one_sided.count, 1);
    let one_sided = facts.iter().any(|emitted| {
        matches!(&emitted.fact, Fact::Tcp(tcp::Fact::Unanswered(tried)) if tried.one_sided)
    });
    assert!(one_sided, "the fact stands, and says that it proves nothing");
}

#[test]
fn bytes_that_the_server_acknowledged_but_nobody_captured_are_a_gap() {
    let hello = b"\x16\x03\x01\x01\x00\x01\x00\x00\xfc\x03\x03";
    let mut wire = Wire::new().opened().client(ACK, 1, 1, hello).client(ACK, 500, 1, &[0; 100]);
    for _ in 0..20 {
        wire = wire.server(ACK, 1, 600, &[]);
    }
    assert_eq!(wire.facts().len(), 1);
    assert!(wire.facts()[0].starts_with("gap client 488"), "{:?}", wire.facts());
    assert_eq!(wire.run().1.gaps.count, 1);
}

#[test]
fn one_time_stamp_far_ahead_ends_nothing() {
    let mut wire = Wire::new().client(SYN, 0, 0, &[]).server(SYN | ACK, 0, 1, &[]);
    wire.packets[1].time.0 = i64::from(i32::MAX) * SECOND;
    let wire =
        wire.client(ACK, 1, 1, &[]).client(ACK, 1, 1, b"hello").server(ACK, 1, 6, b"welcome");
    assert!(wire.facts().is_empty(), "{:?}", wire.facts());
    assert_eq!(wire.run().1.flows, 1);
    assert_eq!(wire.run().1.reordered.count, 1);
}
