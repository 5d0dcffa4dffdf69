//! Wires source, net, flow, proto and facts together, on one thread or on several; the only place that does.

mod block;
mod extent;
mod gate;
mod pin;
mod rounds;
mod threads;

use crate::facts::{Capture, Facts, Kept, judge};
use crate::flow::{Engine, Quality};
use crate::limits::Limits;
use crate::net::Decoder;
use crate::proto::Emitted;
use crate::source::stretch::{Mark, Stretches};
use crate::source::timeline::{Span, follows};
use crate::source::{About, Batch, LINK_NONE, Packet, Source};
use crate::trust::Trust;
use block::{Mill, Seam};
use extent::Extent;
use rounds::Rounds;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::thread;
pub use threads::Threads;

/// Takes what becomes known, in the order of the contract; what it does not care for it leaves as it is here.
pub trait FactSink {
    /// A fact of the capture at `path`, verdicts filled in.
    fn fact(&mut self, _path: &str, _kept: &Kept) {}
    /// A capture, after its facts.
    fn capture(&mut self, _capture: &Capture) {}
    /// This many bytes of the file at hand were read ([`Source::position`]); a break ends the reading, for nobody
    /// wants to know more.
    fn progress(&mut self, _bytes: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// For those who want [`Pipeline::finish`]'s facts alone.
impl FactSink for () {}

/// IP fragments whose packet never came together, among what a capture lost.
const FRAGMENTS: &str = "fragments";

/// Tells which packets are to be read: by link type and bytes.
pub type Wanted = Box<dyn FnMut(u16, &[u8]) -> bool + Send>;

/// Reads captures one after the other and gathers their facts.
pub struct Pipeline {
    limits: Limits,
    trust: Trust,
    wanted: Option<Wanted>,
    threads: Threads,
    seed: u64,
    facts: Facts,
    run: Option<Run>,
}

/// The files of one timeline: a rotated set, or a single capture.
struct Run {
    decoder: Decoder,
    engine: Engine,
    files: Vec<Capture>,
    /// The last of them, to see whether the next one follows on.
    about: About,
}

impl Pipeline {
    /// Keeps within `limits`, judges certificates by `trust`, reads all packets or those that are `wanted`.
    pub fn new(limits: Limits, trust: Trust, wanted: Option<Wanted>) -> Self {
        let seed = foldhash::fast::RandomState::default().build_hasher().finish();
        let (trust, threads) = (trust.within(limits.certificate_bytes), Threads::new(1));
        Self { limits, trust, wanted, threads, seed, facts: Facts::new(limits), run: None }
    }

    /// Uses these threads; what comes out is the same for every number. Those beyond the number of shards would only cost
    /// memory.
    pub fn with_threads(self, threads: Threads) -> Self {
        let jobs = threads.jobs.min(self.limits.shards());
        Self { threads: Threads { jobs, ..threads }, ..self }
    }

    /// Reads one capture to its end, or to where it is damaged. One that follows on from the last one continues its
    /// conversations.
    ///
    /// # Errors
    /// The operating system's read errors. What was read until then is reported all the same.
    pub fn read(
        &mut self,
        path: &str,
        source: &mut dyn Source,
        sink: &mut dyn FactSink,
    ) -> io::Result<()> {
        let mut capture = Capture { path: path.to_owned(), ..Capture::default() };
        let mut about = source.about().clone();
        let (mut started, mut extent) = (false, Extent::default());
        let mut selected = Vec::new();
        let mut alone = self.threads.begin();
        let result = loop {
            let batch = match source.next_batch() {
                Ok(Some(batch)) => select(batch, self.wanted.as_mut(), &mut selected),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            };
            if !std::mem::replace(&mut started, true) {
                self.begin(&mut about, &batch, sink);
            }
            extent.join(Extent::of(&batch));
            self.work(&batch, path, sink);
            if sink.progress(source.position()).is_break() {
                break Ok(());
            }
            if extent.bytes >= alone
                && let Some(stretches) = source.stretches()
            {
                let from = stretches.mark.offset;
                let mark = self.work_together(path, stretches, &mut extent, sink);
                if let Err(error) = source.go_on(mark) {
                    break Err(error);
                }
                alone = self.threads.again(extent.bytes, mark.offset - from);
            }
        };
        if !started {
            self.flush(sink);
        }
        extent.describe(&mut capture);
        capture.describe(source.about());
        let run = self.run.get_or_insert_with(|| Run::new(&self.limits, self.seed, about));
        run.about = source.about().clone();
        run.end_file(capture);
        result
    }

    /// Goes on with the timeline at hand if this file follows on from it, else begins another one.
    fn begin(&mut self, about: &mut About, batch: &Batch<'_>, sink: &mut dyn FactSink) {
        let first = batch.packets.first();
        about.link_types = first.map(|packet| packet.link).into_iter().collect();
        let times = first.map(|packet| (packet.time, packet.time));
        let later = Span { about, times };
        if !self.run.as_ref().is_some_and(|run| follows(run.span(), later)) {
            self.flush(sink);
            self.run = Some(Run::new(&self.limits, self.seed, about.clone()));
        }
    }

    fn work(&mut self, batch: &Batch<'_>, path: &str, sink: &mut dyn FactSink) {
        let Some(run) = &mut self.run else { return };
        let file = self.facts.captures.len() + run.files.len();
        run.decoder.decode(batch);
        let file = u16::try_from(file).unwrap_or(u16::MAX);
        let before = self.facts.captures.len();
        let (trust, facts) = (&mut self.trust, &mut self.facts);
        let path = |file| path_of(&run.files, before, file).unwrap_or(path);
        run.engine.batch(&run.decoder, batch, file, |found| fold(found, trust, facts, path, sink));
    }

    /// Reads on by blocks on several threads, as far as blocks go; how many bytes that is.
    fn work_together(
        &mut self,
        path: &str,
        stretches: Stretches,
        extent: &mut Extent,
        sink: &mut dyn FactSink,
    ) -> Mark {
        let Some(run) = &mut self.run else { return stretches.mark };
        let before = self.facts.captures.len();
        let file = u16::try_from(before + run.files.len()).unwrap_or(u16::MAX);
        let (shards, order) = run.engine.split();
        let mark = stretches.mark;
        let seam = Seam { decoder: &mut run.decoder, order, extent: *extent, mark };
        let wanted = Mutex::new(self.wanted.as_mut());
        let mill = Mill { stretches, wanted, shards: shards.count(), file };
        let Threads { jobs, block_bytes, .. } = self.threads;
        let rounds =
            Rounds::new((jobs, block_bytes), (&self.limits, self.seed), mill, shards, seam);
        let (trust, facts, files) = (&mut self.trust, &mut self.facts, &run.files);
        let path = |file| path_of(files, before, file).unwrap_or(path);
        thread::scope(|scope| {
            for me in 1..jobs {
                let rounds = &rounds;
                let part = move || rounds.run(me);
                if thread::Builder::new().spawn_scoped(scope, part).is_err() {
                    rounds.forgo();
                }
            }
            rounds.run_and_fold(|found| {
                fold(found, trust, facts, path, sink);
                if sink.progress(rounds.position()).is_break() {
                    rounds.stop();
                }
            });
        });
        let seam = rounds.into_seam();
        *extent = seam.extent;
        seam.mark
    }

    /// Ends the timeline at hand: its last facts, then its captures.
    fn flush(&mut self, sink: &mut dyn FactSink) {
        let Some(mut run) = self.run.take() else { return };
        let before = self.facts.captures.len();
        let (trust, facts) = (&mut self.trust, &mut self.facts);
        let path = |file| path_of(&run.files, before, file).unwrap_or_default();
        let quality = run.engine.finish(|found| fold(found, trust, facts, path, sink));
        let end = run.files.iter().filter_map(|capture| capture.last).max();
        if let Some(last) = run.files.last_mut() {
            self.facts.assess(last, quality);
        }
        let timeline = u16::try_from(self.facts.captures.len()).unwrap_or(u16::MAX);
        for mut capture in run.files {
            (capture.timeline, capture.timeline_end) = (timeline, end);
            sink.capture(&capture);
            self.facts.captures.push(capture);
        }
    }

    /// All facts, for the rules.
    pub fn finish(mut self, sink: &mut dyn FactSink) -> Facts {
        self.flush(sink);
        self.facts.sort();
        self.facts
    }
}

/// The path of a file of the timeline at hand, which began behind `before` other files.
fn path_of(files: &[Capture], before: usize, file: usize) -> Option<&str> {
    files.get(file.checked_sub(before)?).map(|capture| capture.path.as_str())
}

/// Judges, reports and keeps what was found; `path` names the file of a number.
fn fold<'a>(
    found: impl Iterator<Item = Emitted>,
    trust: &mut Trust,
    facts: &mut Facts,
    path: impl Fn(usize) -> &'a str,
    sink: &mut dyn FactSink,
) {
    for emitted in found {
        let mut kept = Kept { emitted, verdict: None, client_verdict: None };
        judge(&mut kept, trust);
        sink.fact(path(usize::from(kept.emitted.at.frame.file())), &kept);
        facts.add(kept);
    }
}

/// The batch without the packets that are not wanted; they keep their numbers.
fn select<'a>(
    batch: Batch<'a>,
    wanted: Option<&mut Wanted>,
    selected: &'a mut Vec<Packet>,
) -> Batch<'a> {
    let Some(wanted) = wanted else { return batch };
    selected.clear();
    selected.extend_from_slice(batch.packets);
    leave_out(batch.bytes, selected, wanted);
    Batch { packets: selected, ..batch }
}

