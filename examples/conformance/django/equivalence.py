"""When two answers are the same: what conformance allows, and nothing more."""

import base64
import struct
import zlib

from django.core.signing import BadSignature, Signer

COMPRESSED = {"signing_dumps", "session_encode", "cookie_session_key"}


def agree(request, expected, found):
    """Compares two answers to a request, which is an object with `op` and `in`, or `None` if there was none."""
    return same(expected, found) or (
        request is not None
        and request["op"] in COMPRESSED
        and request["in"].get("compress", True)
        and "out" in expected
        and found.keys() == expected.keys()
        and same(expected["id"], found["id"])
        and isinstance(found["out"], str)
        and same_payload(salt_and_key(request["op"], request["in"]), expected["out"], found["out"])
    )


def same(left, right):
    """Compares JSON values: 1 is not 1.0 and not true, floats are equal as doubles, keys come in any order."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, float):
        return struct.pack("<d", left) == struct.pack("<d", right)
    return left == right


def salt_and_key(name, fields):
    if name == "signing_dumps":
        return fields["salt"] or "django.core.signing.TimestampSigner", fields.get("key") or fields["secret_key"]
    if name == "session_encode":
        return "django.contrib.sessions." + fields.get("store_class", "SessionStore"), fields["secret_key"]
    return "django.contrib.sessions.backends.signed_cookies", fields["secret_key"]


def same_payload(salt_and_key, expected, found):
    """Whether another deflate made the difference: the signature, the timestamp and the JSON text are right."""
    salt, key = salt_and_key
    try:
        body = Signer(key=key, salt=salt, fallback_keys=[]).unsign(found)
        payload, stamp = body.split(":")
        wanted, wanted_stamp, _ = expected.split(":")
        text, packed = unpack(payload)
        return stamp == wanted_stamp and text == unpack(wanted)[0] and (packed is None or len(packed) < len(text) - 1)
    except (BadSignature, ValueError, zlib.error):
        return False


def unpack(payload):
    """Returns the JSON text of a payload and, if it is compressed, its compressed bytes."""
    data = base64.urlsafe_b64decode(payload.removeprefix(".") + "=" * (-len(payload.removeprefix(".")) % 4))
    return (zlib.decompress(data), data) if payload.startswith(".") else (data, None)
