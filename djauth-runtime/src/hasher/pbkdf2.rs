//! `pbkdf2_sha256` and `pbkdf2_sha1`: many rounds of HMAC (RFC 8018), the preferred hasher of a Django site.

use std::hint::black_box;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, block_api::compress256};
use zeroize::Zeroizing;

use super::{
    PasswordHasher, SummaryValue, check_salt, cost, fields, malformed, must_update_salt, too_costly,
};
use crate::{
    crypto::constant_time_eq,
    error::{Error, Result},
    password::{PasswordHash, RawPassword},
};

/// The most rounds that a stored value may ask for (rule S26).
const MAX_ITERATIONS: u64 = 10_000_000;

/// PBKDF2 (Django's `PBKDF2PasswordHasher` and `PBKDF2SHA1PasswordHasher`).
///
/// HMAC pads a short key with zeros, so zeros at the end of a password of up to 64 bytes do not count, in Django neither.
#[derive(Debug, Clone, Copy)]
pub struct Pbkdf2PasswordHasher {
    prf: Prf,
    iterations: u32,
}

#[derive(Debug, Clone, Copy)]
enum Prf {
    HmacSha1,
    HmacSha256,
}

struct Decoded<'a> {
    digits: &'a str,
    iterations: u64,
    salt: &'a str,
    hash: &'a str,
}

impl Pbkdf2PasswordHasher {
    /// The number of rounds in Django 5.2.
    pub const ITERATIONS: u32 = 1_000_000;

    /// Makes the hasher `pbkdf2_sha256` with this number of rounds.
    #[must_use]
    pub const fn sha256(iterations: u32) -> Self {
        Self { prf: Prf::HmacSha256, iterations }
    }

    /// Makes the hasher `pbkdf2_sha1` with this number of rounds.
    #[must_use]
    pub const fn sha1(iterations: u32) -> Self {
        Self { prf: Prf::HmacSha1, iterations }
    }

    fn decode<'a>(&self, encoded: &'a str) -> Result<Decoded<'a>> {
        let [_, digits, salt, hash] = fields(self.algorithm(), encoded.splitn(4, '$'))?;
        Ok(Decoded { digits, iterations: cost(self.algorithm(), digits)?, salt, hash })
    }

    /// Returns how often a stored value is hashed. As in Django, 0 stands for this hasher's own number.
    fn rounds(&self, decoded: &Decoded<'_>) -> u64 {
        if decoded.iterations == 0 { self.work() } else { decoded.iterations }
    }

    fn encode_with(&self, password: &RawPassword, salt: &str, iterations: u64) -> Result<PasswordHash> {
        check_salt(salt)?;
        let iterations = match u32::try_from(iterations) {
            Ok(0) => return Err(malformed(self.algorithm())),
            Ok(iterations) if u64::from(iterations) <= MAX_ITERATIONS => iterations,
            _ => return Err(too_costly(self.algorithm())),
        };
        let (password, salt_bytes) = (password.expose().as_bytes(), salt.as_bytes());
        let hash = match self.prf {
            Prf::HmacSha256 => STANDARD.encode(pbkdf2_sha256(password, salt_bytes, iterations)),
            Prf::HmacSha1 => {
                STANDARD.encode(pbkdf2::pbkdf2_hmac_array::<Sha1, 20>(password, salt_bytes, iterations))
            }
        };
        Ok(PasswordHash::from_stored(format!("{}${iterations}${salt}${hash}", self.algorithm())))
    }
}

