//! Time per certificate to parse, and per handshake to judge: known chain, new name, new chain.

use criterion::{Criterion, criterion_group, criterion_main};
use finwhale::trust::{Anchors, Trust};
use finwhale::units::{SECOND, Side, Time};
use finwhale::wire::x509::{Certificate, Store};
use std::hint::black_box;

const NAME: Option<&str> = Some("www.example.com");

/// DigiCert's and Let's Encrypt's roots as a chain: two RSA signatures to check, each its own.
fn ders() -> Vec<&'static [u8]> {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| &**root);
    let wanted = ["CN=ISRG Root X1,", "CN=DigiCert Global Root G2,"];
    let named = |der: &&[u8]| {
        let subject = Certificate::parse(der).subject;
        wanted.iter().any(|name| subject.starts_with(name))
    };
    roots.filter(named).collect()
}

fn parse(criterion: &mut Criterion) {
    let ders = ders();
    criterion.bench_function("x509 parse", |bench| {
        bench.iter(|| Certificate::parse(black_box(ders[0])));
    });
    let store = Store::new(1 << 20);
    criterion.bench_function("x509 known chain", |bench| {
        bench.iter(|| store.chain(black_box(&ders)));
    });
}

fn judge(criterion: &mut Criterion) {
    let ders = ders();
    let chain = Store::new(1 << 20).chain(&ders);
    let time = Time(1_700_000_000 * SECOND);
    let mut trust = Trust::load(&[Anchors::Mozilla]).expect("are built in");
    criterion.bench_function("trust known", |bench| {
        bench.iter(|| trust.judge(black_box(&chain), Side::Server, time, NAME, false));
    });
    let mut number = 0u64;
    criterion.bench_function("trust new name", |bench| {
        bench.iter(|| {
            number += 1;
            let name = format!("host{number}.example.com");
            trust.judge(&chain, Side::Server, time, Some(&name), false)
        });
    });
    criterion.bench_function("trust load mozilla", |bench| {
        bench.iter(|| Trust::load(&[Anchors::Mozilla]).expect("are built in"));
    });
    // Signed by itself and no anchor: the signature is checked anew each time.
    criterion.bench_function("trust new chain", |bench| {
        bench.iter_batched(
            Trust::default,
            |mut trust| trust.judge(&chain, Side::Server, time, NAME, false),
            criterion::BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, parse, judge);
criterion_main!(benches);
