//! Any bytes at all: nothing panics, nothing points outside, every packet is accounted for.

use super::{Decoded, ethernet, ipv4, syn};
use finwhale::net::tcp_options;
use proptest::prelude::*;

/// All link types that are known, and many that are not.
fn link() -> impl Strategy<Value = u16> {
    0u16..=300
}

fn check(decoded: &Decoded, frames: usize) -> Result<(), TestCaseError> {
    let mut packets = std::collections::BTreeSet::new();
    for segment in decoded.decoder.segments() {
        let payload = decoded.decoder.payload(&decoded.bytes, segment);
        prop_assert_eq!(payload.len(), segment.len as usize);
        prop_assert!(segment.wire_len >= segment.len);
        let options = decoded.decoder.options(&decoded.bytes, segment);
        prop_assert_eq!(options.len(), usize::from(segment.options_len));
        tcp_options(options);
        packets.insert(segment.packet);
    }
    let undecoded: u64 = decoded.decoder.undecoded().values().sum();
    let waiting = decoded.decoder.fragments_lost();
    prop_assert!(packets.len() as u64 + undecoded + waiting >= frames as u64);
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_bytes(link in link(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&Decoded::new(link, &[bytes]), 1)?;
    }

    #[test]
    fn damaged_frames(
        link in link(),
        prefix in prop::collection::vec(any::<u8>(), 0..40),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        keep in any::<prop::sample::Index>(),
    ) {
        let mut frame = [prefix, ethernet(0x0800, &syn(ipv4()))].concat();
        for (at, byte) in damage {
            let at = at.index(frame.len());
            frame[at] = byte;
        }
        let wire = frame.len();
        frame.truncate(keep.index(wire) + 1);
        check(&Decoded::cut(link, &[frame], &[wire]), 1)?;
    }

    #[test]
    fn arbitrary_tunnels(
        protocol in any::<u8>(),
        port in prop::sample::select(vec![1701u16, 2152, 3544, 4789, 4790, 5247, 6081, 6635, 8472]),
        inside in prop::collection::vec(any::<u8>(), 0..200),
        is_udp in any::<bool>(),
    ) {
        let ports = [0x9c, 0x40, (port >> 8) as u8, port as u8];
        let length = (inside.len() as u16 + 8).to_be_bytes();
        let datagram = [&ports[..], &length, &[0, 0], &inside].concat();
        let (number, content) = if is_udp { (17, datagram) } else { (protocol, inside) };
        let mut frame = vec![0x45, 0, 0, (20 + content.len()) as u8, 0, 0, 0, 0, 64, number, 0, 0];
        frame.extend([1, 1, 1, 1, 2, 2, 2, 2]);
        frame.extend(content);
        check(&Decoded::new(101, &[frame]), 1)?;
    }

    #[test]
    fn arbitrary_fragments(
        pieces in prop::collection::vec((0u16..12, 1usize..40, any::<bool>(), 0u8..2), 1..30)
    ) {
        let frames: Vec<_> = pieces.iter().map(|(offset, len, more, id)| {
            let place = offset | u16::from(*more) << 13;
            let mut frame = vec![0x45, 0, 0, (20 + len) as u8, 0, *id];
            frame.extend(place.to_be_bytes());
            frame.extend([64, 17, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
            frame.extend(std::iter::repeat_n(*id, *len));
            frame
        }).collect();
        check(&Decoded::new(101, &frames), 0)?;
    }
}
