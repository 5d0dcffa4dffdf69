//! What is under way: copies of cases and transfers, each of which knows its next packet.

use super::case::Case;
use super::hosts::Given;
use super::script::Script;
use super::transfer::Transfer;

/// A copy of a case or a transfer; numbers are those of its case or script.
pub(crate) enum Active {
    /// A copy: who is who in it, and how many of its packets were written.
    Copy { case: usize, given: Given, sent: usize },
    /// A transfer.
    Transfer { script: usize, transfer: Transfer },
}

impl Active {
    /// Writes the next packet and says after how many nanoseconds the one behind it comes, or that none does.
    pub(crate) fn write(
        &mut self,
        cases: &[Case],
        scripts: &[Script],
        frame: &mut Vec<u8>,
    ) -> Option<i64> {
        match self {
            Self::Copy { case, given, sent } => copy(&cases[*case], given, sent, frame),
            Self::Transfer { script, transfer } => transfer.write(&scripts[*script], frame),
        }
    }
}

fn copy(case: &Case, given: &Given, sent: &mut usize, frame: &mut Vec<u8>) -> Option<i64> {
    let packet = &case.packets[*sent];
    *sent += 1;
    frame.clear();
    frame.extend_from_slice(&packet.bytes);
    let end = |socket: usize| (given.hosts[case.sockets[socket].host], given.ports[socket]);
    packet.layout.readdress(frame, packet.ends.map(end), packet.quoted.map(|ends| ends.map(end)));
    Some(case.packets.get(*sent)?.after - packet.after)
}
