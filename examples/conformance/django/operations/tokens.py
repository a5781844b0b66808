"""Reset tokens, and identifiers as short text."""

from datetime import datetime

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.utils.encoding import force_bytes
from django.utils.http import int_to_base36, urlsafe_base64_decode, urlsafe_base64_encode

from fields import either, integer, optional, text
from project import change, known_algorithm, set_keys

from .registry import FALLBACKS, operation
from .user import USER, user_of


def reset_generator(now, key_salt=None, algorithm=None):
    generator = PasswordResetTokenGenerator()
    generator._now = lambda: datetime.fromisoformat(now)
    if key_salt is not None:
        generator.key_salt = key_salt
    if algorithm is not None:
        generator.algorithm = known_algorithm(algorithm)
    return generator


@operation(secret_key=text, user=USER, now=text, key_salt=optional(text, None), algorithm=optional(text, None))
def reset_token_make(secret_key, user, now, key_salt, algorithm):
    set_keys(secret_key)
    return reset_generator(now, key_salt, algorithm).make_token(user_of(user))


@operation(
    secret_key=text, secret_key_fallbacks=FALLBACKS, user=USER, token=either(text, None), timeout=integer, now=text,
)
def reset_token_check(secret_key, secret_key_fallbacks, user, token, timeout, now):
    set_keys(secret_key, secret_key_fallbacks)
    change(PASSWORD_RESET_TIMEOUT=timeout)
    return reset_generator(now).check_token(user_of(user), token)


@operation(pk=text)
def uid_encode(pk):
    return urlsafe_base64_encode(force_bytes(pk))


@operation(uidb64=text)
def uid_decode(uidb64):
    return urlsafe_base64_decode(uidb64).decode()


@operation(n=integer)
def base36_encode(n):
    return int_to_base36(n)


@operation(n=integer)
def b62_encode(n):
    return signing.b62_encode(n)
