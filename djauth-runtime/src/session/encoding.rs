//! How session data is stored: signed, compressed JSON, as Django's `SessionBase.encode` writes it.

use time::{Duration, OffsetDateTime};

use crate::{
    json::{Object, Value, dumps_object},
    signing::{self, Compress, Keys, SigningError, TimestampSigner},
};

/// The class name of the built-in `db`, `cached_db` and `file` stores. It is a part of the salt: a project's own
/// subclass reads and writes under its own name.
pub const SESSION_STORE: &str = "SessionStore";

/// Shorter sessions, in bytes of JSON, are stored as they are: inflating one would take longer than everything else that
/// a request needs of it, to save some fifty bytes. Django compresses those too, and reads both.
const WORTH_COMPRESSING: usize = 1024;

const COOKIE_STORE_SALT: &str = "django.contrib.sessions.backends.signed_cookies";

/// Returns what signs the sessions of a store of this class. It is made once and serves all of them.
#[must_use]
pub fn store_signer(keys: &Keys, store_class: &str) -> TimestampSigner {
    TimestampSigner::new(keys).with_salt(&["django.contrib.sessions.", store_class].concat())
}

/// Returns the text that a store keeps (`SessionBase.encode`, column `session_data`).
///
/// # Errors
/// [`SigningError::Value`] when the data nests too deep to be read back.
pub fn encode(data: &Object, signer: &TimestampSigner, now: OffsetDateTime) -> Result<String, SigningError> {
    let text = dumps_object(data)?;
    let compress = if text.len() < WORTH_COMPRESSING { Compress::No } else { Compress::IfShorter };
    Ok(signer.sign_json(&text, compress, now))
}

/// Returns the data that a store kept (`SessionBase.decode`).
///
/// It never fails: whatever is wrong with the text, the session is empty and says so in the log. A wrong signature is
/// logged under the name of Django's logger, `django.security.SuspiciousSession`. The age does not matter, because the
/// store knows when the session ends.
#[must_use]
pub fn decode(session_data: &str, signer: &TimestampSigner) -> Object {
    match signer.unsign_object(session_data, None, OffsetDateTime::UNIX_EPOCH) {
        Ok(Value::Object(data)) => data,
        Ok(_) => unreadable("it is no object"),
        Err(SigningError::BadSignature) => {
            tracing::warn!(target: "django.security.SuspiciousSession", "Session data corrupted");
            Object::new()
        }
        Err(error) => unreadable(&error.to_string()),
    }
}

/// Django says nothing here; an operator wants to know why users lose their sessions.
fn unreadable(reason: &str) -> Object {
    tracing::warn!(target: "django.contrib.sessions", reason, "Session data unreadable");
    Object::new()
}

/// Returns an item's text in stored data without looking at the signature: for finding the sessions of a user where no
/// column names them, never for letting anybody in.
#[must_use]
pub fn peek(session_data: &str, item: &str) -> Option<String> {
    match signing::peek(session_data).ok()? {
        Value::Object(data) => data.get(item)?.as_str().map(str::to_owned),
        _ => None,
    }
}

/// Returns the cookie that holds a whole session (`_get_session_key` of the `signed_cookies` store).
///
/// # Errors
/// As [`encode`].
pub fn encode_cookie(data: &Object, keys: &Keys, now: OffsetDateTime) -> Result<String, SigningError> {
    Ok(cookie_signer(keys).sign_json(&dumps_object(data)?, Compress::IfShorter, now))
}

/// Returns the data of a cookie that holds a whole session (`load` of the `signed_cookies` store).
///
/// # Errors
/// As [`signing::loads`]. Django answers every error with an empty session that is marked as
/// modified.
pub fn decode_cookie(
    cookie: &str,
    keys: &Keys,
    cookie_age: Duration,
    now: OffsetDateTime,
) -> Result<Object, SigningError> {
    match cookie_signer(keys).unsign_object(cookie, Some(cookie_age), now)? {
        Value::Object(data) => Ok(data),
        _ => Err(SigningError::Value("the session is no object".to_owned())),
    }
}

