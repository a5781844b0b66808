"""Answers the conformance protocol with Django itself.

One request per line on standard input, one answer per line on standard output. `operations.py` says what each
operation asks of Django; this file reads requests, checks their types and names the errors.
"""

import json
import sys

import project  # noqa: F401 (Django is set up before anything else of it is imported)
from django.core.exceptions import DisallowedRedirect
from django.core.signing import BadSignature, SignatureExpired
from django.urls import NoReverseMatch

import operations
from fields import BadInput

# What an exception is called. Every other one is a ValueError to the protocol, whatever Python calls it.
KINDS = [
    (BadInput, "bad_input"),
    (SignatureExpired, "SignatureExpired"),
    (BadSignature, "BadSignature"),
    (UnicodeDecodeError, "UnicodeDecodeError"),
    (NoReverseMatch, "NoReverseMatch"),
    (DisallowedRedirect, "DisallowedRedirect"),
]


def kind_of(error):
    return next((kind for exception, kind in KINDS if isinstance(error, exception)), "ValueError")


def answer(line):
    """Returns the answer to a line, given as bytes without its line feed."""
    try:
        request = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return {"id": None, "error": "bad_input"}
    if not isinstance(request, dict):
        return {"id": None, "error": "bad_input"}
    ident = request.get("id")
    if type(ident) not in (int, str):
        return {"id": None, "error": "bad_input"}
    return {"id": ident, **answer_request(request)}


def answer_request(request):
    """Returns the answer to a request without its id: `{"out": ...}` or `{"error": kind}`."""
    name, fields = request.get("op"), request.get("in")
    if not isinstance(name, str):
        return {"error": "bad_input"}
    operation = operations.BY_NAME.get(name)
    if operation is None:
        return {"error": "unknown_op"}
    if not isinstance(fields, dict):
        return {"error": "bad_input"}
    try:
        return {"out": operation(fields)}
    except (AttributeError, ImportError, NameError):
        raise  # a mistake in this program: Django answers no request with one of these
    except Exception as error:
        return {"error": kind_of(error)}


def main():
    for line in sys.stdin.buffer:
        print(json.dumps(answer(line.removesuffix(b"\n"))), flush=True)


if __name__ == "__main__":
    main()
