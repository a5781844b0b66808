//! What stands in a reset link: only the very text that we made counts.

use djauth_runtime::{
    PasswordHash,
    signing::{Keys, SecretKey},
    token::{PasswordResetTokenGenerator, TokenUser, uid_decode, uid_encode},
};
use time::{Duration, OffsetDateTime, macros::datetime};

const NOW: OffsetDateTime = datetime!(2026-02-04 12:00 UTC);

/// The data is a token; then a change to a token of ours; then a `uidb64`; then the key of a user.
pub(crate) fn check(data: &[u8]) {
    let keys = Keys::new(SecretKey::new("the key of the fuzzer").expect("it is not empty"), []);
    let generator = PasswordResetTokenGenerator::new(&keys, Duration::HOUR);
    let text = String::from_utf8_lossy(data);
    let password = PasswordHash::from_stored("md5$salt$digest");
    let user = TokenUser { pk: "1", password: &password, last_login: None, email: Some("lin@example.org") };
    let token = generator.make_token(user, NOW).expect("it is after 2001");
    assert!(generator.check_token(user, &token, NOW));
    assert!(text == token || !generator.check_token(user, &text, NOW), "a forged token");
    assert!(!generator.check_token(user, &token, NOW + Duration::seconds(3601)), "a token after its hour");
    let changed = changed(&token, data);
    assert!(changed == token || !generator.check_token(user, &changed, NOW), "a changed token");
    for other in [
        TokenUser { pk: &text, ..user },
        TokenUser { email: Some(&text), ..user },
        TokenUser { last_login: Some(NOW), ..user },
    ] {
        let is_same = other.pk == user.pk && other.email == user.email && other.last_login == user.last_login;
        assert!(is_same || !generator.check_token(other, &token, NOW), "another user's token");
    }

    let _ = uid_decode(&text);
    assert_eq!(uid_decode(&uid_encode(&text)).as_deref(), Ok(&*text));
}

/// Replaces the character that the first byte points at by what follows.
fn changed(token: &str, data: &[u8]) -> String {
    let [at, new @ ..] = data else { return token.to_owned() };
    let at = usize::from(*at) % token.len();
    [&token[..at], &String::from_utf8_lossy(new), &token[at + 1..]].concat()
}
