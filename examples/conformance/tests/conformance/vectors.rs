//! Stored vectors: requests, and the answers that Django 5.2 gave.

use djauth_runtime::{
    json::{Object, Value, dumps, dumps_object, loads},
    session::encoding::SESSION_STORE,
    signing::{Keys, SecretKey, TimestampSigner},
};
use time::OffsetDateTime;

use crate::program;

#[test]
fn the_vectors_of_the_reference_are_answered_as_in_django() {
    replay(include_str!("../../vectors/reference.jsonl"));
}

#[test]
fn our_own_vectors_are_answered_as_in_django() {
    replay(include_str!("../../vectors/ours.jsonl"));
}

fn replay(vectors: &str) {
    let vectors: Vec<Object> = vectors.lines().map(object).collect();
    let requests: String = (0_i64..).zip(&vectors).map(|(id, vector)| request(id, vector)).collect();
    let answers = program::answers(&requests);
    assert_eq!(answers.len(), vectors.len());
    let mut wrong = Vec::new();
    for ((id, vector), answer) in (0_i64..).zip(&vectors).zip(&answers) {
        if !is_right(&object(answer), id, vector) {
            wrong.push(format!("{}\n  answered {answer}", text(vector)));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

fn request(id: i64, vector: &Object) -> String {
    let mut request = Object::from_iter([("id", Value::from(id))]);
    for key in ["op", "in"] {
        request.insert(key, vector.get(key).cloned().expect("a vector is a whole request"));
    }
    text(&request) + "\n"
}

/// Whether the answer is that of the vector, key for key; equality of values tells `1` from `1.0`, and the text tells
/// `0.0` from `-0.0`.
fn is_right(answer: &Object, id: i64, vector: &Object) -> bool {
    let expected = ["out", "error"].into_iter().find_map(|key| Some((key, vector.get(key)?.clone())));
    let expected = expected.expect("a vector has an answer");
    let wanted = Object::from_iter([("id", Value::from(id)), expected.clone()]);
    if *answer == wanted && text(answer).contains("-0.0") == text(&wanted).contains("-0.0") {
        return true;
    }
    is_another_deflate(vector, answer.get("out"), &expected.1).unwrap_or(false)
}

/// Whether two signed values differ in how they are compressed and in nothing else. That Django accepts such a value as
/// well is asked in `live`.
fn is_another_deflate(vector: &Object, ours: Option<&Value>, theirs: &Value) -> Option<bool> {
    let (ours, theirs) = (ours?.as_str()?, theirs.as_str()?);
    let signer = signer(vector.get("op")?.as_str()?, vector.get("in")?.as_object()?)?;
    let read = |signed| dumps(&signer.unsign_object(signed, None, OffsetDateTime::UNIX_EPOCH).ok()?).ok();
    let (text, payload) = (read(ours)?, ours.split(':').next()?);
    let is_short = !payload.starts_with('.') || (payload.len() - 1) * 3 / 4 < text.len() - 1;
    Some(text == read(theirs)? && is_short && ours.split(':').nth(1) == theirs.split(':').nth(1))
}

/// Returns the signer of an operation whose payload may be compressed.
fn signer(op: &str, fields: &Object) -> Option<TimestampSigner> {
    let text = |key, default| fields.get(key).map_or(Some(default), Value::as_str);
    let salt = match op {
        "signing_dumps" => text("salt", "")?.to_owned(),
        "session_encode" => ["django.contrib.sessions.", text("store_class", SESSION_STORE)?].concat(),
        "cookie_session_key" => "django.contrib.sessions.backends.signed_cookies".to_owned(),
        _ => return None,
    };
    let key = SecretKey::new(text("key", text("secret_key", "")?)?).ok()?;
    Some(TimestampSigner::new(&Keys::new(key, [])).with_salt(&salt))
}

fn object(line: &str) -> Object {
    loads(line).ok().as_ref().and_then(Value::as_object).expect("a line is a JSON object").clone()
}

fn text(object: &Object) -> String {
    dumps_object(object).expect("what was read can be written")
}
