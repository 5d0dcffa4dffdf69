//! Signatures of ServerKeyExchange in real captures.

use crate::corpus::{cases, corpus};
use finwhale::facts::Kept;
use finwhale::limits::Limits;
use finwhale::pipeline::{FactSink, Pipeline};
use finwhale::proto::{Fact, tls};
use finwhale::source::memory;
use finwhale::trust::Trust;
use std::collections::BTreeMap;

#[derive(Default)]
struct Exchanges {
    seen: BTreeMap<(Option<u16>, String, Option<bool>), u32>,
    wrong: Vec<String>,
}

impl FactSink for Exchanges {
    fn fact(&mut self, path: &str, kept: &Kept) {
        let Fact::Tls(tls::Fact::Handshake(handshake)) = &kept.emitted.fact else { return };
        let Some(exchange) = &handshake.key_exchange else { return };
        let chain = handshake.server_chain.as_ref();
        let Some(leaf) = chain.and_then(|chain| chain.certificates.first()) else { return };
        let verified = handshake.key_exchange_verified;
        *self.seen.entry((exchange.scheme, leaf.key.clone(), verified)).or_default() += 1;
        if verified == Some(false) {
            self.wrong.push(format!("{path} frame {}", kept.emitted.at.frame.number()));
        }
    }
}

#[test]
fn no_key_exchange_of_real_captures_is_called_wrong() {
    let Some(folder) = corpus() else { return };
    let limits = Limits::default();
    let mut found = Exchanges::default();
    for (file, _) in cases(&folder) {
        let bytes = std::fs::read(folder.join(&file)).expect("can be read");
        let Ok(mut source) = memory::capture(bytes, &limits) else { continue };
        let mut pipeline = Pipeline::new(limits, Trust::default(), None);
        pipeline.read(&file, source.as_mut(), &mut found).expect("memory can be read");
        pipeline.finish(&mut found);
    }
    println!("{:#?}", found.seen);
    assert!(found.wrong.is_empty(), "{}", found.wrong.join("\n"));
}
