//! Which passwords may be chosen.

use djauth_runtime::{
    RawPassword,
    json::Value,
    validator::{self, UserAttributes, ValidationError, ValidatorSettings, Validators},
};

use super::{texts, user::User};
use crate::{
    answer::{Answer, Kind},
    fields::{Fields, Integer, Number},
};

pub(super) fn validate_password(fields: Fields<'_>) -> Answer {
    let password = RawPassword::new(fields.get::<&str>("password")?);
    let user = fields.get::<Option<Fields<'_>>>("user")?.map(User::read).transpose()?;
    let rules: Vec<Fields<'_>> = fields.get("validators")?;
    let rules = rules.into_iter().map(rule).collect::<Answer<Vec<_>>>()?;
    let validators = Validators::from_settings(&rules)?;
    let user = user.as_ref().map(User::attributes);
    let user = user.as_ref().map(|user| user as &dyn UserAttributes);
    let errors = validators.validate(&password, user).err().unwrap_or_default();
    Ok(errors.into_iter().map(code_and_message).collect::<Vec<_>>().into())
}

pub(super) fn similarity(fields: Fields<'_>) -> Answer {
    Ok(validator::similarity(fields.get("a")?, fields.get("b")?).into())
}

fn code_and_message(error: ValidationError) -> Value {
    texts([error.code, error.message])
}

/// Reads a validator by the protocol's short name, with its options by Django's names.
fn rule(rule: Fields<'_>) -> Answer<ValidatorSettings> {
    let settings = ValidatorSettings::new(match rule.get("name")? {
        "min" => "MinimumLengthValidator",
        "sim" => "UserAttributeSimilarityValidator",
        "common" => "CommonPasswordValidator",
        "num" => "NumericPasswordValidator",
        _ => return Err(Kind::BadInput),
    });
    match rule.find("options")? {
        Some(options) => with_options(settings, options),
        None => Ok(settings),
    }
}

fn with_options(mut settings: ValidatorSettings, options: Fields<'_>) -> Answer<ValidatorSettings> {
    if let Some(length) = options.find::<Integer<'_>>("min_length")? {
        // A negative length is as good as none.
        settings = settings.with("min_length", length.clamped().max(0));
    }
    if let Some(names) = options.find::<Vec<&str>>("user_attributes")? {
        settings = settings.with("user_attributes", names);
    }
    if let Some(Number(similarity)) = options.find("max_similarity")? {
        settings = settings.with("max_similarity", similarity);
    }
    Ok(settings)
}
