//! What a capture could not show: each defect is a note, once a file, where there is enough of it to matter.

use super::{Episodes, Found, Id, Rule, words};
use crate::facts::{Capture, Facts};
use crate::finding::Confidence::{Certain, Likely};
use crate::units::{At, Frame, Time};

/// A defect: its id, what is measured, and how it is put.
struct Defect {
    id: Id,
    found: fn(&Capture) -> Option<(At, u64)>,
    /// `{n}` stands for the number, `{s}` for the ending of its plural.
    title: &'static str,
    effect: &'static str,
    advice: &'static str,
}

macro_rules! rule {
    ($defect:ident, $manual:literal) => {
        Rule {
            ids: &[$defect.id],
            manual: include_str!(concat!("manual/", $manual, ".md")),
            explains: &[],
            check: |facts, episodes| report(&$defect, facts, episodes),
        }
    };
}

/// The rules, in the order of the catalogue.
pub(super) const ONESIDED: Rule = rule!(ONESIDED_DEFECT, "cap-onesided");
pub(super) const GAP: Rule = rule!(GAP_DEFECT, "cap-gap");
pub(super) const SNAP: Rule = rule!(SNAP_DEFECT, "cap-snap");
pub(super) const DUP: Rule = rule!(DUP_DEFECT, "cap-dup");
pub(super) const REORDER: Rule = rule!(REORDER_DEFECT, "cap-reorder");
pub(super) const MIDSTREAM: Rule = rule!(MIDSTREAM_DEFECT, "cap-midstream");
pub(super) const TRUNC: Rule = rule!(TRUNC_DEFECT, "cap-trunc");
pub(super) const OFFLOAD: Rule = rule!(OFFLOAD_DEFECT, "cap-offload");
pub(super) const DROPS: Rule = rule!(DROPS_DEFECT, "cap-drops");

fn report<'a>(defect: &Defect, facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for (capture, file) in facts.captures.iter().zip(0u16..) {
        let Some((mut at, count)) = (defect.found)(capture) else { continue };
        at.frame = Frame::new(file, at.frame.number());
        let path = words::name(&capture.path);
        let seen = defect.title.replace("{n}", &count.to_string());
        let seen = seen.replace("{s}", if count == 1 { "" } else { "s" });
        let found = Found::capture(&defect.id, at)
            .title(format!("{path}: {seen}"))
            .cause(cause(defect, capture))
            .remedy(defect.advice)
            .key(capture.path.clone())
            .times(count, at.time, capture.last.unwrap_or(at.time))
            .evidence(at, seen);
        episodes.add(found);
    }
}

fn cause(defect: &Defect, capture: &Capture) -> String {
    match &capture.truncated {
        Some(why) if defect.id.id == TRUNC_DEFECT.id.id => format!("{why}. {}", defect.effect),
        _ => defect.effect.to_owned(),
    }
}

/// The tally, when it makes up at least `percent` of `whole` and occurs at least `least` times.
fn share(tally: crate::facts::Tally, least: u64, percent: u64, whole: u64) -> Option<(At, u64)> {
    let enough = tally.count >= least && tally.count.saturating_mul(100) >= whole * percent;
    tally.first.filter(|_| enough && tally.count > 0).map(|at| (at, tally.count))
}

/// The last packet of a capture: where defects without a packet of their own are shown.
fn end(capture: &Capture) -> At {
    let frame = Frame::new(0, capture.packets.max(1));
    At { frame, time: capture.last.unwrap_or(Time(0)) }
}

fn dropped(capture: &Capture) -> Option<(At, u64)> {
    let drops = ["interface_drops", "os_drops"].iter().filter_map(|name| capture.lost.get(name));
    let count: u64 = drops.sum();
    (count > 0).then(|| (end(capture), count))
}

const ONESIDED_DEFECT: Defect = Defect {
    id: Id::note("cap-onesided", Certain, "Of some connections one direction only was captured"),
    found: |capture| share(capture.one_sided, 1, 10, capture.one_sided.count + capture.two_sided),
    title: "of {n} TCP conversation{s} one direction only was captured",
    effect: "The other direction took another way or was not mirrored. Missing answers prove nothing there; \
             only what the visible side says is reported.",
    advice: "Capture on one of the hosts, or mirror both directions of the port to the capturing system.",
};

const GAP_DEFECT: Defect = Defect {
    id: Id::note(
        "cap-gap",
        Certain,
        "The capture lacks packets that arrived: the peer acknowledged them",
    ),
    found: |capture| share(capture.gaps, 1, 1, capture.flows),
    title: "{n} hole{s}: bytes were acknowledged that are not in the capture",
    effect: "The packets reached the peer, so the network did not lose them: the capture did. Messages in the \
             holes cannot be read.",
    advice: "Capture with a larger buffer, a filter, or on a faster system; spread a mirror port's load.",
};

const SNAP_DEFECT: Defect = Defect {
    id: Id::note("cap-snap", Certain, "The snap length cut packets short"),
    found: |capture| share(capture.snapped, 1, 1, capture.packets),
    title: "{n} packet{s} cut by the snap length",
    effect: "Certificates and long messages cannot be read from packets that were cut.",
    advice: "Capture again without a snap length (tcpdump -s 0, dumpcap -s 0).",
};