/// Makes packets that are not wanted frames that hold none.
fn leave_out(bytes: &[u8], packets: &mut [Packet], wanted: &mut Wanted) {
    for packet in packets {
        let rest = bytes.get(packet.at as usize..).unwrap_or_default();
        if !wanted(packet.link, rest.get(..packet.captured as usize).unwrap_or_default()) {
            *packet = Packet { link: LINK_NONE, captured: 0, wire: 0, ..*packet };
        }
    }
}

impl Run {
    fn new(limits: &Limits, seed: u64, about: About) -> Self {
        let (decoder, engine) = (Decoder::new(limits, seed), Engine::new(*limits, seed));
        Self { decoder, engine, files: Vec::new(), about }
    }

    fn span(&self) -> Span<'_> {
        let times = self.files.last().and_then(|file| Some((file.first?, file.last?)));
        Span { about: &self.about, times }
    }

    /// The file at hand ends; its conversations may go on in the next one.
    fn end_file(&mut self, mut capture: Capture) {
        capture.undecoded.clone_from(self.decoder.undecoded());
        for earlier in &self.files {
            for (reason, count) in &earlier.undecoded {
                if let Some(all) = capture.undecoded.get_mut(reason) {
                    *all -= count;
                }
            }
        }
        capture.undecoded.retain(|_, count| *count > 0);
        let told = |file: &Capture| file.lost.get(FRAGMENTS).copied().unwrap_or(0);
        let before: u64 = self.files.iter().map(told).sum();
        let fragments = self.decoder.fragments_lost().saturating_sub(before);
        if fragments > 0 {
            capture.lost.insert(FRAGMENTS, fragments);
        }
        self.files.push(capture);
    }
}

impl Facts {
    /// Adds what the engine saw of a capture's quality.
    fn assess(&mut self, capture: &mut Capture, quality: Quality) {
        for (host, presence) in quality.hosts {
            let known = self.hosts.entry(host).or_default();
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
}

impl Capture {
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
