//! Stored passwords.

use djauth_runtime::{
    PasswordHash, RawPassword, Result,
    hasher::{
        Argon2PasswordHasher, BcryptPasswordHasher, HasherProfile, Hashers, Md5PasswordHasher,
        PasswordHasher, Pbkdf2PasswordHasher, ScryptPasswordHasher, SummaryValue,
        is_password_usable as is_usable,
    },
    json::{self, Object, Value},
};

use crate::{
    answer::{Answer, Kind},
    fields::{Fields, Integer},
};

/// The hashers of the common ground, in their order.
const ALGORITHMS: [&str; 7] =
    ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt", "md5"];

pub(super) fn encode_password(fields: Fields<'_>) -> Answer {
    let algorithm = hasher_name(fields.get("hasher")?);
    let password = RawPassword::new(fields.get::<&str>("password")?);
    let salt = fields.get("salt")?;
    let costs = Costs::read(fields)?;
    let hasher: Box<dyn PasswordHasher> = match algorithm {
        "pbkdf2_sha256" => Box::new(Pbkdf2PasswordHasher::sha256(costs.iterations()?)),
        "pbkdf2_sha1" => Box::new(Pbkdf2PasswordHasher::sha1(costs.iterations()?)),
        "argon2" => {
            let (t, m, p) = costs.of(["t", "m", "p"])?;
            Box::new(Argon2PasswordHasher::new(cost(t)?, cost(m)?, cost(p)?))
        }
        "scrypt" => {
            let (n, r, p) = costs.of(["n", "r", "p"])?;
            Box::new(ScryptPasswordHasher::new(cost(n)?, cost(r)?, cost(p)?))
        }
        _ => configured(algorithm)?,
    };
    Ok(hasher.encode(&password, salt)?.expose().into())
}

pub(super) fn verify_password(fields: Fields<'_>) -> Answer {
    let password = fields.get::<Option<&str>>("password")?.map(RawPassword::new);
    let encoded = fields.get("encoded")?;
    let algorithm = hasher_name(fields.get("preferred")?);
    let preferred = match fields.find("preferred_params")? {
        Some(costs) => with_costs(algorithm, costs)?,
        None => configured(algorithm)?,
    };
    let answer = hashers(preferred)?.verify_password(password.as_ref(), encoded)?;
    let answer = [("is_correct", answer.is_correct), ("must_update", answer.must_update)];
    Ok(Object::from_iter(answer).into())
}

pub(super) fn is_password_usable(fields: Fields<'_>) -> Answer {
    Ok(fields.get::<Option<&str>>("encoded")?.is_none_or(is_usable).into())
}

pub(super) fn safe_summary(fields: Fields<'_>) -> Answer {
    let encoded = fields.get("encoded")?;
    let hashers = hashers(configured(ALGORITHMS[0])?)?;
    let summary = hashers.identify_hasher(encoded)?.safe_summary(encoded)?;
    let row = |(label, value): (&str, SummaryValue)| {
        let value = match value {
            SummaryValue::Number(digits) => json::loads(&digits).map_err(|_| Kind::ValueError)?,
            SummaryValue::Text(text) => text.into(),
        };
        Ok(Value::from(vec![label.into(), value]))
    };
    Ok(summary.into_iter().map(row).collect::<Answer<Vec<_>>>()?.into())
}

/// Django's `get_hasher` calls the first hasher so as well.
fn hasher_name(name: &str) -> &str {
    if name == "default" { ALGORITHMS[0] } else { name }
}

