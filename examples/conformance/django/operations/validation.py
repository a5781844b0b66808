"""Which passwords may be chosen."""

import difflib
import functools

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from fields import either, integer, listing, number, one_of, optional, record, text

from .registry import operation
from .user import USER, user_of

VALIDATORS = {
    "common": functools.cache(password_validation.CommonPasswordValidator),
    "min": password_validation.MinimumLengthValidator,
    "sim": password_validation.UserAttributeSimilarityValidator,
    "num": password_validation.NumericPasswordValidator,
}
VALIDATOR = record(
    name=one_of("min", "sim", "common", "num"),
    options=optional(
        record(
            min_length=optional(integer), user_attributes=optional(listing(text)), max_similarity=optional(number),
        ),
        {},
    ),
)


@operation(password=text, user=either(USER, None), validators=listing(VALIDATOR))
def validate_password(password, user, validators):
    built = [VALIDATORS[validator["name"]](**validator["options"]) for validator in validators]
    try:
        password_validation.validate_password(password, user and user_of(user), built)
    except ValidationError as errors:
        return [[error.code, error.messages[0]] for error in errors.error_list]
    return []


@operation(a=text, b=text)
def similarity(a, b):
    return difflib.SequenceMatcher(a=a, b=b).quick_ratio()
