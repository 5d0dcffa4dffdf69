//! What servers showed in healthy exchanges. What changes a server says by how many bytes it grew: to count all of it again
//! after every handshake would take as long as the change.

use super::heap::grown;
use super::{ChainSeen, Few, Server};
use crate::proto::tls::{CertificateSeen, Handshake};
use crate::trust::{Fault, Verdict};
use crate::units::At;
use std::net::IpAddr;
use std::sync::Arc;

/// Chains, names and clients kept a server.
const CHAINS_MAX: usize = 64;
const NAMES_MAX: usize = 64;
pub(super) const CLIENTS_MAX: usize = 8;
/// The longest name of DNS.
const NAME_BYTES_MAX: usize = 255;

impl Server {
    /// Notes a ClientHello, if it was answered with a ServerHello.
    pub(super) fn answer(&mut self, handshake: &Handshake) -> usize {
        let answered = handshake.steps.server_hello.is_some();
        let Some(hello) = handshake.hello.as_ref().filter(|_| answered) else { return 0 };
        self.hello_length_max = self.hello_length_max.max(hello.length);
        grown(&mut self.extensions_accepted, |accepted| {
            hello.extensions.iter().for_each(|extension| accepted.add(*extension));
        })
    }

    /// Notes what was chosen in a completed handshake.
    pub(super) fn complete(&mut self, handshake: &Handshake, at: At) -> usize {
        let mut more = grown(&mut self.completed, |completed| completed.add(at.time));
        self.full += u64::from(!handshake.resumed);
        if let Some(answer) = &handshake.answer {
            more += grown(&mut self.versions, |versions| versions.count(answer.version));
            more += grown(&mut self.ciphers, |ciphers| ciphers.count(answer.cipher));
            if let Some(group) = answer.group {
                more += grown(&mut self.groups, |groups| groups.count(group));
            }
            if let Some(scheme) = answer.scheme {
                more += grown(&mut self.schemes, |schemes| schemes.count(scheme));
            }
            more += count(&mut self.alpn, answer.alpn.as_deref());
        }
        more + count(
            &mut self.names,
            handshake.hello.as_ref().and_then(|hello| hello.sni.as_deref()),
        )
    }

    /// A chain that was not shown before is kept where there is room for it.
    pub(super) fn show(
        &mut self,
        seen: &CertificateSeen,
        verdict: &Arc<Verdict>,
        at: At,
        client: IpAddr,
        room: bool,
    ) -> usize {
        let place = self.chains.iter().position(|known| known.chain.id == seen.chain.id);
        let place = place.unwrap_or(self.chains.len());
        let is_new = room && place == self.chains.len() && place < CHAINS_MAX;
        let more = if is_new {
            grown(&mut self.chains, |chains| chains.push(ChainSeen::new(seen, verdict, at)))
        } else {
            0
        };
        let Some(known) = self.chains.get_mut(place) else { return more };
        known.last = at;
        known.count += 1;
        if verdict.faults.contains(&Fault::NameMismatch)
            && let (None, Some(name)) = (&known.mismatch, &seen.sni)
        {
            known.mismatch = Some((name.clone(), at));
        }
        if known.clients.len() < CLIENTS_MAX && !known.clients.contains(&client) {
            known.clients.push(client);
        }
        more
    }
}

impl ChainSeen {
    fn new(seen: &CertificateSeen, verdict: &Arc<Verdict>, at: At) -> Self {
        Self {
            chain: seen.chain.clone(),
            verdict: verdict.clone(),
            first: at,
            last: at,
            count: 0,
            mismatch: None,
            sni: seen.sni.clone(),
            clients: Vec::new(),
        }
    }
}

/// Counts a name; new ones only while there is room.
fn count(names: &mut Few<String, u64, 1>, name: Option<&str>) -> usize {
    let Some(name) = name else { return 0 };
    if let Some(count) = names.get_mut(name) {
        *count += 1;
    } else if names.len() < NAMES_MAX && name.len() <= NAME_BYTES_MAX {
        return grown(names, |names| *names.entry(name.to_owned()) = 1);
    }
    0
}
