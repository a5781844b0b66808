"""What each operation of the protocol asks of Django."""

import difflib
import functools
import io
from datetime import datetime
from types import SimpleNamespace
from urllib.parse import unquote_to_bytes

from site_settings import LOGIN_REDIRECT_URL, LOGIN_URL, change

from django.contrib.auth import _clean_credentials, decorators, hashers, password_validation, validators, views
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.forms import _unicode_ci_compare
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import WSGIRequest
from django.core.validators import validate_email
from django.http import HttpResponse, QueryDict
from django.middleware import csrf
from django.utils.encoding import force_bytes, iri_to_uri
from django.utils.http import int_to_base36, url_has_allowed_host_and_scheme, urlsafe_base64_decode
from django.utils.http import urlsafe_base64_encode

from fields import (
    BadInput, anything, boolean, either, integer, listing, mapping, mapping_of, number, one_of, optional, record, text,
)

BY_NAME = {}
KEYS = {}

FALLBACKS = optional(listing(text), [])
USER = record(
    pk=optional(either(integer, text)),
    username=optional(text),
    first_name=optional(text),
    last_name=optional(text),
    password=optional(text),
    email=optional(either(text, None)),
    last_login=optional(either(text, None)),
)


def operation(named=None, /, **keys):
    """Registers a function, under its own name if no other is given; `keys` are the types of what stands in `in`."""

    def register(function):
        name, read = named or function.__name__, record(**keys)
        BY_NAME[name] = lambda fields: function(**read(fields))
        KEYS[name] = keys
        return function

    return register


def set_keys(secret_key, fallbacks=()):
    change(SECRET_KEY=secret_key, SECRET_KEY_FALLBACKS=list(fallbacks))


def set_clock(seconds):
    signing.time = SimpleNamespace(time=lambda: seconds)


def user_of(fields):
    fields = {key: value for key, value in fields.items()}
    if isinstance(fields.get("last_login"), str):
        fields["last_login"] = datetime.fromisoformat(fields["last_login"])
    return User(**fields)


# Passwords

COSTS = {
    "pbkdf2_sha256": ["iterations"],
    "pbkdf2_sha1": ["iterations"],
    "argon2": ["t", "m", "p"],
    "scrypt": ["n", "r", "p"],
}
ATTRIBUTES = {
    "pbkdf2_sha256": ["iterations"],
    "pbkdf2_sha1": ["iterations"],
    "argon2": ["time_cost", "memory_cost", "parallelism"],
    "bcrypt_sha256": ["rounds"],
    "bcrypt": ["rounds"],
    "scrypt": ["work_factor", "block_size", "parallelism"],
}

# Both only spend time, and Django's own costs would make a comparison of thousands of values take hours.
hashers.make_password = lambda *arguments, **options: None
for hasher in hashers.get_hashers():
    type(hasher).harden_runtime = lambda self, password, encoded: None


def costed(name, **attributes):
    hasher = type(hashers.get_hasher(name))()
    for attribute, cost in attributes.items():
        setattr(hasher, attribute, cost)
    return hasher


@operation(
    hasher=text, password=text, salt=text, iterations=optional(integer), t=optional(integer), m=optional(integer),
    p=optional(integer), n=optional(integer), r=optional(integer),
)
def encode_password(hasher, password, salt, **costs):
    if any(cost not in costs for cost in COSTS.get(hasher, [])):
        raise BadInput
    if hasher in ("pbkdf2_sha256", "pbkdf2_sha1"):
        return hashers.get_hasher(hasher).encode(password, salt, costs["iterations"])
    if hasher == "scrypt":
        return hashers.get_hasher(hasher).encode(password, salt, costs["n"], costs["r"], costs["p"])
    if hasher == "argon2":
        argon2 = costed(hasher, time_cost=costs["t"], memory_cost=costs["m"], parallelism=costs["p"])
        return argon2.encode(password, salt)
    if hasher in ("bcrypt_sha256", "bcrypt"):
        return hashers.get_hasher(hasher).encode(password, salt.encode())
    return hashers.get_hasher(hasher).encode(password, salt)


