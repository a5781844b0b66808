//! Settings from a file and from the environment.

use std::{env, ffi::OsString, fs, path::Path};

use toml::{Table, Value};

use super::{
    Settings,
    field::Kind,
    unknown::{self, Variable},
};
use crate::{ImproperlyConfigured, signing::SecretKey};

impl Settings {
    /// Reads settings from TOML; what is not named keeps its default, and `profile = "django"` changes the defaults.
    ///
    /// # Errors
    /// [`ImproperlyConfigured`] for unknown keys, with a suggestion, and for values of the wrong type.
    pub fn from_toml(text: &str) -> Result<Self, ImproperlyConfigured> {
        Self::from_table(read(text, "")?)
    }

    /// Reads a TOML file.
    ///
    /// # Errors
    /// As [`Settings::from_toml`], and if the file cannot be read; the text names the file.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ImproperlyConfigured> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map_err(|error| {
            ImproperlyConfigured::new(format!("the settings file {} cannot be read: {error}", path.display()))
        })?;
        Self::from_table(read_file(&text, path)?)
    }

    /// Reads settings from the environment: the file that `DJAUTH_SETTINGS` names, and over it `DJAUTH_SECRET_KEY`,
    /// `DJAUTH_LOGIN_URL` and so on, one variable for each field but `auth_password_validators`. Lists are separated by
    /// commas, truth values are `1` and `0`; an empty `DJAUTH_SESSION_COOKIE_DOMAIN` or `DJAUTH_LOGOUT_REDIRECT_URL` leaves
    /// the setting without a value. `DJAUTH_DEVELOPMENT=1` starts from [`Settings::development`].
    ///
    /// A variable that is nearly named as one of these is an error, since what it was to set is not set. Any other
    /// unknown one that begins with `DJAUTH_` may belong to somebody else: the start-up checks warn of it
    /// (`djauth.W002`).
    ///
    /// # Errors
    /// As [`Settings::from_file`]; the text names every variable that cannot be used.
    pub fn from_env() -> Result<Self, ImproperlyConfigured> {
        let ours = env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DJAUTH_"));
        Self::from_variables(ours.collect())
    }

    fn from_variables(mut variables: Vec<(OsString, OsString)>) -> Result<Self, ImproperlyConfigured> {
        // The environment's order is nobody's choice.
        variables.sort();
        let mut table = Table::new();
        let (mut overrides, mut unknown, mut mistakes) = (Vec::new(), Vec::new(), Vec::new());
        for (variable, value) in variables {
            let (variable, value) = match (variable.into_string(), value.into_string()) {
                (Ok(variable), Ok(value)) => (variable, value),
                (Ok(variable), Err(_)) => {
                    mistakes.push(format!("{variable} is no UTF-8 text; set it anew"));
                    continue;
                }
                (Err(variable), _) => {
                    mistakes.push(format!("{variable:?} is no UTF-8 text; remove it"));
                    continue;
                }
            };
            let Some(name) = variable.strip_prefix("DJAUTH_").map(str::to_lowercase) else { continue };
            if name == "settings" {
                match read_named(&value) {
                    Ok(read) => table = read,
                    Err(error) => mistakes.push(error.to_string()),
                }
                continue;
            }
            match Kind::of(&name).map(|kind| kind.read(&variable, &value)) {
                Some(Ok(value)) => overrides.push((name, value)),
                Some(Err(mistake)) => mistakes.push(mistake),
                None => match Variable::of(&variable, &name) {
                    Variable::OfAnotherPart => {}
                    Variable::Mistaken(mistake) => mistakes.push(mistake),
                    Variable::Unknown => unknown.push(variable),
                },
            }
        }
        none_of(&mistakes)?;
        for (name, value) in overrides {
            match value {
                Some(value) => table.insert(name, value),
                None => table.remove(&name),
            };
        }
        if table.get("development").and_then(Value::as_bool) == Some(true) {
            table.entry("dangerous_insecure_cookies").or_insert(Value::Boolean(true));
        }
        Ok(Self { unknown_variables: unknown, ..Self::from_table(table)? })
    }

    /// Makes the settings of values that [`Kind`] let pass.
    fn from_table(mut table: Table) -> Result<Self, ImproperlyConfigured> {
        // Errors quote what they are about, so the keys are read apart from everything that may fail (rule S93).
        let secret_key = table.remove("secret_key");
        let fallbacks = table.remove("secret_key_fallbacks");
        if table.get("profile").and_then(Value::as_str) == Some("django") {
            for (name, value) in Self::django().to_table() {
                table.entry(name).or_insert(value);
            }
        }
        let settings: Self = Value::Table(table).try_into().map_err(|error: toml::de::Error| {
            ImproperlyConfigured::new(format!("the settings cannot be read: {}", error.message()))
        })?;
        Ok(Self {
            secret_key_fallbacks: texts(fallbacks).map(SecretKey::new).collect::<Result<_, _>>()?,
            secret_key: texts(secret_key).map(SecretKey::new).next().transpose()?,
            ..settings
        })
    }

    /// Lists every field that has a value.
    pub(crate) fn to_table(&self) -> Table {
        Table::try_from(self).expect("settings are plain values")
    }
}

