//! Where tshark is not installed, nothing is compared with it.
// A comparison that cannot be made is said, not passed over.
#![allow(clippy::print_stdout)]

use std::process::Command;

/// Whether it is; says so where it is not.
pub(crate) fn is_installed() -> bool {
    let installed = Command::new("tshark").arg("--version").output().is_ok();
    if !installed {
        println!("tshark is not installed: real captures are not compared");
    }
    installed
}
