//! Trust anchors: where they are loaded from, and how they are found by name.

use super::Anchors;
use crate::wire::x509::Certificate;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All anchors of a run.
#[derive(Debug, Default)]
pub(super) struct AnchorSet {
    anchors: Vec<Anchor>,
    /// Places in `anchors` by subject, in lower case.
    by_name: HashMap<String, Vec<usize>>,
    /// DER of those that are in.
    known: HashSet<Box<[u8]>>,
    /// Some came from a path: they may be meant for client certificates too.
    pub(super) given: bool,
}

/// One anchor.
#[derive(Debug)]
pub(super) struct Anchor {
    /// Its certificate.
    pub(super) certificate: Arc<Certificate>,
    /// It is one of Mozilla's, so the CA/Browser Forum's rules hold for what it issues.
    pub(super) public: bool,
}

impl AnchorSet {
    /// Loads and unites all of them.
    pub(super) fn load(sources: &[Anchors]) -> Result<Self, String> {
        let mut set = Self::default();
        for source in sources {
            match source {
                Anchors::Mozilla => mozilla().for_each(|der| set.add(der)),
                Anchors::System => set.add_system()?,
                Anchors::Path(path) => set.add_path(path)?,
            }
        }
        Ok(set)
    }

    /// There are none: trust is not judged.
    pub(super) fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// Anchors whose subject is this name.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Anchor> {
        let places = self.by_name.get(&name.to_ascii_lowercase());
        places.into_iter().flatten().filter_map(|place| self.anchors.get(*place))
    }

    /// The anchor that has this certificate's name and key, whichever of its certificates this is.
    pub(super) fn same(&self, certificate: &Certificate) -> Option<&Anchor> {
        let mut named = self.named(&certificate.subject);
        named.find(|anchor| {
            !certificate.spki_der.is_empty() && anchor.certificate.spki_der == certificate.spki_der
        })
    }

    fn add(&mut self, der: &[u8]) {
        if !self.known.insert(der.into()) {
            return;
        }
        let certificate = Arc::new(Certificate::parse(der));
        let name = certificate.subject.to_ascii_lowercase();
        self.by_name.entry(name).or_default().push(self.anchors.len());
        let public = mozilla().any(|root| *root == *der);
        self.anchors.push(Anchor { certificate, public });
    }

    fn add_system(&mut self) -> Result<(), String> {
        let loaded = rustls_native_certs::load_native_certs();
        if loaded.certs.is_empty() {
            let why = loaded.errors.first().map_or_else(String::new, |error| format!(": {error}"));
            return Err(format!("the system has no trust anchors{why}"));
        }
        loaded.certs.iter().for_each(|der| self.add(der));
        Ok(())
    }

    fn add_path(&mut self, path: &Path) -> Result<(), String> {
        self.given = true;
        let mut found = false;
        for file in files(path).map_err(|error| format!("{}: {error}", path.display()))? {
            let bytes = fs::read(&file);
            let bytes = bytes.map_err(|error| format!("{}: {error}", file.display()))?;
            for der in certificates(&bytes) {
                self.add(&der);
                found = true;
            }
        }
        let what = if path.is_dir() { "no certificates in its files" } else { "no certificate" };
        if found { Ok(()) } else { Err(format!("{}: {what}", path.display())) }
    }
}

fn mozilla() -> impl Iterator<Item = &'static [u8]> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| &**root)
}

/// The file itself, or the files of a folder in name order.
fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries: Result<Vec<_>, _> = fs::read_dir(path)?.collect();
    let mut files: Vec<_> = entries?.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

/// The certificates of a PEM file, or of a DER file with one.
fn certificates(bytes: &[u8]) -> Vec<Vec<u8>> {
    let pem = CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok);
    let found: Vec<_> = pem.map(|der| der.to_vec()).collect();
    if !found.is_empty() {
        return found;
    }
    let whole = Certificate::parse(bytes);
    if whole.spki_der.is_empty() || whole.subject.is_empty() {
        Vec::new()
    } else {
        vec![bytes.to_vec()]
    }
}
