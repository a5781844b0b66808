"""Usernames, addresses and credentials."""

from django.contrib.auth import _clean_credentials, validators
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.forms import _unicode_ci_compare
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from fields import either, mapping_of, one_of, text

from .registry import operation


@operation(username=either(text, None))
def normalize_username(username):
    return AbstractBaseUser.normalize_username(username)


@operation(email=either(text, None))
def normalize_email(email):
    return BaseUserManager.normalize_email(email)


@operation(a=text, b=text)
def unicode_ci_compare(a, b):
    return _unicode_ci_compare(a, b)


def accepts(validator, value):
    try:
        validator(value)
    except ValidationError:
        return False
    return True


@operation(username=text, validator=one_of("unicode", "ascii"))
def username_valid(username, validator):
    kinds = {"unicode": validators.UnicodeUsernameValidator, "ascii": validators.ASCIIUsernameValidator}
    return accepts(kinds[validator](), username)


@operation(email=text)
def email_valid(email):
    return accepts(validate_email, email)


@operation(credentials=mapping_of(text))
def clean_credentials(credentials):
    return _clean_credentials(credentials)
