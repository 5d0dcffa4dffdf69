//! Tells whether capture files are one timeline: a rotated set, as `tcpdump -C` and dumpcap's ring write it.

use super::About;
use crate::units::{SECOND, Time};

/// Files of a set overlap or stand apart by up to this, nanoseconds.
///
/// A rotation loses next to nothing, but a quiet link has pauses; and packets of several interfaces may overtake
/// each other around it. Two unrelated captures of one day are hours apart.
pub const APART_MAX: i64 = 60 * SECOND;

/// See [`APART_MAX`].
pub const OVERLAP_MAX: i64 = SECOND;

/// What is known of a file after it was read.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a> {
    /// The capture.
    pub about: &'a About,
    /// Smallest and largest time stamps; `None` without packets.
    pub times: Option<(Time, Time)>,
}

/// True when `later` goes on where `earlier` ended: same container, same link types, times that follow on.
pub fn follows(earlier: Span<'_>, later: Span<'_>) -> bool {
    let (Some((_, end)), Some((start, _))) = (earlier.times, later.times) else { return false };
    let alike = earlier.about.format == later.about.format
        && earlier.about.link_types == later.about.link_types;
    alike && (-OVERLAP_MAX..=APART_MAX).contains(&start.since(end))
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::*;

    fn about(format: Format, links: &[u16]) -> About {
        About { link_types: links.to_vec(), ..About::new(format) }
    }

    fn span(about: &About, from: i64, to: i64) -> Span<'_> {
        Span { about, times: Some((Time(from * SECOND), Time(to * SECOND))) }
    }

    #[test]
    fn a_rotated_set_follows_on() {
        let about = about(Format::Pcap, &[1]);
        assert!(follows(span(&about, 0, 100), span(&about, 100, 200)));
        assert!(follows(span(&about, 0, 100), span(&about, 99, 200)));
        assert!(follows(span(&about, 0, 100), span(&about, 160, 200)));
    }

    #[test]
    fn two_sides_of_one_incident_overlap_and_stand_alone() {
        let about = about(Format::Pcap, &[1]);
        assert!(!follows(span(&about, 0, 100), span(&about, 0, 100)));
        assert!(!follows(span(&about, 0, 100), span(&about, 50, 150)));
        assert!(!follows(span(&about, 100, 200), span(&about, 0, 100)));
    }

    #[test]
    fn a_long_pause_and_another_link_stand_alone() {
        let (ethernet, raw) = (about(Format::Pcap, &[1]), about(Format::Pcap, &[101]));
        let blocks = about(Format::Pcapng, &[1]);
        assert!(!follows(span(&ethernet, 0, 100), span(&ethernet, 161, 200)));
        assert!(!follows(span(&ethernet, 0, 100), span(&raw, 100, 200)));
        assert!(!follows(span(&ethernet, 0, 100), span(&blocks, 100, 200)));
        let empty = Span { about: &ethernet, times: None };
        assert!(!follows(span(&ethernet, 0, 100), empty));
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let about = about(Format::Pcap, &[1]);
        let extreme = Span { about: &about, times: Some((Time(i64::MIN), Time(i64::MAX))) };
        assert!(!follows(extreme, extreme));
    }
}
