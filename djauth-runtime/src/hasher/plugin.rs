//! Hashers by name: the ones of this crate and the program's own.

use super::PasswordHasher;
use crate::{error::ImproperlyConfigured, spelling::nearest};

/// The beginning of the names under which a weak hasher may be preferred.
pub(super) const DANGEROUS: &str = "dangerous_";

/// Where costs and the rule for upgrades come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HasherProfile {
    /// Today's recommended costs. A hash of the preferred kind is replaced when it is cheaper, not when it is costlier.
    #[default]
    Recommended,
    /// The costs of Django 5.2, whose rule is kept as well: a hash is replaced when it differs. With a live Django on
    /// the same table, anything else would make the two rewrite each other's hashes at every login.
    Django,
}

impl HasherProfile {
    /// Returns the names of this profile's hashers, as far as they are compiled in; the preferred one comes first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Self::Recommended => ["argon2", "pbkdf2_sha256", "pbkdf2_sha1", "bcrypt_sha256", "scrypt"],
            // The order of Django's `PASSWORD_HASHERS`.
            Self::Django => ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "scrypt"],
        };
        names.into_iter().filter(|name| !matches!(find(name), Ok(None)))
    }
}

/// A hasher that settings can name. Register one with `inventory::submit!`.
///
/// # Examples
/// Costs of one's own, as a subclass has them in Django:
/// ```
/// # use djauth_runtime as djauth;
/// use djauth::hasher::{HasherPlugin, HasherProfile, Hashers, Pbkdf2PasswordHasher};
///
/// djauth::inventory::submit! {
///     HasherPlugin::new("blog.Pbkdf2", |_| Box::new(Pbkdf2PasswordHasher::sha256(1_200_000)))
/// }
///
/// let hashers = Hashers::from_names(HasherProfile::Recommended, ["blog.Pbkdf2"])?;
/// assert_eq!(hashers.preferred().algorithm(), "pbkdf2_sha256");
/// # Ok::<(), djauth::ImproperlyConfigured>(())
/// ```
#[derive(Debug)]
pub struct HasherPlugin {
    name: &'static str,
    django_path: Option<&'static str>,
    build: fn(HasherProfile) -> Box<dyn PasswordHasher>,
}

inventory::collect!(HasherPlugin);

impl HasherPlugin {
    /// Makes a plug-in. The name is the hasher's algorithm, or for an algorithm that is there already, one of your own.
    #[must_use]
    pub const fn new(name: &'static str, build: fn(HasherProfile) -> Box<dyn PasswordHasher>) -> Self {
        Self { name, django_path: None, build }
    }

    /// Adds the dotted path of the class by which Django's settings name the same hasher.
    #[must_use]
    pub const fn known_to_django_as(self, path: &'static str) -> Self {
        Self { django_path: Some(path), ..self }
    }
}

/// Returns the plug-in that a setting names, if there is exactly one.
fn find(name: &str) -> Result<Option<&'static HasherPlugin>, ImproperlyConfigured> {
    let known = |plugin: &&HasherPlugin| plugin.name == name || plugin.django_path == Some(name);
    let mut plugins = inventory::iter::<HasherPlugin>().filter(known);
    let plugin = plugins.next();
    if plugins.next().is_some() {
        return Err(ImproperlyConfigured::new(format!(
            "two password hashers are registered as `{name}`; rename one of them"
        )));
    }
    Ok(plugin)
}

/// Makes the hasher that a setting names.
pub(super) fn build(
    name: &str,
    profile: HasherProfile,
) -> Result<Box<dyn PasswordHasher>, ImproperlyConfigured> {
    if let Some(plugin) = find(name)? {
        return Ok((plugin.build)(profile));
    }
    if let Some(plugin) = find(name.strip_prefix(DANGEROUS).unwrap_or_default())? {
        let hasher = (plugin.build)(profile);
        if hasher.is_weak() {
            return Ok(hasher);
        }
    }
    Err(unknown(name))
}

fn unknown(name: &str) -> ImproperlyConfigured {
    let known = inventory::iter::<HasherPlugin>()
        .flat_map(|plugin| [Some(plugin.name), plugin.django_path])
        .flatten();
    ImproperlyConfigured::new(match nearest(name, known) {
        Some(known) => format!("there is no password hasher `{name}`; did you mean `{known}`?"),
        None => format!(
            "there is no password hasher `{name}`; register it, or enable the feature that has it (`argon2`, \
             `bcrypt`, `scrypt`)"
        ),
    })
}

mod builtin {
    use super::HasherPlugin;
    use crate::hasher::{Md5PasswordHasher, Pbkdf2PasswordHasher};

    inventory::submit! {
        HasherPlugin::new("pbkdf2_sha256", |_| {
            Box::new(Pbkdf2PasswordHasher::sha256(Pbkdf2PasswordHasher::ITERATIONS))
        })
        .known_to_django_as("django.contrib.auth.hashers.PBKDF2PasswordHasher")
    }

    inventory::submit! {
        HasherPlugin::new("pbkdf2_sha1", |_| {
            Box::new(Pbkdf2PasswordHasher::sha1(Pbkdf2PasswordHasher::ITERATIONS))
        })
        .known_to_django_as("django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher")
    }

    inventory::submit! {
        HasherPlugin::new("md5", |_| Box::new(Md5PasswordHasher))
            .known_to_django_as("django.contrib.auth.hashers.MD5PasswordHasher")
    }

    #[cfg(feature = "argon2")]
    inventory::submit! {
        HasherPlugin::new("argon2", |profile| {
            use crate::hasher::{Argon2PasswordHasher, HasherProfile};
            Box::new(match profile {
                HasherProfile::Recommended => Argon2PasswordHasher::recommended(),
                HasherProfile::Django => Argon2PasswordHasher::django(),
            })
        })
        .known_to_django_as("django.contrib.auth.hashers.Argon2PasswordHasher")
    }

    #[cfg(feature = "bcrypt")]
    inventory::submit! {
        HasherPlugin::new("bcrypt_sha256", |_| {
            use crate::hasher::BcryptPasswordHasher;
            Box::new(BcryptPasswordHasher::sha256(BcryptPasswordHasher::ROUNDS))
        })
        .known_to_django_as("django.contrib.auth.hashers.BCryptSHA256PasswordHasher")
    }

    #[cfg(feature = "bcrypt")]
    inventory::submit! {
        HasherPlugin::new("bcrypt", |_| {
            use crate::hasher::BcryptPasswordHasher;
            Box::new(BcryptPasswordHasher::plain(BcryptPasswordHasher::ROUNDS))
        })
        .known_to_django_as("django.contrib.auth.hashers.BCryptPasswordHasher")
    }

    #[cfg(feature = "scrypt")]
    inventory::submit! {
        HasherPlugin::new("scrypt", |_| Box::new(crate::hasher::ScryptPasswordHasher::default()))
            .known_to_django_as("django.contrib.auth.hashers.ScryptPasswordHasher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hasher::Md5PasswordHasher;

    inventory::submit! { HasherPlugin::new("twice", |_| Box::new(Md5PasswordHasher)) }
    inventory::submit! { HasherPlugin::new("twice", |_| Box::new(Md5PasswordHasher)) }

    #[test]
    fn a_name_that_two_hashers_have_is_refused() {
        let refused = build("twice", HasherProfile::Recommended).map(drop).map_err(|error| error.to_string());
        let expected = "two password hashers are registered as `twice`; rename one of them";
        assert_eq!(refused, Err(expected.to_owned()));
    }
}