fn cookie_signer(keys: &Keys) -> TimestampSigner {
    TimestampSigner::new(keys).with_salt(COOKIE_STORE_SALT)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        json::loads,
        signing::{
            Signer,
            fixtures::{at, keys, rotated},
        },
    };

    const NOW: f64 = 1_735_689_600.0;
    const LOGGED_IN: &str = r#"{"_auth_user_id": "1", "_auth_user_backend": "django.contrib.auth.backends.ModelBackend", "_auth_user_hash": "9cea23889d56f4276f99367f5e6a3fb7f0120d8dd71b031b971a9e6b00347d9b"}"#;

    fn signed_by(keys: &Keys) -> TimestampSigner {
        store_signer(keys, SESSION_STORE)
    }

    fn object(text: &str) -> Object {
        loads(text).unwrap().as_object().unwrap().clone()
    }

    #[test]
    fn stored_sessions_are_those_of_django() {
        for (data, stored) in [
            ("{}", "e30:1tSm9Y:gyLSWRg8ZeWoNCb4vUA5ZaYnWJEjGoXtuz51y9S1BsE"),
            (r#"{"k": "v"}"#, "eyJrIjoidiJ9:1tSm9Y:11nn78lUaNt_WsJ2trpBh84tsqfF-n9okuQveNkWEX8"),
            (
                r#"{"n": null, "f": 1.0, "i": -3, "l": [1, 2]}"#,
                "eyJuIjpudWxsLCJmIjoxLjAsImkiOi0zLCJsIjpbMSwyXX0:1tSm9Y:C_fBtQ3Vmsnt45MI1Ws7GxsxQ50xnpzfhSF9IWEoqdg",
            ),
            (
                r#"{"s": "é🦀"}"#,
                "eyJzIjoiXHUwMGU5XHVkODNlXHVkZDgwIn0:1tSm9Y:fbX_I10klz5NdKU_7jDfa_J2wqqlmgxJa6zqMmmPaQU",
            ),
        ] {
            assert_eq!(encode(&object(data), &signed_by(&keys()), at(NOW)).unwrap(), stored);
            assert_eq!(decode(stored, &signed_by(&rotated())), object(data));
        }
    }

    #[test]
    fn sessions_that_django_compressed_are_read() {
        let stored = ".eJxVjMsOwiAQRf-FtSE8WmBcuvcbyAwDUjU0Ke3K-O_apAvd3nPOfYmI21rj1vMSJxZnocXpdyNMj9x2wHdst1mmua3LRHJX5EG7vM6cn5fD_Tuo2Ou3hpTR2BCAR1cG410BsM6XMTu0hXxR2igOzF6TsprAa4TsSCk7eAYS7w_ZRTeI:1tSm9Y:iWPDspmObTpHigH4P0GUHHkhiaXHnKUTniTWHu4q8NM";
        assert_eq!(decode(stored, &signed_by(&keys())), object(LOGGED_IN));
        let ours = encode(&object(LOGGED_IN), &signed_by(&keys()), at(NOW)).unwrap();
        assert_eq!(decode(&ours, &signed_by(&keys())), object(LOGGED_IN));
    }

    #[test]
    fn only_long_sessions_are_compressed() {
        let cart: Object = [("cart", "item ".repeat(300))].into_iter().collect();
        for (data, is_compressed) in [(object(LOGGED_IN), false), (cart, true)] {
            let stored = encode(&data, &signed_by(&keys()), at(NOW)).unwrap();
            assert_eq!(stored.starts_with('.'), is_compressed);
            assert_eq!(decode(&stored, &signed_by(&keys())), data);
        }
    }

    #[test]
    fn the_store_class_is_part_of_the_salt() {
        let stored = encode(&object(LOGGED_IN), &store_signer(&keys(), "AuditStore"), at(NOW)).unwrap();
        assert_eq!(decode(&stored, &store_signer(&keys(), "AuditStore")), object(LOGGED_IN));
        assert!(decode(&stored, &signed_by(&keys())).is_empty());
    }

    #[test]
    fn whatever_cannot_be_decoded_is_an_empty_session() {
        let signer = Signer::new(&keys()).with_salt("django.contrib.sessions.SessionStore");
        let list = signed_by(&keys()).sign_json("[1]", Compress::No, at(NOW));
        for stored in ["", ":", "e30:1tSm9Y:no", "é\0", &signer.sign("e30"), &signer.sign("e30:1_"), &list] {
            assert!(decode(stored, &signed_by(&keys())).is_empty(), "{stored}");
        }
    }

    #[test]
    fn cookie_sessions_are_those_of_django_and_end_with_their_age() {
        let cookie = "eyJrIjoidiJ9:1tSm9Y:mCAbivaKXFwYBp-HU1UQwv2QzKth05PndrdZlNSGMDo";
        let data = object(r#"{"k": "v"}"#);
        assert_eq!(encode_cookie(&data, &keys(), at(NOW)).unwrap(), cookie);
        let hour = Duration::hours(1);
        assert_eq!(decode_cookie(cookie, &rotated(), hour, at(NOW + 3600.0)).unwrap(), data);
        assert!(decode_cookie(cookie, &keys(), hour, at(NOW + 3601.0)).is_err());
    }

    proptest! {
        #[test]
        fn s112_no_text_makes_decode_panic(text: String, payload: Vec<u8>) {
            let signer = signed_by(&keys());
            prop_assert!(decode(&text, &signer).is_empty());
            let base64 = crate::encoding::b64_encode(&payload);
            let _ = decode(&signer.sign(&base64, at(NOW)), &signer);
            let _ = decode(&signer.sign(&format!(".{base64}"), at(NOW)), &signer);
        }
    }
}