impl PasswordHasher for Pbkdf2PasswordHasher {
    fn algorithm(&self) -> &'static str {
        match self.prf {
            Prf::HmacSha1 => "pbkdf2_sha1",
            Prf::HmacSha256 => "pbkdf2_sha256",
        }
    }

    fn encode(&self, password: &RawPassword, salt: &str) -> Result<PasswordHash> {
        self.encode_with(password, salt, self.work())
    }

    fn verify(&self, password: &RawPassword, encoded: &str) -> Result<bool> {
        let decoded = self.decode(encoded)?;
        let again = self.encode_with(password, decoded.salt, self.rounds(&decoded))?;
        Ok(constant_time_eq(encoded.as_bytes(), again.expose().as_bytes()))
    }

    fn must_update(&self, encoded: &str) -> Result<bool> {
        let Decoded { iterations, salt, .. } = self.decode(encoded)?;
        Ok(iterations != self.work() || must_update_salt(salt))
    }

    fn harden_runtime(&self, password: &RawPassword, encoded: &str) -> Result<()> {
        let decoded = self.decode(encoded)?;
        if let missing @ 1.. = self.work().saturating_sub(self.rounds(&decoded)) {
            black_box(self.encode_with(password, decoded.salt, missing)?);
        }
        Ok(())
    }

    fn safe_summary(&self, encoded: &str) -> Result<Vec<(&'static str, SummaryValue)>> {
        let Decoded { digits, salt, hash, .. } = self.decode(encoded)?;
        Ok(vec![
            ("algorithm", SummaryValue::text(self.algorithm())),
            ("iterations", SummaryValue::number(digits)),
            ("salt", SummaryValue::masked(salt)),
            ("hash", SummaryValue::masked(hash)),
        ])
    }

    fn check_costs(&self) -> Result<()> {
        if (1..=MAX_ITERATIONS).contains(&self.work()) {
            return Ok(());
        }
        Err(Error::invalid(format!("it takes 1 to {MAX_ITERATIONS} iterations")))
    }

    fn work(&self) -> u64 {
        self.iterations.into()
    }

    fn work_of(&self, encoded: &str) -> Result<u64> {
        self.decode(encoded).map(|decoded| self.rounds(&decoded))
    }
}

/// Derives 32 bytes with exactly two compressions a round: the states after the padded key are computed once, and every
/// message of a round is one block. Through a general HMAC the same rounds cost a third more.
fn pbkdf2_sha256(password: &[u8], salt: &[u8], iterations: u32) -> [u8; 32] {
    let mut first =
        <Hmac<Sha256> as KeyInit>::new_from_slice(password).expect("HMAC takes a key of any length");
    first.update(salt);
    first.update(&1_u32.to_be_bytes());
    let mut message = Message([0; 64]);
    message.0[..32].copy_from_slice(&first.finalize().into_bytes());
    // The end of a message of 64 + 32 bytes: one bit, zeros, the length in bits.
    message.0[32] = 0x80;
    message.0[62..].copy_from_slice(&(96_u16 * 8).to_be_bytes());

    let (inner, outer) = keyed_states(password);
    let mut derived = message.words();
    for _ in 1..iterations {
        message.compress_into(inner);
        let words = message.compress_into(outer);
        // Plain steps, here and in the message, for builds without optimisation: a loop over an iterator makes calls there.
        let mut index = 0;
        while index < derived.len() {
            derived[index] ^= words[index];
            index += 1;
        }
    }
    message.set_words(&derived);
    message.0[..32].try_into().expect("half a block has 32 bytes")
}

/// One block of SHA-256 that begins with a digest.
struct Message([u8; 64]);

impl Message {
    /// Replaces the digest by that of this block, hashed from `state` on, and returns it.
    fn compress_into(&mut self, mut state: [u32; 8]) -> [u32; 8] {
        compress256(&mut state, std::slice::from_ref(&self.0));
        self.set_words(&state);
        state
    }

    fn words(&self) -> [u32; 8] {
        std::array::from_fn(|index| {
            let at = 4 * index;
            u32::from_be_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
        })
    }

    fn set_words(&mut self, words: &[u32; 8]) {
        let mut index = 0;
        while index < words.len() {
            let [a, b, c, d] = words[index].to_be_bytes();
            let at = 4 * index;
            (self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]) = (a, b, c, d);
            index += 1;
        }
    }
}

