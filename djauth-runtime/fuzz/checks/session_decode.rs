//! What a session row may hold: without our signature nothing, with it whatever somebody signed.

use djauth_runtime::{
    encoding::b64_encode,
    session::encoding::{SESSION_STORE, decode, encode},
    signing::{Keys, SecretKey, TimestampSigner},
};
use time::OffsetDateTime;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// The data is the text of a row; then the JSON text, plain or compressed, in a row that we signed.
pub(crate) fn check(data: &[u8]) {
    let keys = Keys::new(SecretKey::new("the key of the fuzzer").expect("it is not empty"), []);
    let row = String::from_utf8_lossy(data);
    assert!(decode(&row, &keys, SESSION_STORE).is_empty(), "a forged session");

    let signer = TimestampSigner::new(&keys).with_salt("django.contrib.sessions.SessionStore");
    let payload = b64_encode(data);
    for payload in [payload.clone(), format!(".{payload}"), row.into_owned()] {
        let session = decode(&signer.sign(&payload, NOW), &keys, SESSION_STORE);
        let again = encode(&session, &keys, SESSION_STORE, NOW).expect("what was read can be written");
        let again = encode(&decode(&again, &keys, SESSION_STORE), &keys, SESSION_STORE, NOW);
        assert_eq!(
            again,
            encode(&session, &keys, SESSION_STORE, NOW),
            "writing and reading changed the data"
        );
    }
}
