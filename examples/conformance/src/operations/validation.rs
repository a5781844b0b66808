//! Which passwords may be chosen.

use djauth_runtime::{
    RawPassword,
    json::Value,
    validator::{
        self, Attributes, CommonPasswordValidator, MinimumLengthValidator, NumericPasswordValidator,
        PasswordValidator, UserAttributeSimilarityValidator, UserAttributes, ValidationError, Validators,
    },
};

use super::texts;
use crate::{
    answer::{Answer, Kind},
    fields::{Fields, Integer, Number},
};

pub(super) fn validate_password(fields: Fields<'_>) -> Answer {
    let password = RawPassword::new(fields.get::<&str>("password")?);
    let user = fields.get::<Option<Fields<'_>>>("user")?.map(attributes).transpose()?;
    let rules: Vec<Fields<'_>> = fields.get("validators")?;
    let validators = Validators::new(rules.into_iter().map(rule).collect::<Answer<_>>()?);
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

/// Reads the texts by which the user is known; null is no text.
fn attributes(user: Fields<'_>) -> Answer<Attributes> {
    user.iter::<Option<&str>>().try_fold(Attributes::new(), |attributes, field| {
        let (name, value) = field?;
        Ok(value.into_iter().fold(attributes, |attributes, value| attributes.with(name, value)))
    })
}

fn rule(rule: Fields<'_>) -> Answer<Box<dyn PasswordValidator>> {
    let options = rule.find::<Fields<'_>>("options")?;
    Ok(match (rule.get("name")?, options) {
        ("min", Some(options)) => Box::new(minimum_length(options)?),
        ("min", None) => Box::new(MinimumLengthValidator::default()),
        ("sim", Some(options)) => Box::new(similarity_to_the_user(options)?),
        ("sim", None) => Box::new(UserAttributeSimilarityValidator::default()),
        ("common", _) => Box::new(CommonPasswordValidator::default()),
        ("num", _) => Box::new(NumericPasswordValidator::default()),
        _ => return Err(Kind::BadInput),
    })
}

/// A negative length is as good as none.
fn minimum_length(options: Fields<'_>) -> Answer<MinimumLengthValidator> {
    let default = MinimumLengthValidator::default();
    let min_length = options.find::<Integer<'_>>("min_length")?.map(Integer::clamped);
    let min_length = min_length.map(|length| usize::try_from(length).unwrap_or_default());
    Ok(MinimumLengthValidator { min_length: min_length.unwrap_or(default.min_length) })
}

fn similarity_to_the_user(options: Fields<'_>) -> Answer<UserAttributeSimilarityValidator> {
    let default = UserAttributeSimilarityValidator::default();
    let names: Option<Vec<&str>> = options.find("user_attributes")?;
    let names = names.map(|names| names.into_iter().map(str::to_owned).collect());
    let max_similarity = options.find::<Number>("max_similarity")?.map(|Number(similarity)| similarity);
    Ok(UserAttributeSimilarityValidator::new(
        names.unwrap_or(default.user_attributes),
        max_similarity.unwrap_or(default.max_similarity),
    )?)
}