@operation(
    password=either(text, None), encoded=text, preferred=text, preferred_params=optional(mapping_of(integer), None),
)
def verify_password(password, encoded, preferred, preferred_params):
    if preferred_params is not None:
        attributes = ATTRIBUTES.get(preferred, [])
        if any(attribute not in preferred_params for attribute in attributes):
            raise BadInput
        preferred = costed(preferred, **{attribute: preferred_params[attribute] for attribute in attributes})
    is_correct, must_update = hashers.verify_password(password, encoded, preferred=preferred)
    return {"is_correct": is_correct, "must_update": must_update}


@operation(encoded=either(text, None))
def is_password_usable(encoded):
    return hashers.is_password_usable(encoded)


@operation(encoded=text)
def safe_summary(encoded):
    summary = hashers.identify_hasher(encoded).safe_summary(encoded)
    return [[str(label), value if isinstance(value, int) else str(value)] for label, value in summary.items()]


# Reset tokens


def reset_generator(now, key_salt=None, algorithm=None):
    generator = PasswordResetTokenGenerator()
    generator._now = lambda: datetime.fromisoformat(now)
    if key_salt is not None:
        generator.key_salt = key_salt
    if algorithm is not None:
        generator.algorithm = known_algorithm(algorithm)
    return generator


def known_algorithm(name):
    if name not in ("sha1", "sha256", "sha512"):
        raise ValueError(name)
    return name


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


# Signing


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


# Sessions


@operation(secret_key=text, data=mapping, time=number, store_class=optional(text, "SessionStore"))
def session_encode(secret_key, data, time, store_class):
    set_keys(secret_key)
    set_clock(time)
    store = type("Store", (SessionBase,), {})
    store.__qualname__ = store_class
    return store().encode(data)


@operation(secret_key=text, secret_key_fallbacks=FALLBACKS, session_data=text, time=optional(number, 0))
def session_decode(secret_key, secret_key_fallbacks, session_data, time):
    set_keys(secret_key, secret_key_fallbacks)
    set_clock(time)
    return SessionStore().decode(session_data)


@operation(secret_key=text, data=mapping, time=number)
def cookie_session_key(secret_key, data, time):
    set_keys(secret_key)
    set_clock(time)
    store = signed_cookies.SessionStore()
    store._session_cache = data
    return store._get_session_key()


@operation(data=mapping, now=text, cookie_age=integer, expire_at_browser_close=boolean)
def session_expiry(data, now, cookie_age, expire_at_browser_close):
    change(SESSION_COOKIE_AGE=cookie_age, SESSION_EXPIRE_AT_BROWSER_CLOSE=expire_at_browser_close)
    modification = datetime.fromisoformat(now)
    store = SessionStore()
    store._session_cache = data
    return {
        "age": store.get_expiry_age(modification=modification),
        "date": store.get_expiry_date(modification=modification).isoformat(),
        "browser_close": store.get_expire_at_browser_close(),
    }


@operation(secret_key=text, password=text)
def session_auth_hash(secret_key, password):
    set_keys(secret_key)
    return User(password=password).get_session_auth_hash()


@operation(secret_key=text, secret_key_fallbacks=FALLBACKS, password=text)
def session_auth_fallback_hashes(secret_key, secret_key_fallbacks, password):
    set_keys(secret_key, secret_key_fallbacks)
    return list(AbstractBaseUser.get_session_auth_fallback_hash(User(password=password)))


# CSRF

SECRET = "ReferenceSecretOf32Characters012"


@operation(secret=text, mask=text)
def csrf_mask(secret, mask):
    csrf._get_new_csrf_string = lambda: mask
    return csrf._mask_cipher_secret(secret)


@operation(token=text)
def csrf_unmask(token):
    return csrf._unmask_cipher_token(token)


class CsrfCheck(csrf.CsrfViewMiddleware):
    """The middleware, answering with the reason instead of a page."""

    def __init__(self):
        super().__init__(lambda request: None)

    def _reject(self, request, reason):
        return reason