/// Returns HMAC's inner and outer states of SHA-256 after the block of the padded key (RFC 2104).
fn keyed_states(key: &[u8]) -> ([u32; 8], [u32; 8]) {
    const START: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    let mut block = Zeroizing::new([0; 64]);
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    [0x36, 0x5c]
        .map(|pad| {
            let mut state = START;
            compress256(&mut state, &[block.map(|byte| byte ^ pad)]);
            state
        })
        .into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const SALT: &str = "saltSALT0123456789abcd";

    fn encode(hasher: Pbkdf2PasswordHasher, password: &str, salt: &str) -> String {
        hasher.encode(&RawPassword::new(password), salt).unwrap().expose().to_owned()
    }

    #[test]
    fn s30_sha256_hashes_are_djangos() {
        for (password, salt, iterations, hash) in [
            ("password", SALT, 1_000_000, "AirXeomx1xm30pSO6OdvdJELi3tXbN1hH/tOM0WHYiY="),
            ("", SALT, 1000, "DSvzGfEPePdt0aW0ZmVHlmlXZ47LLTxB98VDDfwiuPg="),
            ("pässwörd-🔑", "NaCl", 1, "9hv9unaAn21ImwAwOCU8igwBESZEIu6pUqNxXiNcmfE="),
            ("correct horse battery staple", SALT, 870_000, "fy4QrwYwxoXW9PR6HPjl79Q9bofsG+EKw2jQTI8Ojy0="),
            ("  two  spaces  ", "ünïcode salt", 260_000, "AL7EJx/HnTQv3QiiLrIRmBe1qHcTgfK0cE8cy3aE03M="),
        ] {
            let encoded = format!("pbkdf2_sha256${iterations}${salt}${hash}");
            assert_eq!(encode(Pbkdf2PasswordHasher::sha256(iterations), password, salt), encoded);
        }
    }

    #[test]
    fn s30_sha1_hashes_are_djangos() {
        for (password, salt, iterations, hash) in [
            ("password", SALT, 1_000_000, "6KHNe5F7xUFqdd3zdPEFimg0CVw="),
            ("", SALT, 1000, "iYdqyK9XJZD47y0DpYrVOkeCC4s="),
            ("pässwörd-🔑", "NaCl", 1, "4UEN5Ww/e5vfCm5iMN7RE+9lF2E="),
            ("correct horse battery staple", SALT, 870_000, "im+SvTcJQjoJxrxcjf4WGvzKm+0="),
            ("  two  spaces  ", "ünïcode salt", 260_000, "Q6IAa9jc3T6iYcKrpwymwHTsKAM="),
        ] {
            let encoded = format!("pbkdf2_sha1${iterations}${salt}${hash}");
            assert_eq!(encode(Pbkdf2PasswordHasher::sha1(iterations), password, salt), encoded);
        }
    }

    #[test]
    fn passwords_around_the_block_size_are_hashed_as_any_hmac_does() {
        for length in [0, 1, 55, 63, 64, 65, 128, 1000] {
            let password = "p".repeat(length);
            assert_eq!(
                pbkdf2_sha256(password.as_bytes(), SALT.as_bytes(), 3),
                pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password.as_bytes(), SALT.as_bytes(), 3)
            );
        }
    }

    #[test]
    fn malformed_values_are_errors_and_nonsense_digests_are_not() {
        let hasher = Pbkdf2PasswordHasher::sha256(1);
        let password = RawPassword::new("x");
        for encoded in [
            "pbkdf2_sha256",
            "pbkdf2_sha256$1$salt",
            "pbkdf2_sha256$abc$salt$x",
            "pbkdf2_sha256$-1$salt$x",
            "pbkdf2_sha256$1$$x",
        ] {
            assert!(matches!(hasher.verify(&password, encoded), Err(Error::Invalid(_))), "{encoded}");
        }
        for encoded in ["pbkdf2_sha256$0$salt$x", "pbkdf2_sha256$1$salt$x", "pbkdf2_sha256$1$salt$x$y"] {
            assert!(!hasher.verify(&password, encoded).unwrap(), "{encoded}");
        }
        assert!(hasher.encode(&password, "").is_err() && hasher.encode(&password, "a$b").is_err());
    }

    #[test]
    fn a_number_that_is_not_written_as_django_writes_it_is_a_mismatch() {
        let hasher = Pbkdf2PasswordHasher::sha256(7);
        let encoded = encode(hasher, "x", SALT).replace("$7$", "$07$");
        assert!(!hasher.verify(&RawPassword::new("x"), &encoded).unwrap());
    }

    #[test]
    fn s26_rounds_read_from_storage_are_capped() {
        let hasher = Pbkdf2PasswordHasher::sha256(1);
        for rounds in ["10000001", "4294967297", "99999999999999999999999999"] {
            let encoded = format!("pbkdf2_sha256${rounds}$salt$x");
            assert!(hasher.verify(&RawPassword::new("x"), &encoded).is_err());
            assert!(hasher.must_update(&encoded).unwrap());
            assert_eq!(hasher.safe_summary(&encoded).unwrap()[1].1.to_string(), rounds);
        }
    }

    #[test]
    fn other_rounds_and_short_salts_are_replaced() {
        let hasher = Pbkdf2PasswordHasher::sha256(10);
        assert!(!hasher.must_update(&format!("pbkdf2_sha256$10${SALT}$x")).unwrap());
        for encoded in [format!("pbkdf2_sha256$9${SALT}$x"), format!("pbkdf2_sha256$11${SALT}$x")] {
            assert!(hasher.must_update(&encoded).unwrap());
        }
        assert!(hasher.must_update("pbkdf2_sha256$10$short$x").unwrap());
        assert!(hasher.must_update(&format!("pbkdf2_sha256$0${SALT}$x")).unwrap());
    }
}
