//! A line becomes a request, and its outcome a line.

use std::panic::{AssertUnwindSafe, catch_unwind};

use djauth_runtime::json::{self, Object, Value};

use crate::{
    answer::{Answer, Kind},
    fields::Fields,
    operations,
};

/// Returns the answer to a line. There is one for every line.
pub(crate) fn answer(line: &[u8]) -> String {
    let request = std::str::from_utf8(line).ok().and_then(|text| json::loads(text).ok());
    let request = request.as_ref().and_then(Value::as_object);
    let id = request.and_then(|request| request.get("id")).filter(|id| is_id(id));
    let outcome = match (request, id) {
        (Some(request), Some(_)) => perform(request),
        _ => Err(Kind::BadInput),
    };
    write(id, outcome)
        .or_else(|_| write(id, Err(Kind::ValueError)))
        .expect("an id and a kind have a JSON text")
}

/// Performs the operation that the request asks for.
///
/// A panic would be a fault of djauth's. It is told on the error output, and must not take with it the answers to the
/// lines that follow.
fn perform(request: &Object) -> Answer {
    let name = request.get("op").and_then(Value::as_str).ok_or(Kind::BadInput)?;
    let operation = operations::by_name(name).ok_or(Kind::UnknownOp)?;
    let fields = request.get("in").and_then(Value::as_object).ok_or(Kind::BadInput)?;
    catch_unwind(AssertUnwindSafe(|| operation(Fields::new(fields)))).unwrap_or(Err(Kind::ValueError))
}

fn is_id(id: &Value) -> bool {
    matches!(id, Value::Int(_) | Value::BigInt(_) | Value::String(_))
}

fn write(id: Option<&Value>, outcome: Answer) -> Result<String, json::JsonError> {
    let outcome = match outcome {
        Ok(value) => ("out", value),
        Err(kind) => ("error", Value::from(kind.name())),
    };
    let answer: Object = [("id", id.cloned().unwrap_or_default()), outcome].into_iter().collect();
    json::dumps_object(&answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_as_they_were() {
        for id in ["7", "-170141183460469231731687303715884105728", "\"\"", "\"\\u00e9\\n\""] {
            let line = format!(r#"{{"in": {{"pk": "7"}}, "id": {id}, "op": "uid_encode"}}"#);
            assert_eq!(
                answer(line.as_bytes()),
                format!(r#"{{"id": {id}, "out": "Nw"}}"#).replace(": ", ":").replace(", ", ",")
            );
        }
    }

    #[test]
    fn what_is_no_request_is_bad_input() {
        for line in [
            &b""[..],
            b"\xff",
            b"null",
            b"[]",
            b"{}",
            b"{\"id\":true,\"op\":\"uid_encode\",\"in\":{\"pk\":\"7\"}}",
            b"{\"id\":1.0,\"op\":\"uid_encode\",\"in\":{\"pk\":\"7\"}}",
            &[b'['; 100_000],
        ] {
            assert_eq!(answer(line), r#"{"id":null,"error":"bad_input"}"#);
        }
        for request in [
            r#"{"id":1}"#,
            r#"{"id":1,"op":null,"in":{}}"#,
            r#"{"id":1,"op":"uid_encode"}"#,
            r#"{"id":1,"op":"uid_encode","in":[]}"#,
            r#"{"id":1,"op":"uid_encode","in":{}}"#,
            r#"{"id":1,"op":"uid_encode","in":{"pk":7}}"#,
            r#"{"id":1,"op":"base36_encode","in":{"n":1.0}}"#,
        ] {
            assert_eq!(answer(request.as_bytes()), r#"{"id":1,"error":"bad_input"}"#, "{request}");
        }
    }

    #[test]
    fn the_operation_is_looked_at_before_its_input() {
        assert_eq!(answer(br#"{"id":1,"op":"nothing","in":7}"#), r#"{"id":1,"error":"unknown_op"}"#);
    }
}
