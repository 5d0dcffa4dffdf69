//! All files of the folder of real captures.
// A comparison that cannot be made is said, not passed over.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The files below the folder that FINWHALE_CORPUS names; says so where it is not set.
pub(crate) fn files(wanted: impl Fn(&Path) -> bool) -> Option<Vec<PathBuf>> {
    let Some(folder) = std::env::var_os("FINWHALE_CORPUS") else {
        println!("FINWHALE_CORPUS is not set: real captures are not compared");
        return None;
    };
    let mut found = Vec::new();
    walk(Path::new(&folder), &wanted, &mut found);
    Some(found)
}

fn walk(folder: &Path, wanted: &impl Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => walk(&path, wanted, found),
            false if wanted(&path) => found.push(path),
            false => {}
        }
    }
}

/// Does `work` with every path, on all cores: tshark takes its time.
pub(crate) fn each(paths: Vec<PathBuf>, work: impl Fn(&Path) + Sync) {
    let todo = Mutex::new(paths.into_iter());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(path) = todo.lock().unwrap().next() else { break };
                    work(&path);
                }
            });
        }
    });
}
