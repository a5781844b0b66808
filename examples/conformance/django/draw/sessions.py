"""Session data, its encoding, its expiry and the session auth hash."""

import json
from datetime import datetime

from django.core.signing import Signer

from operations import BY_NAME

from .signing import is_readable, odd_payload, payload, spoilt, stamp
from .tokens import moment, offset, spelled

SALT = "django.contrib.sessions.SessionStore"
AUTH = {"_auth_user_id": "1", "_auth_user_backend": "django.contrib.auth.backends.ModelBackend", "_auth_user_hash": "9cea" * 16}


def data(source):
    return source.pick(source.json_object(), source.json_object(), {}, AUTH, {**AUTH, "_session_expiry": source.integer()})


def encode(source):
    fields = {"secret_key": source.secret_key(), "data": data(source), "time": source.time()}
    if source.chance(0.3):
        fields["store_class"] = source.pick("AuditStore", "Outer.Store", "SessionStore", "", source.text())
    return fields


def decode(source):
    keys = [source.secret_key(), *source.fallbacks()]
    signer, time = source.choice(keys) if source.chance(0.9) else source.secret_key(), source.time()
    kind = source.randrange(8)
    if kind < 3:
        value = BY_NAME["session_encode"]({"secret_key": signer, "data": data(source), "time": time})
    elif kind < 6:
        text = json.dumps(source.json_object(), indent=source.pick(None, 2)).encode("latin-1")
        value = Signer(key=signer, salt=SALT).sign(f"{payload(source, text)}:{stamp(source, time)}")
    elif kind < 7:
        value = Signer(key=signer, salt=SALT).sign(f"{odd_payload(source)}:{stamp(source, time)}")
    else:
        value = Signer(key=signer, salt=source.pick("django.core.signing", SALT)).sign(source.text())
    if source.chance(0.2):
        value = spoilt(source, value)
    fields = {"secret_key": keys[0], "session_data": value}
    if keys[1:]:
        fields["secret_key_fallbacks"] = keys[1:]
    return fields | source.some(time=source.time())


def decodes_to_object(fields):
    """Whether what Django reads, if anything, is an object: nothing else is asked."""
    return is_readable(fields["session_data"]) and isinstance(BY_NAME["session_decode"](fields), dict)


def cookie_key(source):
    return {"secret_key": source.secret_key(), "data": data(source), "time": source.time()}


def iso_text(source):
    """Draws the text of an instant, in one of the spellings that Python reads."""
    when, zone = moment(source), offset(source)
    date, _, time = when.isoformat().partition("T")
    year, week, day = when.isocalendar()
    compact = when.strftime("%H%M%S")
    return source.choices(
        [
            spelled(source, when) + zone,
            spelled(source, when) + "Z",
            f"{date}{source.pick(' ', 't', '_', 'é', '🦀', 'T')}{time}{zone}",
            f"{date}T{time[:5]}{zone}",
            f"{date}T{time[:2]}{zone}",
            f"{date.replace('-', '')}T{compact}{zone}",
            f"{date}T{compact}{zone.replace(':', '')}",
            f"{year:04}-W{week:02}-{day}T{time}{zone}",
            f"{year:04}W{week:02}{day}T{time}{zone}",
            f"{year:04}-W{week:02}T{time}{zone}",
            f"{date}T{time}{source.choice('.,')}{source.word('0123456789', 9)}{zone}",
            f"{date}T{time}{zone}{source.pick(':15', ':15.25', ':59.999999', ':60')}",
            f"{date}T{time}{source.pick('+24:00', '-24:00', '+23:59:59.999999', '+00', '-05', '+1', '+1:00', '-00:00', 'z', ' +00:00')}",
        ],
        [12, 2] + [1] * 11,
    )[0]


def no_date(source):
    whole = spelled(source, moment(source)) + offset(source)
    return source.choice([
        "", "tomorrow", "2026-02-30T00:00:00+00:00", "2025-02-29T00:00:00+00:00", "2026-13-01T00:00:00+00:00", "0000-01-01T00:00:00+00:00",
        "2026-01-01T24:00:00+00:00", "2026-01-01T23:60:00+00:00", "2026-01-01T23:59:60+00:00", "10000-01-01T00:00:00+00:00",
        "2026-1-1T00:00:00+00:00", "2026-01-01T1:00:00+00:00", "2026-01-01T", "2026-01-01", "2026-01-01T00:00:00", "20260101",
        "2026-W54-1T00:00:00+00:00", "2026-W53-1T00:00:00+00:00", "2026-W00-1T00:00:00+00:00", "2026-W01-8T00:00:00+00:00", "2026-01-01T00:00:00.+00:00", "2026-01-01T00:00:00+",
        " 2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00 ", "٢٠٢٦-01-01T00:00:00+00:00", "2026-01-01T00:0٣:00+00:00", "1767225600", "null", "0",
        source.text(), source.mutate(whole), source.mutate(whole, "0123456789T:+-.Z ,"), whole[:source.randint(0, len(whole))],
    ])


def expiry(source):
    value = source.choices(
        [source.integer(), source.randint(-10**5, 10**6), 0, None, iso_text(source), no_date(source)], [2, 3, 1, 1, 8, 4]
    )[0]
    data = source.json_object(1)
    if source.chance(0.9):
        data["_session_expiry"] = value
    else:
        data.pop("_session_expiry", None)
    return {
        "data": data,
        "now": spelled(source, moment(source)) + offset(source),
        "cookie_age": source.pick(1209600, 3600, 0, 1, -1, 10**9, source.integer()),
        "expire_at_browser_close": source.chance(0.5),
    }


def has_whole_offsets(fields):
    """Whether the offset has no fraction: the protocol's offsets are `+HH:MM`."""
    value = fields["data"].get("_session_expiry")
    try:
        return not datetime.fromisoformat(value).utcoffset().microseconds
    except (AttributeError, TypeError, ValueError):
        return True


def auth_hash(source):
    return {"secret_key": source.secret_key(), "password": source.text()}


def fallback_hashes(source):
    return auth_hash(source) | {"secret_key_fallbacks": source.fallbacks()}


DRAWS = {
    "session_encode": (25, encode, None),
    "session_decode": (40, decode, decodes_to_object),
    "cookie_session_key": (12, cookie_key, None),
    "session_expiry": (40, expiry, has_whole_offsets),
    "session_auth_hash": (5, auth_hash, None),
    "session_auth_fallback_hashes": (5, fallback_hashes, None),
}
