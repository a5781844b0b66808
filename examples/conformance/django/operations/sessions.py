"""Session data as it is stored, when it ends, and the hash that ties it to a password."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore

from fields import boolean, integer, mapping, number, optional, text
from project import change, set_clock, set_keys

from .registry import FALLBACKS, operation


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
