//! What servers and devices in between do not cope with in a ClientHello: its name, its size, a new extension.

use super::{Reason, parameters};
use crate::codes::extension_name;
use crate::facts::Facts;
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::late;
use crate::rules::attempt::{Attempt, Stage};
use crate::rules::certificate::Said;
use crate::rules::words::{self, list};
use crate::units::Side;
use smallvec::SmallVec;

/// A ClientHello above this length does not fit into one packet.
const ONE_PACKET: u32 = 1_400;

/// The extension that carries the name.
const SERVER_NAME: u16 = 0;

/// The hybrid key shares with ML-KEM that make hellos large.
const LARGE_GROUPS: [u16; 3] = [0x11eb, 0x11ec, 0x11ed];

/// From this many suspects on, no single extension can be blamed.
const SUSPECTS_MAX: usize = 3;

/// The server ended it right after the ClientHello: the alert, if there was one.
fn refused_at_hello(attempt: &Attempt<'_>) -> Option<Option<u8>> {
    if attempt.stage() != Stage::ClientHello {
        return None;
    }
    match attempt.fatal_alert() {
        Some((alert, code)) => (attempt.role(alert.sender) == Side::Server).then_some(Some(code)),
        None => attempt.ended().filter(|(side, _, _)| *side == Side::Server).map(|_| None),
    }
}

/// No site of this name, or no name given.
pub(in crate::rules) fn server_name<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    let alert = attempt.fatal_alert();
    let says_so = alert
        .is_some_and(|(alert, code)| code == 112 && attempt.role(alert.sender) == Side::Server);
    let known = attempt.server.map(|server| &server.names);
    let named = known.is_some_and(|names| !names.is_empty());
    let nameless = hello.sni.is_none() && named && refused_at_hello(attempt).is_some();
    if !says_so && !nameless {
        return None;
    }
    let server = attempt.ends().server;
    let reason = Reason::new("tls-sni", if says_so { Certain } else { Likely }, move || {
        let names = match known.filter(|_| named) {
            Some(names) => {
                format!("; it answers to {}", list(names.keys().map(|name| words::name(name))))
            }
            None => String::new(),
        };
        let short = match &hello.sni {
            Some(asked) => format!("it has no site {}", words::name(asked)),
            None => "the client gives no server name".to_owned(),
        };
        Said {
            cause: format!("{} connects to {server}: {short}{names}.", words::CLIENT),
            short,
            remedy: format!(
                "Bind the name on {server} (site, certificate), let DNS lead the name to the right server, or configure \
                 the client to send the name."
            ),
        }
    });
    Some(reason.shown(attempt.steps().client_hello, "the client's hello"))
}

/// The hello is larger than a packet, and only smaller ones were answered.
pub(in crate::rules) fn big_hello<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello().filter(|hello| hello.length > ONE_PACKET)?;
    let silent = attempt.stage() == Stage::ClientHello && attempt.fatal_alert().is_none();
    let answered = attempt.server?.hello_length_max;
    if !silent || answered == 0 || answered > ONE_PACKET {
        return None;
    }
    let length = hello.length;
    let service = *attempt;
    let reason = Reason::new("tls-big-hello", Likely, move || {
        let share = hello.key_shares.iter().find(|group| LARGE_GROUPS.contains(group));
        let why = share.map_or_else(String::new, |group| {
            let name = crate::codes::group_name(*group);
            format!(" Its size comes from the post-quantum key share {name}.")
        });
        Said {
            short: format!("its hello of {length} bytes does not fit into one packet"),
            cause: format!(
                "{} sends a ClientHello of {length} bytes, which takes two packets, and gets no answer; {} answered \
                 hellos of up to {answered} bytes. The server or a device in between cannot take a split hello.{why}",
                words::CLIENT,
                service.service()
            ),
            remedy: "Update the server or the device in between (load balancer, firewall); to prove it, switch the \
                     post-quantum group off on the client."
                .to_owned(),
        }
    });
    let note = late(move || format!("ClientHello of {length} bytes"));
    Some(reason.shown(attempt.steps().client_hello, note))
}

