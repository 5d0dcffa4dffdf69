//! Wires source, net, flow, proto and facts together; the only file that does.

use crate::facts::{Capture, Facts, Kept, judge};
use crate::flow::{Engine, Quality};
use crate::limits::Limits;
use crate::net::Decoder;
use crate::source::{About, Batch, Source};
use crate::trust::Trust;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::ops::ControlFlow;

/// Takes what becomes known, in the order of the contract.
pub trait FactSink {
    /// A fact of the capture at `path`, verdicts filled in.
    fn fact(&mut self, path: &str, kept: &Kept);
    /// A capture, after its facts.
    fn capture(&mut self, capture: &Capture);
    /// This many captured bytes were worked through; a break ends the reading, for nobody wants to know more.
    fn progress(&mut self, bytes: u64) -> ControlFlow<()>;
}

/// Reads captures one after the other and gathers their facts.
pub struct Pipeline {
    limits: Limits,
    trust: Trust,
    seed: u64,
    facts: Facts,
}

impl Pipeline {
    /// Keeps within `limits`, judges certificates by `trust`.
    pub fn new(limits: Limits, trust: Trust) -> Self {
        let seed = foldhash::fast::RandomState::default().build_hasher().finish();
        Self { limits, trust, seed, facts: Facts::new(limits) }
    }

    /// Reads one capture to its end, or to where it is damaged.
    ///
    /// # Errors
    /// The operating system's read errors. What was read until then is reported all the same.
    pub fn read(
        &mut self,
        path: &str,
        source: &mut dyn Source,
        sink: &mut dyn FactSink,
    ) -> io::Result<()> {
        let file = u16::try_from(self.facts.captures.len()).unwrap_or(u16::MAX);
        let mut capture = Capture { path: path.to_owned(), ..Capture::default() };
        let mut decoder = Decoder::new(&self.limits, self.seed);
        let mut engine = Engine::new(self.limits, self.seed);
        let result = loop {
            match source.next_batch() {
                Ok(Some(batch)) => {
                    capture.count(&batch);
                    decoder.decode(&batch);
                    engine.batch(&decoder, &batch, file);
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
            self.drain(&mut engine, path, sink);
            if sink.progress(capture.bytes).is_break() {
                break Ok(());
            }
        };
        let quality = engine.finish();
        self.drain(&mut engine, path, sink);
        capture.describe(source.about());
        capture.undecoded = decoder.undecoded().clone();
        self.assess(&mut capture, quality);
        sink.capture(&capture);
        self.facts.captures.push(capture);
        result
    }

    fn drain(&mut self, engine: &mut Engine, path: &str, sink: &mut dyn FactSink) {
        for emitted in engine.facts() {
            let kept = judge(emitted, &mut self.trust);
            sink.fact(path, &kept);
            self.facts.add(kept);
        }
    }

    /// Adds what the engine saw of the capture's quality.
    fn assess(&mut self, capture: &mut Capture, quality: Quality) {
        for (host, presence) in quality.hosts {
            let known = self.facts.hosts.entry(host).or_default();
            known.sent |= presence.sent;
            known.received |= presence.received;
        }
        for (name, count) in quality.lost {
            *capture.lost.entry(name).or_default() += count;
        }
        capture.flows = quality.flows;
        capture.one_sided = quality.one_sided;
        capture.two_sided = quality.two_sided;
        capture.gaps = quality.gaps;
        capture.snapped = quality.snapped;
        capture.duplicates = quality.duplicates;
        capture.reordered = quality.reordered;
        capture.midstream = quality.midstream;
        capture.oversized = quality.oversized;
    }

    /// All facts, for the rules.
    pub fn finish(mut self) -> Facts {
        self.facts.sort();
        self.facts
    }
}

impl Capture {
    fn count(&mut self, batch: &Batch<'_>) {
        self.packets += batch.packets.len() as u64;
        for packet in batch.packets {
            self.bytes += u64::from(packet.captured);
            self.first = Some(self.first.map_or(packet.time, |first| first.min(packet.time)));
            self.last = Some(self.last.map_or(packet.time, |last| last.max(packet.time)));
        }
    }

    fn describe(&mut self, about: &About) {
        self.format = about.format.name();
        self.compression = about.compression;
        self.link_types.clone_from(&about.link_types);
        self.truncated.clone_from(&about.truncated);
        self.names.clone_from(&about.names);
        for (name, count) in &about.lost {
            *self.lost.entry(name).or_default() += count;
        }
    }
}
