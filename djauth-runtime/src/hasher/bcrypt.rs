//! `bcrypt_sha256` and `bcrypt`, as Python's library of that name writes them.

use std::hint::black_box;

use base64::Engine as _;
use bcrypt::BASE_64;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{PasswordHasher, SummaryValue, cost, fields, malformed, too_costly};
use crate::{
    crypto::{constant_time_eq, hex, random_bytes},
    error::{Error, Result},
    password::{PasswordHash, RawPassword},
};

/// The fewest rounds, as a power of two, that there are.
const MIN_ROUNDS: u32 = 4;

/// The most rounds, as a power of two, that a stored value may ask for (rule S26).
const MAX_ROUNDS: u32 = 16;

/// How much of a password bcrypt looks at. A longer one is refused: it would be cut silently (rule S24).
const MAX_BYTES: usize = 72;

/// The length of a version, rounds and salt, such as `$2b$12$` and 22 characters.
const PREFIX_LENGTH: usize = 29;

/// bcrypt, behind SHA-256 or plain (Django's `BCryptSHA256PasswordHasher` and `BCryptPasswordHasher`).
#[derive(Debug, Clone, Copy)]
pub struct BcryptPasswordHasher {
    input: Input,
    rounds: u32,
}

/// What bcrypt is given.
#[derive(Debug, Clone, Copy)]
enum Input {
    /// SHA-256 of the password in hexadecimal, so that every byte of it counts.
    Digest,
    /// The password itself.
    Password,
}

impl BcryptPasswordHasher {
    /// The rounds of Django, as a power of two.
    pub const ROUNDS: u32 = 12;

    /// Makes the hasher `bcrypt_sha256` with 2 to the power of `rounds` rounds.
    #[must_use]
    pub const fn sha256(rounds: u32) -> Self {
        Self { input: Input::Digest, rounds }
    }

    /// Makes the hasher `bcrypt`, which is weak: it cannot take passwords of more than 72 bytes.
    #[must_use]
    pub const fn plain(rounds: u32) -> Self {
        Self { input: Input::Password, rounds }
    }

    fn decode<'a>(&self, encoded: &'a str) -> Result<[&'a str; 5]> {
        fields(self.algorithm(), encoded.splitn(5, '$'))
    }

    fn stored_rounds(&self, encoded: &str) -> Result<u64> {
        let [_, _, _, rounds, _] = self.decode(encoded)?;
        cost(self.algorithm(), rounds)
    }

    /// Returns what follows the algorithm: the text of Python's library, salt and hash in one.
    fn library_text<'a>(&self, encoded: &'a str) -> Result<&'a str> {
        match encoded.split_once('$') {
            Some((_, text)) if text.is_ascii() => Ok(text),
            _ => Err(malformed(self.algorithm())),
        }
    }
}

impl PasswordHasher for BcryptPasswordHasher {
    fn algorithm(&self) -> &'static str {
        match self.input {
            Input::Digest => "bcrypt_sha256",
            Input::Password => "bcrypt",
        }
    }

    /// The salt is the library's whole text, such as `$2b$12$` and 22 characters; its rounds are the ones that count.
    fn encode(&self, password: &RawPassword, salt: &str) -> Result<PasswordHash> {
        let salt = Salt::read(salt).ok_or_else(|| malformed(self.algorithm()))?;
        if salt.rounds > MAX_ROUNDS {
            return Err(too_costly(self.algorithm()));
        }
        let password = password.expose().as_bytes();
        let hash = match self.input {
            Input::Digest => salt.hash(Zeroizing::new(hex(&Sha256::digest(password))).as_bytes()),
            Input::Password => salt.hash(password),
        }?;
        Ok(PasswordHash::from_stored(format!("{}${hash}", self.algorithm())))
    }

    fn verify(&self, password: &RawPassword, encoded: &str) -> Result<bool> {
        let again = self.encode(password, self.library_text(encoded)?)?;
        Ok(constant_time_eq(encoded.as_bytes(), again.expose().as_bytes()))
    }

    fn must_update(&self, encoded: &str) -> Result<bool> {
        Ok(self.stored_rounds(encoded)? != u64::from(self.rounds))
    }

    fn harden_runtime(&self, password: &RawPassword, encoded: &str) -> Result<()> {
        let text = self.library_text(encoded)?;
        let prefix = text.get(..PREFIX_LENGTH).unwrap_or(text);
        let missing = self.work().saturating_sub(self.work_of(encoded)?) / self.work_of(encoded)?;
        for _ in 0..missing {
            black_box(self.encode(password, prefix)?);
        }
        Ok(())
    }

    fn safe_summary(&self, encoded: &str) -> Result<Vec<(&'static str, SummaryValue)>> {
        let [_, _, _, rounds, data] = self.decode(encoded)?;
        cost(self.algorithm(), rounds)?;
        let salt_end = data.char_indices().nth(22).map_or(data.len(), |(index, _)| index);
        let (salt, checksum) = data.split_at(salt_end);
        Ok(vec![
            ("algorithm", SummaryValue::text(self.algorithm())),
            ("work factor", SummaryValue::number(rounds)),
            ("salt", SummaryValue::masked(salt)),
            ("checksum", SummaryValue::masked(checksum)),
        ])
    }

    fn check_costs(&self) -> Result<()> {
        if (MIN_ROUNDS..=MAX_ROUNDS).contains(&self.rounds) {
            return Ok(());
        }
        Err(Error::invalid(format!("it takes {MIN_ROUNDS} to {MAX_ROUNDS} rounds, as a power of two")))
    }

    fn work(&self) -> u64 {
        power_of_two(self.rounds.into())
    }

    fn work_of(&self, encoded: &str) -> Result<u64> {
        self.stored_rounds(encoded).map(power_of_two)
    }

    fn salt(&self) -> Result<String> {
        Ok(format!("$2b${:02}${}", self.rounds, BASE_64.encode(random_bytes::<16>()?)))
    }

    fn is_weak(&self) -> bool {
        matches!(self.input, Input::Password)
    }
}

