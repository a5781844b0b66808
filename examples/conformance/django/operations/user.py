"""The protocol's `user`, which is Django's own `User`."""

from datetime import datetime

from django.contrib.auth.models import User

from fields import either, integer, optional, record, text

USER = record(
    pk=optional(either(integer, text)),
    username=optional(text),
    first_name=optional(text),
    last_name=optional(text),
    password=optional(text),
    email=optional(either(text, None)),
    last_login=optional(either(text, None)),
)


def user_of(fields):
    if isinstance(fields.get("last_login"), str):
        fields = fields | {"last_login": datetime.fromisoformat(fields["last_login"])}
    return User(**fields)
