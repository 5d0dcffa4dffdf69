//! finwhale reads network captures and says why a handshake or an authentication failed.
//!
//! This page is the map of the source. The program is a small `main.rs` over this library.
//!
//! # Bird's-eye view
//!
//! ```text
//!  source ──packets──> net ──segments──> flow ──ordered bytes──> proto ──facts──> rules ──findings──> report
//!  files, stdin        links, tunnels,   conversations,          state machines   pure functions      text, JSON,
//!  pcap, pcapng        IP, TCP, UDP      streams, bounds         for protocols    over all facts      NDJSON
//!                                              │
//!                             wire (bytes -> structs) and codes (numbers -> names) lie beneath
//! ```
//!
//! Packets go left to right through four kinds of things, each with a type of its own:
//!
//! - a [`net::Segment`] is what a packet's headers say, without its bytes;
//! - a [`proto::Chunk`] is bytes of one side of a conversation, in order and without holes;
//! - a [`proto::Fact`] is a finished exchange: a handshake with its outcome, a connection attempt with its answer;
//! - a [`finding::Finding`] is what failed, why, how often, what proves it and what to change; until somebody reads it,
//!   it is a [`finding::Episode`], which makes its words when they are asked for.
//!
//! **Analyzers report what happened, rules say what it means, renderers say it to somebody.** No layer does two of these:
//! the cause of a failure usually lies in another conversation than the failure, so nothing is judged before
//! all is known.
//!
//! # Code map
//!
//! | module | holds | may not know |
//! |---|---|---|
//! | [`units`] | frames, times, sides, endpoints: the words of all layers | anything |
//! | [`limits`] | every bound, derived from `--memory` | anything |
//! | [`codes`] | tables of codes and what they mean (`*.tsv`), one look-up over all | anything |
//! | [`wire`] | one format a file: TLS messages, X.509, DNS, HTTP, Kerberos, tokens; functions of bytes | state, I/O |
//! | [`trust`] | anchors, and the judgement of a chain at a time | protocols |
//! | [`source`] | captures as batches of whole packets; containers and compression | what packets hold |
//! | [`net`] | link types, tunnels, IP, fragments: a packet becomes a segment | conversations |
//! | [`flow`] | the table of conversations, TCP streams in order, eviction | formats above TCP |
//! | [`proto`] | analyzers: TCP events, TLS, DNS, HTTP, Kerberos, authentication inside others | what a fact means |
//! | [`facts`] | the facts of a run: failures one by one, healthy ones folded, both bounded | findings |
//! | [`finding`] | a finding as plain data | protocols |
//! | [`rules`] | one rule a file with its manual page; folding into episodes; ranking | packets, bytes |
//! | [`report`] | text, JSON, NDJSON | protocol logic |
//! | [`pipeline`] | the wiring of source, net, flow, proto and facts; the threads | rules, reports |
//! | [`cli`] | options, exit statuses, printing | – |
//!
//! To add a code, add a row in `codes/`. To add a rule: a file and a line in [`rules::RULES`], a manual page, a case in
//! `captures/`. To add a protocol: its format in `wire/`, its analyzer in `proto/`, a line in [`proto::PROTOCOLS`].
//! The order of both lists means something: cause before symptom, carried before carrier.
//!
//! # Invariants, and what is deliberately absent
//!
//! - *Imports point down*, as `tests/layers.rs` has it. Rules never import each other; `report` has never heard of TLS
//!   states; third-party parsers do not leave their room, so each can be replaced in one place.
//! - *Every input is hostile.* No `unsafe`, no panic that a capture can reach, no loop that it can stretch, no
//!   memory that it can grow beyond [`limits::Limits`]. What does not fit is dropped, counted and told.
//! - *Broken input is input.* A parser gives what was readable and names the field that was not.
//! - *Absence needs a licence.* No finding says "no answer" where the capture could not have shown one: one-sided,
//!   cut short, or with packets dropped.
//! - *The clock is the capture's.* Nothing asks what time it is now; certificates are judged at their frame's time. The
//!   same bytes give the same report, for any number of threads: conversations live in a fixed number of shards with
//!   bounds of their own, and facts are told in the order of packets.
//! - *First bytes decide* which protocol a stream speaks, never its port; ports narrow the choice only where first bytes
//!   prove little: for datagrams, and for DNS over TCP.
//! - *Nothing is resolved, asked or sent.* Names come from the capture, anchors from the disk.
//! - *Only [`cli`] prints*, and captured text passes [`report::escape`] before it reaches a terminal.
//! - *The machine-readable schema is its own set of types* in [`report::json`]; no internal type is serialised, so the inside
//!   can change without breaking a reader.
//! - There is no rule language, no plug-in, no configuration file, no state between runs.

pub mod cli;
pub mod codes;
pub mod facts;
pub mod finding;
pub mod flow;
pub mod limits;
pub mod net;
pub mod pipeline;
pub mod proto;
pub mod report;
pub mod rules;
pub mod source;
pub mod trust;
pub mod units;
pub mod wire;
