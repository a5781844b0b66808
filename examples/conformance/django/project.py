"""The Django project that the protocol's "common ground" describes."""

import io
from types import SimpleNamespace
from urllib.parse import unquote_to_bytes

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

from django.core import signing  # noqa: E402 (they need the settings)
from django.core.handlers.wsgi import WSGIRequest  # noqa: E402
from django.http import QueryDict  # noqa: E402


def change(**values):
    """Changes settings for the operation at hand; whoever depends on one sets it."""
    for name, value in values.items():
        setattr(settings, name, value)


def set_keys(secret_key, fallbacks=()):
    change(SECRET_KEY=secret_key, SECRET_KEY_FALLBACKS=list(fallbacks))


def set_clock(seconds):
    signing.time = SimpleNamespace(time=lambda: seconds)


def known_algorithm(name):
    if name not in ("sha1", "sha256", "sha512"):
        raise ValueError(name)
    return name


def request_of(target, host, secure, method="GET", post=None):
    """Makes the request as a WSGI server hands it to Django: the path percent-decoded, the query as it came."""
    path, _, query = target.partition("?")
    request = WSGIRequest({
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_HOST": host,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "443" if secure else "80",
        "wsgi.url_scheme": "https" if secure else "http",
        "wsgi.input": io.BytesIO(),
    })
    request._post = QueryDict(mutable=True)
    request._files = {}
    if method == "POST" and post:
        request._post.update(post)
    return request
