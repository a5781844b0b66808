//! `CommonPasswordValidator`.

use std::{
    borrow::Cow,
    collections::HashSet,
    fmt, fs,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{PasswordValidator, UserAttributes, ValidationError};
use crate::{ImproperlyConfigured, RawPassword, text};

/// Django's list; `common_passwords.md` says where it comes from.
static BUNDLED: LazyLock<Arc<HashSet<Box<str>>>> = LazyLock::new(|| {
    Arc::new(
        read_list(include_bytes!("common_passwords.txt.gz"))
            .expect("the bundled list is a gzip file of text"),
    )
});

/// Refuses passwords that many people have (Django's class of this name): code `password_too_common`.
///
/// A password is looked up in lower case and without white space at its ends.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Options")]
pub struct CommonPasswordValidator {
    passwords: Arc<HashSet<Box<str>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    password_list_path: Option<PathBuf>,
}

impl TryFrom<Options> for CommonPasswordValidator {
    type Error = ImproperlyConfigured;

    fn try_from(options: Options) -> Result<Self, ImproperlyConfigured> {
        options.password_list_path.map_or_else(|| Ok(Self::default()), |path| Self::from_file(&path))
    }
}

impl Default for CommonPasswordValidator {
    fn default() -> Self {
        Self { passwords: Arc::clone(&BUNDLED) }
    }
}

impl CommonPasswordValidator {
    /// Takes the list from a file of UTF-8 text, plain or gzip, with one password in lower case per line. Unlike in
    /// Django, an empty line stands for nothing.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn from_file(path: &Path) -> Result<Self, ImproperlyConfigured> {
        let passwords = fs::read(path).and_then(|bytes| read_list(&bytes)).map_err(|error| {
            ImproperlyConfigured::new(format!(
                "the password list {} cannot be read ({error}); name a file of text in `password_list_path`, or leave it \
                 out for Django's list",
                path.display()
            ))
        })?;
        Ok(Self { passwords: Arc::new(passwords) })
    }
}

fn read_list(bytes: &[u8]) -> std::io::Result<HashSet<Box<str>>> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let mut list = String::new();
    if bytes.starts_with(&GZIP) {
        MultiGzDecoder::new(bytes).read_to_string(&mut list)?;
    } else {
        { bytes }.read_to_string(&mut list)?;
    }
    Ok(list.lines().map(text::strip).filter(|line| !line.is_empty()).map(Box::from).collect())
}

impl fmt::Debug for CommonPasswordValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommonPasswordValidator({} passwords)", self.passwords.len())
    }
}

impl PasswordValidator for CommonPasswordValidator {
    fn validate(
        &self,
        password: &RawPassword,
        _user: Option<&dyn UserAttributes>,
    ) -> Result<(), ValidationError> {
        let lowered = Zeroizing::new(text::lower(password.expose()));
        if self.passwords.contains(text::strip(&lowered)) {
            return Err(ValidationError::new("password_too_common", "This password is too common."));
        }
        Ok(())
    }

    fn help_text(&self) -> Cow<'static, str> {
        "Your password can’t be a commonly used password.".into()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn is_refused(validator: &CommonPasswordValidator, password: &str) -> bool {
        validator.validate(&RawPassword::new(password), None).is_err()
    }

    #[test]
    fn the_bundled_list_is_whole() {
        assert_eq!(BUNDLED.len(), 19_640);
    }

    #[test]
    fn s33_every_entry_is_refused() {
        let validator = CommonPasswordValidator::default();
        for password in BUNDLED.iter() {
            assert!(is_refused(&validator, &format!(" {}\u{3000}", password.to_uppercase())), "{password}");
        }
        for password in ["", "87654321x", "pass word", "password\u{200b}"] {
            assert!(!is_refused(&validator, password), "{password}");
        }
    }

    #[test]
    fn a_list_of_ones_own_takes_its_place() {
        let plain = tempfile::NamedTempFile::new().unwrap();
        let packed = tempfile::NamedTempFile::new().unwrap();
        let list = " hunter2\r\n\ncorrect horse\n";
        plain.as_file().write_all(list.as_bytes()).unwrap();
        let mut encoder = GzEncoder::new(packed.as_file(), Compression::default());
        encoder.write_all(list.as_bytes()).unwrap();
        encoder.finish().unwrap();

        for file in [plain, packed] {
            let validator = CommonPasswordValidator::from_file(file.path()).unwrap();
            assert_eq!(format!("{validator:?}"), "CommonPasswordValidator(2 passwords)");
            assert!(is_refused(&validator, "Correct Horse"));
            assert!(!is_refused(&validator, "password"));
            assert!(!is_refused(&validator, ""));
        }
    }

    #[test]
    fn a_list_that_cannot_be_read_is_an_error() {
        let error = CommonPasswordValidator::from_file(Path::new("/nowhere/list.txt")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/list.txt"), "{error}");
    }
}
