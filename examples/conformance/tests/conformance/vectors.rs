//! Stored vectors: requests, and the answers that Django 5.2 gave.

use djauth_runtime::json::{Object, Value, dumps_object, loads};

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
    let may_be_compressed = ["signing_dumps", "session_encode", "cookie_session_key"].map(Value::from);
    vector.get("op").is_some_and(|op| may_be_compressed.contains(op))
        && is_another_deflate(answer.get("out"), &expected.1)
}

/// Whether two signed values differ in how they are compressed and in nothing else that can be seen without a key.
/// That such a value is accepted under its key is asked of Django itself, in `live`.
fn is_another_deflate(answer: Option<&Value>, expected: &Value) -> bool {
    let parts = |value: &Value| Some(value.as_str()?.split(':').map(str::to_owned).collect::<Vec<_>>());
    match (answer.and_then(parts), parts(expected)) {
        (Some(ours), Some(theirs)) => ours.len() == 3 && theirs.len() == 3 && ours[1] == theirs[1],
        _ => false,
    }
}

fn object(line: &str) -> Object {
    loads(line).ok().as_ref().and_then(Value::as_object).expect("a line is a JSON object").clone()
}

fn text(object: &Object) -> String {
    dumps_object(object).expect("what was read can be written")
}
