"""Signed values, objects and cookies."""

from django.core import signing
from django.http import HttpResponse

from fields import anything, boolean, number, optional, text
from project import known_algorithm, set_clock, set_keys

from .registry import FALLBACKS, operation


@operation(secret_key=text, obj=anything, salt=text, compress=boolean, time=number, key=optional(text, None))
def signing_dumps(secret_key, obj, salt, compress, time, key):
    set_keys(secret_key)
    set_clock(time)
    return signing.dumps(obj, key=key, salt=salt, compress=compress)


@operation(
    secret_key=text, secret_key_fallbacks=FALLBACKS, signed=text, salt=text, time=number,
    max_age=optional(number, None), key=optional(text, None),
)
def signing_loads(secret_key, secret_key_fallbacks, signed, salt, time, max_age, key):
    set_keys(secret_key, secret_key_fallbacks)
    set_clock(time)
    return {"value": signing.loads(signed, key=key, salt=salt, max_age=max_age)}


SIGNER = {
    "secret_key": text,
    "value": text,
    "salt": optional(text, None),
    "sep": optional(text, ":"),
    "algorithm": optional(text, None),
    "key": optional(text, None),
}


def signer_of(kind, secret_key, algorithm, **options):
    set_keys(secret_key)
    return kind(algorithm=algorithm if algorithm is None else known_algorithm(algorithm), **options)


@operation(**SIGNER)
def signer_sign(value, **options):
    return signer_of(signing.Signer, **options).sign(value)


@operation(time=number, **SIGNER)
def timestamp_sign(value, time, **options):
    set_clock(time)
    return signer_of(signing.TimestampSigner, **options).sign(value)


@operation(secret_key=text, name=text, value=text, salt=optional(text, ""), time=number)
def cookie_sign(secret_key, name, value, salt, time):
    set_keys(secret_key)
    set_clock(time)
    response = HttpResponse()
    response.set_signed_cookie(name, value, salt=salt)
    return response.cookies[name].value