/// The costs of `encode_password`, which are integers for every hasher and required for their own.
struct Costs([(&'static str, Option<i64>); 6]);

impl Costs {
    fn read(fields: Fields<'_>) -> Answer<Self> {
        let mut costs = ["iterations", "t", "m", "p", "n", "r"].map(|key| (key, None));
        for (key, cost) in &mut costs {
            *cost = fields.find(key)?.map(Integer::clamped);
        }
        Ok(Self(costs))
    }

    fn get(&self, key: &str) -> Answer<i64> {
        self.0.iter().find_map(|(known, cost)| cost.filter(|_| *known == key)).ok_or(Kind::BadInput)
    }

    fn of(&self, [first, second, third]: [&str; 3]) -> Answer<(i64, i64, i64)> {
        Ok((self.get(first)?, self.get(second)?, self.get(third)?))
    }

    /// As in Django, 0 stands for the hasher's own count.
    fn iterations(&self) -> Answer<u32> {
        match self.get("iterations")? {
            0 => Ok(Pbkdf2PasswordHasher::ITERATIONS),
            iterations => cost(iterations),
        }
    }
}

/// Takes a cost as the hashers want it; one that no machine could pay, or that is negative, is refused.
fn cost<T: TryFrom<i64>>(cost: i64) -> Answer<T> {
    T::try_from(cost).map_err(|_| Kind::ValueError)
}

/// Makes a hasher with the costs of Django 5.2.
fn configured(algorithm: &str) -> Answer<Box<dyn PasswordHasher>> {
    Ok(match algorithm {
        "pbkdf2_sha256" => Box::new(Pbkdf2PasswordHasher::sha256(Pbkdf2PasswordHasher::ITERATIONS)),
        "pbkdf2_sha1" => Box::new(Pbkdf2PasswordHasher::sha1(Pbkdf2PasswordHasher::ITERATIONS)),
        "argon2" => Box::new(Argon2PasswordHasher::django()),
        "bcrypt_sha256" => Box::new(BcryptPasswordHasher::sha256(BcryptPasswordHasher::ROUNDS)),
        "bcrypt" => Box::new(BcryptPasswordHasher::plain(BcryptPasswordHasher::ROUNDS)),
        "scrypt" => Box::new(ScryptPasswordHasher::default()),
        "md5" => Box::new(Md5PasswordHasher),
        _ => return Err(Kind::ValueError),
    })
}

/// Makes a hasher with the costs of `preferred_params`. They are only compared with stored ones, so one that the hasher
/// cannot hold may be any other that nobody stores.
fn with_costs(algorithm: &str, costs: Fields<'_>) -> Answer<Box<dyn PasswordHasher>> {
    let costs = costs.iter::<Integer<'_>>().collect::<Answer<Vec<_>>>()?;
    let read = |key| -> Answer<u32> {
        let cost = costs.iter().find(|(known, _)| *known == key).ok_or(Kind::BadInput)?;
        Ok(u32::try_from(cost.1.clamped()).unwrap_or(u32::MAX))
    };
    Ok(match algorithm {
        "pbkdf2_sha256" => Box::new(Pbkdf2PasswordHasher::sha256(read("iterations")?)),
        "pbkdf2_sha1" => Box::new(Pbkdf2PasswordHasher::sha1(read("iterations")?)),
        "argon2" => Box::new(Argon2PasswordHasher::new(
            read("time_cost")?,
            read("memory_cost")?,
            read("parallelism")?,
        )),
        "bcrypt_sha256" => Box::new(BcryptPasswordHasher::sha256(read("rounds")?)),
        "bcrypt" => Box::new(BcryptPasswordHasher::plain(read("rounds")?)),
        "scrypt" => Box::new(ScryptPasswordHasher::new(
            read("work_factor")?.into(),
            read("block_size")?.into(),
            read("parallelism")?.into(),
        )),
        _ => configured(algorithm)?,
    })
}

/// Makes the list of all hashers, with this one in the first place.
fn hashers(preferred: Box<dyn PasswordHasher>) -> Answer<Hashers> {
    let others = ALGORITHMS.into_iter().filter(|algorithm| *algorithm != preferred.algorithm());
    let others = others.map(configured).collect::<Answer<Vec<_>>>()?;
    let list =
        [preferred].into_iter().chain(others).map(|hasher| Box::new(AnswersOnly(hasher)) as _).collect();
    Ok(Hashers::dangerous_with_any_preferred(HasherProfile::Django, list)?)
}

/// A hasher that spends no work but for the answer. What hides from a visitor how a password was refused would make
/// comparing thousands of values take hours.
#[derive(Debug)]
struct AnswersOnly(Box<dyn PasswordHasher>);

impl PasswordHasher for AnswersOnly {
    fn algorithm(&self) -> &'static str {
        self.0.algorithm()
    }

    fn encode(&self, _: &RawPassword, _: &str) -> Result<PasswordHash> {
        Ok(PasswordHash::default())
    }

    fn verify(&self, password: &RawPassword, encoded: &str) -> Result<bool> {
        self.0.verify(password, encoded)
    }

    fn must_update(&self, encoded: &str) -> Result<bool> {
        self.0.must_update(encoded)
    }

    fn harden_runtime(&self, _: &RawPassword, _: &str) -> Result<()> {
        Ok(())
    }

    fn safe_summary(&self, encoded: &str) -> Result<Vec<(&'static str, SummaryValue)>> {
        self.0.safe_summary(encoded)
    }

    fn work(&self) -> u64 {
        self.0.work()
    }

    fn work_of(&self, encoded: &str) -> Result<u64> {
        self.0.work_of(encoded)
    }
}