fn power_of_two(exponent: u64) -> u64 {
    u32::try_from(exponent).ok().and_then(|exponent| 1_u64.checked_shl(exponent)).unwrap_or(u64::MAX)
}

/// A salt as Python's library reads it: a version, a number of rounds and 22 characters, between any number of `$`.
struct Salt<'a> {
    version: &'a str,
    rounds: u32,
    bytes: [u8; 16],
}

impl<'a> Salt<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let parts: Vec<_> = text.split('$').filter(|part| !part.is_empty()).collect();
        let [version @ ("2a" | "2b" | "2x" | "2y"), rounds, rest] = parts[..] else { return None };
        let rounds = rounds.parse().ok().filter(|rounds| (MIN_ROUNDS..=31).contains(rounds))?;
        // Whatever follows the salt is the hash, or ignored.
        let mut bytes = [0; 16];
        let length = BASE_64.decode_slice(rest.as_bytes().get(..22)?, &mut bytes).ok()?;
        (length == bytes.len()).then_some(Self { version, rounds, bytes })
    }

    fn hash(&self, input: &[u8]) -> Result<String> {
        if input.len() > MAX_BYTES {
            return Err(Error::invalid("bcrypt takes passwords of at most 72 bytes"));
        }
        // The terminating zero is part of the key where there is room; zeros within the password are ordinary bytes.
        let mut key = Zeroizing::new([0; MAX_BYTES]);
        key[..input.len()].copy_from_slice(input);
        let key_length = MAX_BYTES.min(input.len() + 1);
        let hash = bcrypt::bcrypt(self.rounds, self.bytes, &key[..key_length]);
        let (salt, hash) = (BASE_64.encode(self.bytes), BASE_64.encode(&hash[..23]));
        Ok(format!("${}${:02}${salt}{hash}", self.version, self.rounds))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const SALT: &str = "abcdefghijklmnopqrstuu";
    const SHA256: BcryptPasswordHasher = BcryptPasswordHasher::sha256(5);
    const PLAIN: BcryptPasswordHasher = BcryptPasswordHasher::plain(5);

    fn assert_encodes(hasher: BcryptPasswordHasher, cases: [(&str, &str, &str); 5]) {
        for (password, salt, checksum) in cases {
            let password = RawPassword::new(password);
            let encoded = format!("{}${salt}{checksum}", hasher.algorithm());
            assert_eq!(hasher.encode(&password, salt).unwrap().expose(), encoded);
            assert!(hasher.verify(&password, &encoded).unwrap());
            assert!(!hasher.verify(&RawPassword::new("other"), &encoded).unwrap());
        }
    }

    #[test]
    fn s30_hashes_behind_sha256_are_djangos() {
        assert_encodes(
            SHA256,
            [
                ("password", "$2b$12$abcdefghijklmnopqrstuu", "gkQA0GCBGUEqAtJsvVqqVkMMm/ez2qi"),
                ("", "$2b$04$abcdefghijklmnopqrstuu", "AGUtA0XVhWMYe2lvlA94phs07MYN67C"),
                ("pässwörd-🔑", "$2b$05$ABCDEFGHIJKLMNOPQRSTUO", "ax3.kXMfJ.jq.6Pf/0aD9m4byK5BnmK"),
                (
                    "correct horse battery staple",
                    "$2b$06$0123456789./012345678.",
                    "B0Q/QVxkOEiJZpPZ6ChvktspAsftmvq",
                ),
                ("  two  spaces  ", "$2a$04$abcdefghijklmnopqrstuu", "F8IOCRmOnYmL9lAyNErdOKYBhT.BEJi"),
            ],
        );
    }

    #[test]
    fn s30_plain_hashes_are_djangos() {
        assert_encodes(
            PLAIN,
            [
                ("password", "$2b$12$abcdefghijklmnopqrstuu", "twZ1IOTtu3SsEBT5lI/LFncP31tIybm"),
                ("", "$2b$04$abcdefghijklmnopqrstuu", "byCG3zY1GIXMyxfivm.ClDiInHzxjiq"),
                ("pässwörd-🔑", "$2b$05$ABCDEFGHIJKLMNOPQRSTUO", "YsPeK.iAX.m6QXEK0IiRm9UXW.k1VXK"),
                (
                    "correct horse battery staple",
                    "$2b$06$0123456789./012345678.",
                    "0ITRj8OlCyxa3nfUsZtGhFtsEQw69zi",
                ),
                ("  two  spaces  ", "$2a$04$abcdefghijklmnopqrstuu", "Dgfq0Y66JWNGvHkTFJdtchE1iFH3go2"),
            ],
        );
    }

    #[test]
    fn s24_no_byte_of_a_password_is_dropped() {
        let salt = format!("$2b$04${SALT}");
        let encode = |hasher: BcryptPasswordHasher, text: &str| {
            hasher.encode(&RawPassword::new(text), &salt).map(|hash| hash.expose().to_owned())
        };
        assert_ne!(encode(PLAIN, "a\0b").unwrap(), encode(PLAIN, "a\0c").unwrap());
        assert_ne!(encode(PLAIN, &"a".repeat(71)).unwrap(), encode(PLAIN, &"a".repeat(72)).unwrap());
        assert!(encode(PLAIN, &"a".repeat(73)).is_err());
        assert_ne!(encode(SHA256, &"a".repeat(73)).unwrap(), encode(SHA256, &"a".repeat(74)).unwrap());
    }

    #[test]
    fn salts_are_read_as_pythons_library_reads_them() {
        let encode = |salt: &str| PLAIN.encode(&RawPassword::new("x"), salt);
        let usual = encode(&format!("$2b$05${SALT}")).unwrap();
        for same in ["$2b$5$", "2b$+5$$", "$2b$$005$"] {
            assert_eq!(encode(&format!("{same}{SALT}")).unwrap(), usual, "{same}");
        }
        for same in ["$", "ignored", "ü!"] {
            assert_eq!(encode(&format!("$2b$05${SALT}{same}")).unwrap(), usual, "{same}");
        }
        for malformed in [
            "",
            "$2b$05$",
            "$2c$05$abcdefghijklmnopqrstuu",
            "$2b$03$abcdefghijklmnopqrstuu",
            "$2b$32$abcdefghijklmnopqrstuu",
            "$2b$ 5$abcdefghijklmnopqrstuu",
            "$2b$05$abcdefghijklmnopqrstuv",
            "$2b$05$abcdefghijklmnopqrstu",
            "$2b$05$abcdefghijklmnopqrst==",
            "$2b$05$abcdefghijklmnopqrstuu$x",
        ] {
            assert!(matches!(encode(malformed), Err(Error::Invalid(_))), "{malformed}");
        }
    }

    #[test]
    fn malformed_values_are_errors() {
        let password = RawPassword::new("x");
        for encoded in
            ["bcrypt", "bcrypt$nope", "bcrypt$$2b$05$abc", "bcrypt$$2b$05$abcdefghijklmnopqrstuu$é"]
        {
            assert!(matches!(PLAIN.verify(&password, encoded), Err(Error::Invalid(_))), "{encoded}");
        }
    }

    #[test]
    fn s26_rounds_read_from_storage_are_capped() {
        let encoded = format!("bcrypt$$2b$17${SALT}AGUtA0XVhWMYe2lvlA94phs07MYN67C");
        assert!(matches!(PLAIN.verify(&RawPassword::new("x"), &encoded), Err(Error::Invalid(_))));
    }

    #[test]
    fn other_rounds_are_replaced_and_their_lack_of_work_is_made_up_for() {
        let encoded = format!("bcrypt_sha256$$2b$04${SALT}AGUtA0XVhWMYe2lvlA94phs07MYN67C");
        assert!(SHA256.must_update(&encoded).unwrap());
        assert!(!BcryptPasswordHasher::sha256(4).must_update(&encoded).unwrap());
        assert_eq!((SHA256.work(), SHA256.work_of(&encoded).unwrap()), (32, 16));
        SHA256.harden_runtime(&RawPassword::new("x"), &encoded).unwrap();
    }

    #[test]
    fn new_salts_verify() {
        let encoded = SHA256.encode(&RawPassword::new("x"), &SHA256.salt().unwrap()).unwrap();
        assert!(encoded.expose().starts_with("bcrypt_sha256$$2b$05$"));
        assert!(SHA256.verify(&RawPassword::new("x"), encoded.expose()).unwrap());
    }

    #[test]
    fn summaries_hide_salt_and_checksum() {
        let encoded = format!("bcrypt$$2b$05${SALT}YsPeK.iAX");
        let summary = PLAIN.safe_summary(&encoded).unwrap();
        assert_eq!(summary[1], ("work factor", SummaryValue::number("05")));
        assert_eq!(summary[2], ("salt", SummaryValue::text("abcdef****************")));
        assert_eq!(summary[3], ("checksum", SummaryValue::text("YsPeK.***")));
    }
}
