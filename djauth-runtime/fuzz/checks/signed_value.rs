//! What comes back with a signature: nobody can make one, and what is signed comes back unchanged.

use djauth_runtime::{
    json::Value,
    signing::{Compress, Keys, SecretKey, SigningError, TimestampSigner, loads},
};
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// The data is a signed value; then a text to be signed; then a payload that was signed.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let keys = keys("the key of the fuzzer");
    let signer = TimestampSigner::new(&keys).with_salt("fuzz");
    assert_eq!(signer.unsign(&text, None, NOW), Err(SigningError::BadSignature), "a forgery");

    let signed = signer.sign(&text, NOW);
    assert_eq!(signer.unsign(&signed, Some(Duration::ZERO), NOW), Ok(&*text));
    let others = [
        TimestampSigner::new(&keys).with_salt("fuzz2"),
        TimestampSigner::new(&self::keys("another key of the fuzzer")).with_salt("fuzz"),
    ];
    for other in others {
        assert_eq!(other.unsign(&signed, None, NOW), Err(SigningError::BadSignature), "another key or salt");
    }
    let _ = loads(&signed, &keys, "fuzz", None, NOW);

    let value = Value::String(text.into_owned());
    for compress in [Compress::No, Compress::IfShorter] {
        let signed = signer.sign_object(&value, compress, NOW).expect("a text can be signed");
        assert_eq!(signer.unsign_object(&signed, None, NOW).as_ref(), Ok(&value));
    }
}

fn keys(text: &str) -> Keys {
    Keys::new(SecretKey::new(text).expect("it is not empty"), [])
}