@operation(cookie=text, token=text)
def csrf_token_check(cookie, token):
    # The middleware's own steps, without its rule that an empty form field means "look at the header".
    try:
        csrf._check_token_format(cookie)
    except csrf.InvalidTokenFormat as error:
        return f"CSRF cookie {error.reason}."
    secret = csrf._unmask_cipher_token(cookie) if len(cookie) == csrf.CSRF_TOKEN_LENGTH else cookie
    try:
        csrf._check_token_format(token)
    except csrf.InvalidTokenFormat as error:
        return CsrfCheck()._bad_token_message(error.reason, "POST")
    if not csrf._does_token_match(token, secret):
        return CsrfCheck()._bad_token_message("incorrect", "POST")
    return "ok"


@operation(
    host=text, secure=boolean, origin=optional(either(text, None), None), referer=optional(either(text, None), None),
    trusted_origins=optional(listing(text), []), cookie_domain=optional(either(text, None), None),
    allowed_hosts=optional(listing(text), ["*"]),
)
def csrf_origin(host, secure, origin, referer, trusted_origins, cookie_domain, allowed_hosts):
    change(CSRF_TRUSTED_ORIGINS=trusted_origins, CSRF_COOKIE_DOMAIN=cookie_domain, ALLOWED_HOSTS=allowed_hosts)
    try:
        headers = {"HTTP_ORIGIN": origin, "HTTP_REFERER": referer}
        request = request_of("/", host, secure, "POST", {"csrfmiddlewaretoken": SECRET})
        request.META.update({name: value for name, value in headers.items() if value is not None})
        request.COOKIES = {"csrftoken": SECRET}
        check = CsrfCheck()
        check.process_request(request)
        return check.process_view(request, lambda request: None, (), {})
    finally:
        change(ALLOWED_HOSTS=["*"])


# Validators

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


# Redirects


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


def redirect_of(response):
    return {"status": response.status_code, "location": response["Location"]}


@operation(next=text, login_url=text, redirect_field_name=optional(text, "next"))
def redirect_to_login(next, login_url, redirect_field_name):
    change(LOGIN_URL=LOGIN_URL)
    return redirect_of(views.redirect_to_login(next, login_url, redirect_field_name))


@operation(
    path=text, host=optional(text, "testserver"), secure=optional(boolean, False), login_url=optional(text, None),
    LOGIN_URL=optional(text, LOGIN_URL), redirect_field_name=optional(text, "next"),
)
def login_required(path, host, secure, login_url, LOGIN_URL, redirect_field_name):
    change(LOGIN_URL=LOGIN_URL)
    request = request_of(path, host, secure)
    request.user = AnonymousUser()
    view = decorators.login_required(
        lambda request: HttpResponse(), redirect_field_name=redirect_field_name, login_url=login_url
    )
    return redirect_of(view(request))


@operation(
    path=text, host=optional(text, "testserver"), secure=optional(boolean, False),
    method=optional(one_of("GET", "POST"), "GET"), post=optional(mapping_of(text), None),
    next_page=optional(text, None), LOGIN_REDIRECT_URL=optional(text, LOGIN_REDIRECT_URL),
    redirect_field_name=optional(text, "next"), success_url_allowed_hosts=optional(listing(text), []),
)
def login_success_url(
    path, host, secure, method, post, next_page, LOGIN_REDIRECT_URL, redirect_field_name, success_url_allowed_hosts
):
    change(LOGIN_REDIRECT_URL=LOGIN_REDIRECT_URL)
    view = views.LoginView(
        next_page=next_page,
        redirect_field_name=redirect_field_name,
        success_url_allowed_hosts=set(success_url_allowed_hosts),
    )
    view.setup(request_of(path, host, secure, method, post))
    return view.get_success_url()


@operation(
    "url_has_allowed_host_and_scheme",
    url=either(text, None), allowed_hosts=either(listing(text), text, None), require_https=optional(boolean, False),
)
def is_allowed_url(url, allowed_hosts, require_https):
    return url_has_allowed_host_and_scheme(url, allowed_hosts, require_https=require_https)


@operation("iri_to_uri", iri=text)
def uri_of_iri(iri):
    return iri_to_uri(iri)


# Names and addresses


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
