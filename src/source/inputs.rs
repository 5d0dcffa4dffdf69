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
            Err(OpenError { reason: Reason::Looks(_) | Reason::Packed(..), .. }) => {}
            Err(error) => self.errors.push(error),
            Ok(_) => self.inputs.push(input),
        }
    }

    fn failed(&mut self, path: &Path, error: io::Error) {
        let name = path.display().to_string();
        self.errors.push(OpenError { name, reason: Reason::Io(error) });
    }
}

#[cfg(test)]
mod tests {
    use super::super::write::{Order, Variant, pcap};
    use super::*;

    /// A folder with captures and other things; names come back relative to it.
    fn listed(names: &[&str], prepare: impl FnOnce(&Path)) -> (Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        prepare(&root);
        let names: Vec<PathBuf> = names
            .iter()
            .map(|name| if *name == "-" { PathBuf::from("-") } else { root.join(name) })
            .collect();
        let (inputs, errors) = list(&names, &Limits::default());
        let prefix = format!("{}/", root.display());
        let inputs = inputs.iter().map(|input| input.to_string().replace(&prefix, "")).collect();
        (inputs, errors.iter().map(|error| error.to_string().replace(&prefix, "")).collect())
    }

    fn capture(path: PathBuf) {
        fs::write(path, pcap(Order::Little, Variant::Micro, 1, &[])).unwrap();
    }

    #[test]
    fn folders_are_walked_in_name_order_and_give_captures_only() {
        let (inputs, errors) = listed(&["."], |root| {
            fs::create_dir_all(root.join("b/c")).unwrap();
            fs::create_dir_all(root.join(".hidden")).unwrap();
            for name in ["z.pcap", "a.bin", "b/c/1", "b/2", ".hidden/3", ".4"] {
                capture(root.join(name));
            }
            fs::write(root.join("notes.pcap"), "no capture").unwrap();
            fs::write(root.join("empty.pcap"), "").unwrap();
        });
        assert_eq!(inputs, ["./a.bin", "./b/2", "./b/c/1", "./z.pcap"]);
        assert!(errors.is_empty());
    }

    #[test]
    fn named_inputs_stay_in_the_order_given_whatever_they_are() {
        let (inputs, errors) = listed(&["z", "-", "missing", "a"], |root| {
            capture(root.join("z"));
            fs::write(root.join("a"), "text").unwrap();
        });
        assert_eq!(inputs, ["z", "-", "missing", "a"]);
        assert!(errors.is_empty());
    }

    #[test]
    fn a_named_file_that_is_no_capture_is_an_error_when_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.pcap");
        fs::write(&path, "<html>").unwrap();
        let message = |path: &Path| {
            open(&Input::File(path.into()), &Limits::default()).err().unwrap().to_string()
        };
        assert!(message(&path).contains("page.pcap: this looks like an HTML page"));
        let missing = message(&folder.path().join("missing"));
        assert!(missing.contains("missing: No such file"), "{missing}");
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_back_end_the_walk() {
        let (inputs, errors) = listed(&["."], |root| {
            fs::create_dir(root.join("a")).unwrap();
            capture(root.join("a/1"));
            std::os::unix::fs::symlink(root, root.join("a/back")).unwrap();
            std::os::unix::fs::symlink(root.join("a"), root.join("b")).unwrap();
            std::os::unix::fs::symlink("nowhere", root.join("c")).unwrap();
            std::os::unix::fs::symlink(root.join("a/1"), root.join("d")).unwrap();
        });
        assert_eq!(inputs, ["./a/1", "./d"]);
        assert!(errors.is_empty());
    }
}
