//! NTP: what the clocks of time servers show.

use super::clock::{Reading, Source};
use super::{Analyzer, Chunk, Fact, Kind, NTP, Out, Protocol, Then, Verdict};
use crate::units::{At, Close, Side, Time};
use crate::wire::ntp::{self, Mode};

/// The entry in the list of protocols.
pub const PROTOCOL: Protocol = Protocol {
    id: NTP,
    kind: Kind::Datagram,
    ports: &[123],
    probe: |_, bytes| if ntp::packet(bytes).is_ok() { Verdict::Yes } else { Verdict::No },
    speaks,
    new: |_| Box::new(Ntp::default()),
};

/// Client and server may both use port 123: the mode tells.
fn speaks(bytes: &[u8]) -> Option<Side> {
    match ntp::packet(bytes).ok()?.mode {
        Mode::Client => Some(Side::Client),
        Mode::Server => Some(Side::Server),
        Mode::Peer => None,
    }
}

/// Every reading counts up to this many of a conversation, then one of as many.
const READINGS: u32 = 16;

#[derive(Default)]
struct Ntp {
    readings: u32,
}

impl Analyzer for Ntp {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        if let Some(clock) = ntp::packet(chunk.bytes).ok().and_then(|packet| packet.clock()) {
            self.readings = self.readings.wrapping_add(1);
            if self.readings <= READINGS || self.readings.is_multiple_of(READINGS) {
                let reading = Reading { side: chunk.side, clock: Time(clock), source: Source::Ntp };
                out.emit(chunk.at, Fact::Clock(reading));
            }
        }
        (chunk.bytes.len(), Then::More)
    }

    fn gap(&mut self, _: Side, _: At, _: u64, _: &mut Out<'_>) {}

    fn end(&mut self, _: Side, _: At, _: Close, _: &mut Out<'_>) {}
}
