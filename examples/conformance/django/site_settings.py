"""The Django project that the protocol's "common ground" describes."""

import django
from django.conf import settings

HASHERS = [
    "PBKDF2PasswordHasher",
    "PBKDF2SHA1PasswordHasher",
    "Argon2PasswordHasher",
    "BCryptSHA256PasswordHasher",
    "BCryptPasswordHasher",
    "ScryptPasswordHasher",
    "MD5PasswordHasher",
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/accounts/profile/"

settings.configure(
    SECRET_KEY="replaced by every request that needs one",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}" for name in HASHERS],
    ROOT_URLCONF="django.contrib.auth.urls",
    ALLOWED_HOSTS=["*"],
    LOGIN_URL=LOGIN_URL,
    LOGIN_REDIRECT_URL=LOGIN_REDIRECT_URL,
    TIME_ZONE="UTC",
    USE_TZ=True,
    LANGUAGE_CODE="en",
)
django.setup()


def change(**values):
    """Changes settings for the operation at hand; whoever depends on one sets it."""
    for name, value in values.items():
        setattr(settings, name, value)
