//! Can every hasher hash? (rule S19)

use super::CheckMessage;
use crate::hasher::Hashers;

/// Finds hashers that cannot hash. A preferred one would refuse every new password, and spend no work where nobody must
/// see whether a user exists (rule S19).
pub(crate) fn check(hashers: &Hashers, found: &mut Vec<CheckMessage>) {
    for hasher in hashers.iter() {
        if let Err(error) = hasher.check_costs() {
            found.push(CheckMessage::error(
                "djauth.E011",
                format!(
                    "the password hasher `{}` cannot hash with the costs it is made with",
                    hasher.algorithm()
                ),
                error.to_string(),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        auth::Authenticator,
        check::{self, test::sound},
        hasher::{HasherPlugin, HasherProfile, Pbkdf2PasswordHasher},
        memory::MemoryStore,
        settings::Settings,
        test_util::Person,
    };

    inventory::submit! {
        HasherPlugin::new("check.WithoutIterations", |_| Box::new(Pbkdf2PasswordHasher::sha256(0)))
    }

    #[test]
    fn s19_a_hasher_that_cannot_hash_keeps_the_program_from_starting() {
        const TEXT: &str = "djauth.E011: the password hasher `pbkdf2_sha256` cannot hash with the costs it is made with; \
             it takes 1 to 10000000 iterations";
        let named = Settings { password_hashers: vec!["check.WithoutIterations".to_owned()], ..sound() };
        let found: Vec<_> = check::check::<Person>(&named).iter().map(ToString::to_string).collect();
        assert_eq!(found, [TEXT]);

        let start = |hashers| {
            let store = Arc::new(MemoryStore::<Person>::new());
            let builder = Authenticator::builder(Arc::<MemoryStore<_>>::clone(&store), store);
            builder.settings(sound()).hashers(hashers).build()
        };
        let own = |iterations| {
            let list = vec![Box::new(Pbkdf2PasswordHasher::sha256(iterations)) as _];
            Hashers::new(HasherProfile::Recommended, list).expect("a list")
        };
        assert_eq!(start(own(0)).expect_err("no iterations").to_string(), TEXT);
        assert!(start(own(1)).is_ok());
    }
}