/// Returns the texts that a value is or holds.
fn texts(value: Option<Value>) -> impl Iterator<Item = String> {
    let values = match value {
        Some(Value::Array(values)) => values,
        value => value.into_iter().collect(),
    };
    values.into_iter().filter_map(|value| match value {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// Reads the file that `DJAUTH_SETTINGS` names.
fn read_named(path: &str) -> Result<Table, ImproperlyConfigured> {
    let text = fs::read_to_string(path).map_err(|error| {
        ImproperlyConfigured::new(format!("DJAUTH_SETTINGS names {path:?}, which cannot be read: {error}"))
    })?;
    read_file(&text, Path::new(path))
}

fn read_file(text: &str, path: &Path) -> Result<Table, ImproperlyConfigured> {
    read(text, &format!("in the settings file {}: ", path.display()))
}

/// Reads a TOML text with values for settings; `place` is where it stands, for errors.
fn read(text: &str, place: &str) -> Result<Table, ImproperlyConfigured> {
    let (mut table, mut mistakes) = (Table::new(), Vec::new());
    for (name, value) in parse(text, place)? {
        let taken = match Kind::of(&name) {
            Some(kind) => kind.take(&name, value),
            None => Err(unknown::setting(&name)),
        };
        match taken {
            Ok(value) => drop(table.insert(name, value)),
            Err(mistake) => mistakes.push(format!("{place}{mistake}")),
        }
    }
    none_of(&mistakes).map(|()| table)
}

/// Reads a TOML text. The error says where, and never quotes the line: it may hold a key (rule S93).
fn parse(text: &str, place: &str) -> Result<Table, ImproperlyConfigured> {
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        ImproperlyConfigured::new(format!(
            "{place}the settings are no TOML, from line {line} on; mend it, or its quotes"
        ))
    })
}

fn none_of(mistakes: &[String]) -> Result<(), ImproperlyConfigured> {
    if mistakes.is_empty() { Ok(()) } else { Err(ImproperlyConfigured::new(mistakes.join("\n"))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{settings::SameSite, validator::ValidatorSettings};

    fn variables(list: &[(&str, &str)]) -> Result<Settings, ImproperlyConfigured> {
        let owned = list.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Settings::from_variables(owned.collect())
    }

    fn refusal(outcome: Result<Settings, ImproperlyConfigured>) -> String {
        outcome.expect_err("a mistake").to_string()
    }

    #[test]
    fn an_unknown_key_is_an_error_with_a_suggestion() {
        for (name, remedy) in [
            ("session_cookie_nmae", "did you mean `session_cookie_name`?"),
            ("SECRET_KEY", "did you mean `secret_key`?"),
            ("Secert_Key", "did you mean `secret_key`?"),
            ("DEBUG", "on a developer's own machine, write `development = true`"),
            (
                "session_cookie_secure",
                "write `dangerous_insecure_cookies = false`, which the default profile has anyway",
            ),
            ("unknown_variables", "remove it, or see `Settings` for the names"),
            ("bind", "remove it, or see `Settings` for the names"),
        ] {
            let error = refusal(Settings::from_toml(&format!("{name} = 'x'")));
            assert_eq!(error, format!("there is no setting `{name}`; {remedy}"));
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error_that_says_what_is_right() {
        for (text, error) in [
            (
                "session_cookie_age = 'soon'",
                "`session_cookie_age` is \"soon\"; write a whole number from 0 to 4294967295",
            ),
            (
                "session_cookie_age = -5",
                "`session_cookie_age` is -5; write a whole number from 0 to 4294967295",
            ),
            ("development = 1", "`development` is 1; write true or false"),
            ("login_url = 1", "`login_url` is 1; write it in quotes"),
            ("allowed_hosts = 'a.example'", "`allowed_hosts` is a list; write [\"a.example\"]"),
            ("allowed_hosts = [1]", "`allowed_hosts` is a list of texts; write [\"...\"]"),
            (
                "session_cookie_samesite = 'laxe'",
                "`session_cookie_samesite` is \"laxe\"; write \"lax\", \"strict\" or \"none\"",
            ),
            ("profile = 'rails'", "`profile` is \"rails\"; write \"default\" or \"django\""),
            ("secret_key = 1", "`secret_key` is no text; write it in quotes"),
            (
                "secret_key = ''",
                "`secret_key` is empty; set it to the output of `openssl rand -base64 48`, or remove it",
            ),
            (
                "secret_key_fallbacks = 'x'",
                "`secret_key_fallbacks` is a list of texts, none of them empty; write [\"...\"]",
            ),
            (
                "[[auth_password_validators]]\nnmae = 'x'",
                "an entry of `auth_password_validators` has no field `nmae`; did you mean `name`?",
            ),
            (
                "auth_password_validators = ['x']",
                "`auth_password_validators` is no list of rules (invalid type: string \"x\", expected struct \
                 ValidatorSettings); write entries such as { name = \"MinimumLengthValidator\" }",
            ),
        ] {
            assert_eq!(refusal(Settings::from_toml(text)), error, "{text}");
        }
    }

    #[test]
    fn djangos_spelling_of_samesite_is_understood() {
        for (spelling, meant) in
            [("Lax", SameSite::Lax), ("Strict", SameSite::Strict), ("none", SameSite::None)]
        {
            let text = format!("session_cookie_samesite = '{spelling}'");
            assert_eq!(Settings::from_toml(&text).expect("settings").session_cookie_samesite, meant);
            let variable = variables(&[("DJAUTH_SESSION_COOKIE_SAMESITE", spelling)]);
            assert_eq!(variable.expect("settings").session_cookie_samesite, meant);
        }
    }

    #[test]
    fn every_mistake_of_a_file_is_told_with_the_files_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("site.toml");
        let shown = path.display();
        fs::write(&path, "debug = true\npassword_queue = 'long'").expect("a file");
        let expected = format!(
            "in the settings file {shown}: there is no setting `debug`; on a developer's own machine, write \
             `development = true`\n\
             in the settings file {shown}: `password_queue` is \"long\"; write a whole number from 0 to 4294967295"
        );
        assert_eq!(refusal(Settings::from_file(&path)), expected);
        let named = shown.to_string();
        assert_eq!(refusal(variables(&[("DJAUTH_SETTINGS", &named)])), expected);
        fs::write(&path, "login_url = '/in/'\nx").expect("a file");
        let error = refusal(variables(&[("DJAUTH_SETTINGS", &named)]));
        assert!(
            error.starts_with(&format!(
                "in the settings file {shown}: the settings are no TOML, from line 2 on"
            ))
        );
    }

    #[test]
    fn the_rules_for_new_passwords_are_read_in_djangos_form() {
        let text =
            "[[auth_password_validators]]\nname = 'MinimumLengthValidator'\noptions = { min_length = 20 }";
        let validators = Settings::from_toml(text).expect("settings").auth_password_validators;
        assert_eq!(validators, [ValidatorSettings::new("MinimumLengthValidator").with("min_length", 20)]);
    }

    #[test]
    fn variables_set_fields_of_every_type() {
        let settings = variables(&[
            ("DJAUTH_SECRET_KEY", "0123456789abcdef0123456789abcdef"),
            ("DJAUTH_DEVELOPMENT", "1"),
            ("DJAUTH_ALLOWED_HOSTS", "a.example, .b.example"),
            ("DJAUTH_SESSION_COOKIE_AGE", "60"),
        ])
        .expect("settings");
        assert!(settings.development && settings.dangerous_insecure_cookies);
        assert_eq!(settings.allowed_hosts, ["a.example", ".b.example"]);
        assert_eq!(settings.session_cookie_age, 60);
        assert!(settings.keys().is_ok());
    }

    #[test]
    fn s93_s117_no_mistake_shows_a_key() {
        for text in [
            "login_url = '/'\nsecret_key = \"canary",
            "secret_key_fallbacks = \"canary\"",
            "secret_key_fallbacks = [1234567, \"canary\"]",
            "secret_key = 1234567",
            "secret_key = [\"canary\"]",
        ] {
            let error = Settings::from_toml(text).expect_err(text).to_string();
            assert!(!error.contains("canary") && !error.contains("1234567"), "{error}");
        }
        let error =
            Settings::from_toml("login_url = '/'\nsecret_key = \"canary").expect_err("no TOML").to_string();
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn every_variable_that_cannot_be_used_is_named() {
        for (variable, value, remedy) in [
            ("DJAUTH_SESSION_COOKIE_AGE", "soon", "is \"soon\"; write a whole number from 0 to 4294967295"),
            ("DJAUTH_SESSION_COOKIE_AGE", "-5", "is \"-5\"; write a whole number from 0 to 4294967295"),
            ("DJAUTH_SESSION_COOKIE_SAMESITE", "x", "is \"x\"; write \"lax\", \"strict\" or \"none\""),
            ("DJAUTH_PROFILE", "rails", "is \"rails\"; write \"default\" or \"django\""),
            ("DJAUTH_DEVELOPMENT", "yes", "is \"yes\"; write 1 or 0"),
            (
                "DJAUTH_SECRET_KEY",
                "",
                "is empty; set it to the output of `openssl rand -base64 48`, or remove it",
            ),
        ] {
            assert_eq!(refusal(variables(&[(variable, value)])), format!("{variable} {remedy}"));
        }
        let error = refusal(variables(&[("DJAUTH_PROFILE", "x"), ("DJAUTH_DEVELOPMENT", "x")]));
        assert!(error.contains("DJAUTH_PROFILE") && error.contains("DJAUTH_DEVELOPMENT"), "{error}");
    }

    #[test]
    fn s33_no_variable_switches_the_rules_for_passwords_off() {
        for value in ["", "MinimumLengthValidator", "[]"] {
            let error = refusal(variables(&[("DJAUTH_AUTH_PASSWORD_VALIDATORS", value)]));
            assert!(
                error
                    .ends_with("write `[[auth_password_validators]]` in the file that DJAUTH_SETTINGS names")
            );
        }
    }

    #[test]
    fn a_misspelt_variable_is_an_error_and_a_strangers_is_noted() {
        for (variable, remedy) in [
            ("DJAUTH_SECERT_KEY", "did you mean DJAUTH_SECRET_KEY?"),
            ("DJAUTH_DEVELOPMNT", "did you mean DJAUTH_DEVELOPMENT?"),
            ("DJAUTH_SETTING", "did you mean DJAUTH_SETTINGS?"),
            ("DJAUTH_DEBUG", "on a developer's own machine, set DJAUTH_DEVELOPMENT=1"),
            (
                "DJAUTH_SESSION_COOKIE_SECURE",
                "set DJAUTH_DANGEROUS_INSECURE_COOKIES=0, which the default profile has anyway",
            ),
            ("DJAUTH_CSRF_COOKIE_HTTPONLY", "DJAUTH_PROFILE decides it; remove it"),
        ] {
            let error = refusal(variables(&[(variable, "canary")]));
            assert_eq!(error, format!("there is no variable {variable}; {remedy}"));
        }
        let settings = variables(&[
            ("DJAUTH_SUPERUSER_PASSWORD", "x"),
            ("DJAUTH_USER_NICKNAME", "x"),
            ("DJAUTH_BIND", "x"),
            ("DJAUTH_DJANGO_PYTHON", "x"),
            ("DJAUTH_TEST_DATABASE", "x"),
            ("DJAUTH_SERVICE_HOST", "x"),
            ("DJAUTH_PORT", "x"),
            ("DJAUTH_DJANGO_PYTHN", "x"),
        ]);
        assert_eq!(
            settings.expect("settings").unknown_variables,
            ["DJAUTH_DJANGO_PYTHN", "DJAUTH_PORT", "DJAUTH_SERVICE_HOST"],
            "no variable of djauth's own tests is suggested"
        );
    }

    #[test]
    fn empty_variables_empty_what_the_file_says() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("site.toml");
        let text = "allowed_hosts = ['shop.example']\nsession_cookie_domain = 'shop.example'\nlogout_redirect_url = '/'";
        fs::write(&path, text).expect("a file");
        let settings = variables(&[
            ("DJAUTH_SETTINGS", path.to_str().expect("a text")),
            ("DJAUTH_DEVELOPMENT", "1"),
            ("DJAUTH_ALLOWED_HOSTS", ""),
            ("DJAUTH_LOGOUT_REDIRECT_URL", ""),
            ("DJAUTH_SESSION_COOKIE_DOMAIN", ""),
        ])
        .expect("settings");
        assert_eq!(settings.allowed_hosts, [""; 0]);
        assert_eq!((settings.session_cookie_domain, settings.logout_redirect_url), (None, None));
    }

    #[test]
    fn a_file_that_cannot_be_read_hides_no_other_mistake() {
        let error = refusal(variables(&[("DJAUTH_SETTINGS", "/nowhere"), ("DJAUTH_PROFILE", "x")]));
        let (profile, file) = error.split_once('\n').expect("two mistakes");
        assert!(profile.starts_with("DJAUTH_PROFILE is"), "{error}");
        assert!(file.starts_with("DJAUTH_SETTINGS names \"/nowhere\", which cannot be read: "), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn s93_a_variable_that_is_no_text_hides_no_other_mistake() {
        use std::os::unix::ffi::OsStringExt;

        let foreign = |text: &str| OsString::from_vec([text.as_bytes(), b"\xff"].concat());
        let error = refusal(Settings::from_variables(vec![
            ("DJAUTH_SECRET_KEY".into(), foreign("canary")),
            ("DJAUTH_PROFILE".into(), "x".into()),
            (foreign("DJAUTH_A"), "canary".into()),
        ]));
        assert_eq!(
            error,
            "\"DJAUTH_A\\xFF\" is no UTF-8 text; remove it\nDJAUTH_PROFILE is \"x\"; write \"default\" or \"django\"\n\
             DJAUTH_SECRET_KEY is no UTF-8 text; set it anew"
        );
    }
}