/// The hello has an extension that no answered hello had.
pub(in crate::rules) fn intolerance<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let hello = attempt.hello()?;
    let alert = refused_at_hello(attempt)?;
    let server = attempt.server?;
    if alert.is_some_and(|code| !matches!(code, 40 | 47 | 50 | 80 | 109 | 110))
        || server.completed.count == 0
    {
        return None;
    }
    let unknown =
        |number: &&u16| **number != SERVER_NAME && !server.extensions_accepted.contains(**number);
    let suspects = hello.extensions.iter().filter(unknown).copied().take(SUSPECTS_MAX + 1);
    let suspects: SmallVec<[u16; 4]> = suspects.collect();
    // Where the parameters themselves cannot meet, the extensions are not to blame.
    let meets = server.ciphers.keys().any(|cipher| hello.ciphers.contains(cipher))
        && parameters::accepts(&server.versions, hello)
        && !parameters::disjoint(&server.groups, &hello.groups)
        && !parameters::disjoint(&server.schemes, &hello.signature_algorithms);
    if suspects.is_empty() || suspects.len() > SUSPECTS_MAX || !meets {
        return None;
    }
    let confidence = if suspects.len() == 1 { Likely } else { Possible };
    let refused = *attempt;
    let names = suspects.clone();
    let reason = Reason::new("tls-ext-intolerance", confidence, move || {
        let (service, named) = (refused.service(), names_of(&names));
        Said {
            short: format!("it fails on hellos with the extension {named}"),
            cause: format!(
                "{service} ended the handshake at a ClientHello with {named}; it answered hellos without. Possibly it, \
                 or a device in between, cannot pass over what it does not know."
            ),
            remedy: format!(
                "Update {service} or the device in between; to prove it, switch that extension off on {}.",
                words::CLIENT
            ),
        }
    });
    let note = late(move || format!("ClientHello with {}", names_of(&suspects)));
    Some(reason.shown(attempt.steps().client_hello, note))
}

fn names_of(extensions: &[u16]) -> String {
    list(extensions.iter().map(|number| extension_name(*number)))
}

#[cfg(test)]
mod tests {
    use crate::finding::Confidence;
    use crate::rules::testing::{Story, at, flow, ids};
    use crate::rules::testing_tls::{Then, hello};
    use crate::units::Side::Server;

    /// A hello with these extensions is refused by a server that answered others.
    fn story(extensions: &[u16]) -> Story {
        let mut refused = hello(4, 0).alert(Server, 50, at(5, 0));
        if let Some(hello) = &mut refused.hello {
            hello.extensions.extend(extensions);
        }
        let story = Story::new().two_sided().server(|server| {
            server.completed.count = 4;
            *server.ciphers.entry(0xc02f) = 4;
            server.extensions_accepted.add(10);
            server.extensions_accepted.add(13);
        });
        story.handshake(flow(1), refused, &[])
    }

    #[test]
    fn the_one_extension_that_no_answered_hello_had() {
        let findings = story(&[51]).findings();
        assert_eq!(ids(&findings), ["tls-alert-decode-error[tls-ext-intolerance]"]);
        assert_eq!(findings[0].related[0].confidence, Confidence::Likely);
        assert!(findings[0].cause.contains("key_share"), "{}", findings[0].cause);
    }

    #[test]
    fn hellos_that_differ_in_groups_too_accuse_no_extension() {
        let story = story(&[51]).server(|server| {
            *server.groups.entry(0x0019) = 4;
        });
        assert_eq!(ids(&story.findings()), ["tls-alert-decode-error"]);
    }

    #[test]
    fn known_or_too_many_extensions_accuse_none() {
        assert_eq!(ids(&story(&[]).findings()), ["tls-alert-decode-error"]);
        assert_eq!(ids(&story(&[51, 52, 53, 54]).findings()), ["tls-alert-decode-error"]);
    }
}
