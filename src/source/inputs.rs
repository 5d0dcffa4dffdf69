//! What the user named becomes a list of captures: files, directories walked in name order, standard input.

use super::{Input, OpenError, Reason, open};
use crate::limits::Limits;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The captures that `names` stand for, in order, and what could not be walked.
///
/// A file named explicitly is taken as it is; [`open`] says what is wrong with it. Files in directories that are
/// no captures, and hidden ones, are left out in silence; what cannot be read is an error.
pub fn list(names: &[PathBuf], limits: &Limits) -> (Vec<Input>, Vec<OpenError>) {
    let mut walk = Walk { limits, inputs: Vec::new(), errors: Vec::new(), seen: BTreeSet::new() };
    for name in names {
        if name.as_os_str() == "-" {
            walk.inputs.push(Input::Stdin);
        } else if name.is_dir() {
            walk.folder(name);
        } else {
            walk.inputs.push(Input::File(name.clone()));
        }
    }
    (walk.inputs, walk.errors)
}

struct Walk<'a> {
    limits: &'a Limits,
    inputs: Vec<Input>,
    errors: Vec<OpenError>,
    /// Folders already walked, by their true paths: links may lead back.
    seen: BTreeSet<PathBuf>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path) {
        match self.entries(folder) {
            Ok(entries) => entries.iter().for_each(|path| self.entry(path)),
            Err(error) => self.failed(folder, error),
        }
    }

    /// The entries of a folder by name, without hidden ones; none when it was walked before.
    fn entries(&mut self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        if !self.seen.insert(folder.canonicalize()?) {
            return Ok(Vec::new());
        }
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                paths.push(entry.path());
            }
        }
        paths.sort();
        Ok(paths)
    }

    fn entry(&mut self, path: &Path) {
        match path.metadata() {
            Ok(meta) if meta.is_dir() => self.folder(path),
            Ok(meta) if meta.is_file() => self.file(path),
            // Devices, sockets and named pipes are read when they are named, not when they are found.
            Ok(_) => {}
            // A link that leads nowhere is no capture.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.failed(path, error),
        }
    }

    fn file(&mut self, path: &Path) {
        let input = Input::File(path.to_owned());
        match open(&input, self.limits) {
            Err(OpenError { reason: Reason::Looks(_), .. }) => {}
            Err(error) => self.errors.push(error),
            Ok(_) => self.inputs.push(input),
        }
    }

    fn failed(&mut self, path: &Path, error: io::Error) {
        let name = path.display().to_string();
        self.errors.push(OpenError { name, reason: Reason::Io(error) });
    }
}
