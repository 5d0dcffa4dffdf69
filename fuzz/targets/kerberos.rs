//! Hostile bytes for `krb5::parse`, for all that its messages hold back, and for `krb5::kpasswd`.
#![no_main]
use finwhale::wire::krb5::{self, KdcRequest, KrbError, Message};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = krb5::start(data);
    let _ = krb5::kpasswd_start(data);
    for bytes in [Some(data), krb5::kpasswd(data).ok()].into_iter().flatten() {
        match krb5::parse(bytes) {
            Ok(Message::AsRequest(request) | Message::TgsRequest(request)) => drain(&request),
            Ok(Message::Error(error)) => explain(&error),
            _ => {}
        }
    }
});

fn drain(request: &KdcRequest<'_>) {
    for name in [request.cname, request.sname, request.padata.for_user()].into_iter().flatten() {
        assert!(name.text(256).len() <= 3 * 256);
    }
    assert!(request.etypes.count() + request.padata.count() < 1 << 20);
}

fn explain(error: &KrbError<'_>) {
    let data = error.data();
    assert!(data.methods.count() + data.methods.etype_infos().count() < 1 << 20);
}