const DUP_DEFECT: Defect = Defect {
    id: Id::note("cap-dup", Likely, "Packets stand in the capture twice"),
    found: |capture| share(capture.duplicates, 3, 1, capture.packets),
    title: "{n} packet{s} captured twice",
    effect: "Probably a mirror of two ports or VLANs that a packet passes both. Copies are no retransmissions \
             and are left out.",
    advice: "Mirror one port or one direction only, or remove copies (editcap -d).",
};

const REORDER_DEFECT: Defect = Defect {
    id: Id::note(
        "cap-reorder",
        Likely,
        "Packets do not stand in the order in which they were sent",
    ),
    found: |capture| share(capture.reordered, 3, 1, capture.packets),
    title: "{n} packet{s} out of order",
    effect: "Probably two captures or two taps were merged. Times below a millisecond mean nothing here.",
    advice: "Sort the packets (reordercap), and synchronise the clocks of the taps.",
};

const MIDSTREAM_DEFECT: Defect = Defect {
    id: Id::note("cap-midstream", Certain, "Connections were under way when the capture began"),
    found: |capture| share(capture.midstream, 1, 10, capture.flows),
    title: "{n} conversation{s} under way when the capture began",
    effect: "Their TCP handshakes are not in the capture. Where the ClientHello is missing too, version, cipher \
             and certificates are unknown, and encrypted alerts cannot be placed.",
    advice: "Start the capture before the connection; restart the client if it keeps connections open.",
};

const TRUNC_DEFECT: Defect = Defect {
    id: Id::note("cap-trunc", Certain, "The capture file breaks off in the middle of a record"),
    found: |capture| capture.truncated.as_ref().map(|_| (end(capture), 1)),
    title: "the file ends in the middle of a record",
    effect: "Everything before that place was read; what came after is unknown.",
    advice: "Stop the capture properly before copying the file, and check that the copy is complete.",
};

const OFFLOAD_DEFECT: Defect = Defect {
    id: Id::note(
        "cap-offload",
        Likely,
        "Sizes and checksums show a host that leaves work to its network card",
    ),
    found: |capture| share(capture.oversized, 3, 1, capture.packets),
    title: "{n} segment{s} larger than a network carries",
    effect: "Probably captured on a host whose network card splits segments and fills in checksums: sizes are \
             not those on the wire, wrong checksums of sent packets mean nothing.",
    advice: "Nothing to repair. To see real sizes, capture on the way or switch segmentation offload off.",
};

const DROPS_DEFECT: Defect = Defect {
    id: Id::note("cap-drops", Certain, "The capturing system says that it lost packets"),
    found: dropped,
    title: "the capturing system dropped {n} packet{s}",
    effect: "What seems to be missing may have been there: findings that rest on absence are possible at most.",
    advice: "Capture with a larger buffer (-B), a filter or less load; write to a faster disk.",
};

#[cfg(test)]
mod tests {
    use crate::facts::Tally;
    use crate::rules::testing::{Story, at, ids};

    fn tally(count: u64) -> Tally {
        Tally { count, first: Some(at(7, 1)) }
    }

    #[test]
    fn a_healthy_capture_has_no_notes() {
        let story = Story::new().capture_with(|capture| {
            capture.packets = 10_000;
            capture.flows = 500;
            capture.two_sided = 500;
            capture.reordered = tally(4);
            capture.midstream = tally(3);
        });
        assert!(story.findings().is_empty());
    }

    #[test]
    fn each_defect_that_matters_is_one_note_with_its_first_packet() {
        let story = Story::new().capture_with(|capture| {
            capture.packets = 100;
            capture.flows = 10;
            capture.one_sided = tally(9);
            capture.two_sided = 1;
            capture.gaps = tally(2);
            capture.snapped = tally(50);
            capture.duplicates = tally(50);
            capture.reordered = tally(10);
            capture.midstream = tally(5);
            capture.oversized = tally(20);
        });
        let findings = story.findings();
        let mut found = ids(&findings);
        found.sort();
        let all = [
            "cap-dup",
            "cap-gap",
            "cap-midstream",
            "cap-offload",
            "cap-onesided",
            "cap-reorder",
            "cap-snap",
        ];
        assert_eq!(found, all);
        assert!(findings.iter().all(|note| note.evidence[0].at.frame.number() == 7));
    }

    #[test]
    fn one_conversation_is_not_called_conversations() {
        let story = Story::new().capture_with(|capture| {
            (capture.flows, capture.midstream) = (1, tally(1));
        });
        let title = "story.pcapng: 1 conversation under way when the capture began";
        assert_eq!(story.findings()[0].title, title);
    }

    #[test]
    fn drops_and_a_cut_file_stand_at_the_last_packet() {
        let story = Story::new().lost("os_drops", 12).capture_with(|capture| {
            capture.packets = 40;
            capture.truncated = Some("record at byte 1234 is cut".to_owned());
        });
        let findings = story.findings();
        assert_eq!(ids(&findings), ["cap-drops", "cap-trunc"]);
        assert_eq!(findings[0].title, "story.pcapng: the capturing system dropped 12 packets");
        assert!(findings[1].cause.starts_with("record at byte 1234 is cut. "));
        assert_eq!(findings[1].evidence[0].at.frame.number(), 40);
    }
}
