//! What ties a session to its user's password: when the stored hash changes, the session ends (rule S52).

use std::fmt;

use crate::{
    crypto::{Algorithm, SaltedKey, constant_time_eq, hex},
    password::PasswordHash,
    signing::{Keys, SaltedKeys},
};

const KEY_SALT: &str = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";

/// The value of `_auth_user_hash` in a session: 64 hexadecimal digits, compared in constant time, never printed.
#[derive(Clone)]
pub struct SessionAuthHash(String);

impl SessionAuthHash {
    /// Takes a value as a session holds it. Nothing is checked: a malformed one equals no hash.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionAuthHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionAuthHash([redacted])")
    }
}

impl PartialEq for SessionAuthHash {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for SessionAuthHash {}

/// Compares with a value as a session holds it, in constant time too.
impl PartialEq<str> for SessionAuthHash {
    fn eq(&self, stored: &str) -> bool {
        constant_time_eq(self.0.as_bytes(), stored.as_bytes())
    }
}

/// Makes session auth hashes. Its keys are derived once.
#[derive(Debug, Clone)]
pub struct SessionAuthHasher(SaltedKeys);

impl SessionAuthHasher {
    /// Makes the hasher with these keys.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        Self(keys.salted(KEY_SALT, Algorithm::Sha256))
    }

    /// Returns the hash of a stored password under the key that signs (`AbstractBaseUser.get_session_auth_hash`).
    #[must_use]
    pub fn hash(&self, password: &PasswordHash) -> SessionAuthHash {
        under(&self.0.current, password)
    }

    /// Returns the hash of a stored password under each fallback key, in order (`get_session_auth_fallback_hash`). A
    /// session that holds one of them is still good and gets the current hash and a new key.
    pub fn fallback_hashes(&self, password: &PasswordHash) -> impl Iterator<Item = SessionAuthHash> {
        self.0.fallbacks.iter().map(|key| under(key, password))
    }
}

fn under(key: &SaltedKey, password: &PasswordHash) -> SessionAuthHash {
    SessionAuthHash(hex(&key.hmac(password.expose().as_bytes())))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::signing::{
        SecretKey,
        fixtures::{OLD_SECRET, SECRET},
    };

    #[test]
    fn hashes_are_those_of_django_under_each_key() {
        let keys = Keys::new(SecretKey::new(SECRET).unwrap(), [SecretKey::new(OLD_SECRET).unwrap()]);
        let hasher = SessionAuthHasher::new(&keys);
        for (password, current, fallback) in [
            (
                "md5$saltSALT0123456789abcd$fe8e8494fdb8bee3742679c5ff68c33d",
                "9cea23889d56f4276f99367f5e6a3fb7f0120d8dd71b031b971a9e6b00347d9b",
                "da9d92a42444316119f2282896fc8eeb78de308690410d57cf0a360f76a1864d",
            ),
            (
                "",
                "b93c21aeaf14befebede15fe57598552282a03ecd0dfd591fbcf4b6f2aba7fe2",
                "41afdc755eebeaa1e12d16dd801810fe4b120405835c6c7858b29c370a0b7527",
            ),
            (
                "!xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                "671ee996cc44ce320da5a638ad68c8d930863d88b4ab94dc8c6a80ecccaaa6cf",
                "d392fc6ec021599c0115298e2e222ab898a1d3c54dbf43d7ccbce1371ad80a3f",
            ),
            (
                "pbkdf2_sha256$1$s$h",
                "8dc58c3fb19c845ade4376ec948f28ebfa6f209d33b39a7e5e74a4f90168e8a6",
                "c33ce92a0c09cedbebf7427e946f0c75d115b1068de6e6a30152a2e340571ca2",
            ),
            (
                "ünï",
                "62a86ba6f677daea5ffb97b5794a765fe150f2d2faa78e28782cde5410657a30",
                "9f44d306c81a41364f92e09d09a9e3c807d109903f8154a1f68e2a2d16a8fef3",
            ),
        ] {
            let password = PasswordHash::from_stored(password);
            assert_eq!(hasher.hash(&password).expose(), current);
            let fallbacks: Vec<_> = hasher.fallback_hashes(&password).collect();
            assert_eq!(fallbacks, [SessionAuthHash::from_stored(fallback)]);
        }
    }

    #[test]
    fn s93_a_hash_does_not_print_itself() {
        assert!(!format!("{:?}", SessionAuthHash::from_stored("canary")).contains("canary"));
    }
}
