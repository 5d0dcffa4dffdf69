//! The facts of a capture, one by one.

use finwhale::facts::Kept;
use finwhale::limits::Limits;
use finwhale::pipeline::{FactSink, Pipeline};
use finwhale::source::memory;
use finwhale::trust::Trust;
use std::fs;
use std::path::Path;

struct Each<T>(T);

impl<T: FnMut(&Kept)> FactSink for Each<T> {
    fn fact(&mut self, _: &str, kept: &Kept) {
        (self.0)(kept);
    }
}

/// Gives `take` every fact of a capture; `None` where the file cannot be read as one.
pub(crate) fn each_fact(path: &Path, take: impl FnMut(&Kept)) -> Option<()> {
    let limits = Limits::default();
    let mut source = memory::capture(fs::read(path).ok()?, &limits).ok()?;
    let mut pipeline = Pipeline::new(limits, Trust::load(&[]).ok()?, None);
    let mut sink = Each(take);
    pipeline.read("", &mut *source, &mut sink).ok()?;
    pipeline.finish(&mut sink);
    Some(())
}
