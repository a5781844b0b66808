//! What a stored password may hold: anything. It is read without a panic, and a wrong password stays wrong.

use djauth_runtime::{
    PasswordHash, RawPassword,
    hasher::{
        Argon2PasswordHasher, BcryptPasswordHasher, HasherProfile, Hashers, Md5PasswordHasher,
        PasswordHasher, Pbkdf2PasswordHasher, ScryptPasswordHasher,
    },
};

/// Costs above this are left out; a fuzzer's time is better spent on reading than on hashing.
const MOST: u64 = 2000;

/// The data is a value of the password column.
pub(crate) fn check(data: &[u8]) {
    let encoded = String::from_utf8_lossy(data);
    if encoded
        .split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.parse::<u64>().is_ok_and(|cost| cost > MOST && cost < 1 << 32))
    {
        return;
    }
    let hashers = hashers();
    if let Ok(hasher) = hashers.identify_hasher(&encoded) {
        let _ = hasher.safe_summary(&encoded);
        let _ = hasher.must_update(&encoded);
        let _ = hasher.work_of(&encoded);
    }
    let stored = PasswordHash::from_stored(encoded);
    let passes = |password: &str| {
        let checked = hashers.check_password(&RawPassword::new(password), &stored);
        checked.expect("an unreadable value is a wrong password").is_correct
    };
    assert!(!(passes("password") && passes("Password")), "two passwords pass for {:?}", stored.expose());
}

/// All hashers at low costs; the preferred one is the cheapest, because every refusal pays for it.
fn hashers() -> Hashers {
    let list: Vec<Box<dyn PasswordHasher>> = vec![
        Box::new(Pbkdf2PasswordHasher::sha256(1)),
        Box::new(Pbkdf2PasswordHasher::sha1(1)),
        Box::new(Argon2PasswordHasher::new(1, 8, 1)),
        Box::new(BcryptPasswordHasher::sha256(4)),
        Box::new(BcryptPasswordHasher::plain(4)),
        Box::new(ScryptPasswordHasher::new(2, 1, 1)),
        Box::new(Md5PasswordHasher),
    ];
    Hashers::new(HasherProfile::Django, list).expect("no hasher is listed twice")
}
