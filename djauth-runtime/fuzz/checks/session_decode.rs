//! What a session row may hold: without our signature nothing, with it whatever somebody signed.

use djauth_runtime::{
    encoding::b64_encode,
    session::encoding::{SESSION_STORE, decode, encode, store_signer},
    signing::{Keys, SecretKey},
};
use time::OffsetDateTime;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// The data is the text of a row; then the JSON text, plain or compressed, in a row that we signed.
pub(crate) fn check(data: &[u8]) {
    let keys = Keys::new(SecretKey::new("the key of the fuzzer").expect("it is not empty"), []);
    let signer = store_signer(&keys, SESSION_STORE);
    let row = String::from_utf8_lossy(data);
    assert!(decode(&row, &signer).is_empty(), "a forged session");

    let payload = b64_encode(data);
    for payload in [payload.clone(), format!(".{payload}"), row.into_owned()] {
        let session = decode(&signer.sign(&payload, NOW), &signer);
        let again = encode(&session, &signer, NOW).expect("what was read can be written");
        let again = encode(&decode(&again, &signer), &signer, NOW);
        assert_eq!(again, encode(&session, &signer, NOW), "writing and reading changed the data");
    }
}
