"""Reset tokens, identifiers in base 64, 36 and 62."""

import string
from datetime import datetime, timedelta

from operations import BY_NAME

BASE64 = string.ascii_letters + string.digits + "-_"


def moment(source, earliest=datetime(2001, 1, 1), latest=datetime(2120, 1, 1)):
    """Draws a wall clock time."""
    edges = [
        datetime(2001, 1, 1), datetime(2024, 2, 29, 23, 59, 59), datetime(2038, 1, 19, 3, 14, 8), datetime(2069, 12, 31),
        datetime(2026, 3, 29, 2, 30), datetime(1999, 12, 31, 23, 59, 59), datetime(9999, 12, 31, 23, 59, 59), datetime(1, 1, 1),
    ]
    if source.chance(0.2):
        return source.choice(edges)
    return earliest + timedelta(seconds=source.randrange(int((latest - earliest).total_seconds())))


def spelled(source, when):
    """Spells a time as the protocol does, with up to six digits of a fraction."""
    fraction = "" if source.chance(0.6) else "." + "".join(source.choice("0123456789") for _ in range(source.randint(1, 6)))
    return when.isoformat() + fraction


def offset(source):
    if source.chance(0.4):
        return "+00:00"
    return f"{source.choice('+-')}{source.randint(0, 23):02}:{source.pick(0, 0, 30, 45, source.randint(0, 59)):02}"


def user(source):
    fields = source.some(
        username=source.text(), first_name=source.text(), last_name=source.text(), password=source.text(),
        email=source.pick(None, "", "lin@example.org", source.text()),
        last_login=source.pick(None, spelled(source, moment(source)) + source.pick("", offset(source))),
    )
    return {"pk": source.pick(source.integer(), source.randint(1, 99), source.text(), "5f0c7b2e-6a14-4d0e-8f55-3b9f1f0d9c21"), **fields}


def make(source):
    return {
        "secret_key": source.secret_key(),
        "user": user(source),
        "now": spelled(source, moment(source)),
        **{key: value for key, value in {
            "key_salt": source.text(),
            "algorithm": source.pick("sha1", "sha256", "sha512", "md4", "SHA256", "sha-256", "sha256 ", "nope"),
        }.items() if source.chance(0.2)},
    }


def check(source):
    keys = [source.secret_key(), *source.fallbacks()]
    owner, made = user(source), moment(source, latest=datetime(2100, 1, 1))
    timeout = source.pick(0, 1, 60, 86400, 259200, -1, 2**40, 10**25, source.randint(0, 10**6))
    distance = source.pick(0, timeout, timeout + 1, timeout - 1, -1, -(10**6), source.randint(0, 10**6))
    try:
        now = made + timedelta(seconds=distance)
    except OverflowError:
        now = made
    signer = source.choice(keys) if source.chance(0.95) else source.secret_key()
    try:
        token = BY_NAME["reset_token_make"]({"secret_key": signer, "user": owner, "now": made.isoformat()})
    except Exception:
        token = "0-" + source.word("0123456789abcdef", 32)
    if source.chance(0.4):
        token = broken_token(source, token)
    elif source.chance(0.15):
        owner = {**owner, **source.some(password=source.text(), email=source.text(), pk=source.integer())}
    fields = {"secret_key": keys[0], "user": owner, "token": token, "timeout": timeout, "now": spelled(source, now)}
    if keys[1:] or source.chance(0.3):
        fields["secret_key_fallbacks"] = keys[1:]
    return fields


def broken_token(source, token):
    stamp, _, mac = token.partition("-")
    return source.choice([
        None, "", "-", "--", token + "-", "-" + token, token.upper(), stamp, stamp + "-", "-" + mac, token[:-1],
        f"0{token}", f"+{token}", f" {token}", f"{stamp}_0-{mac}", f"{stamp} -{mac}", token + "\n", "١-" + mac,
        f"{stamp}-{mac.upper()}", "z" * 13 + "-" + mac, "z" * 14 + "-" + mac, "0-" + mac, source.mutate(token),
        source.mutate(token, string.ascii_lowercase + string.digits + "-"), source.text(), token.replace("-", "–"),
        "ｚ-" + mac, "0x1-" + mac, "0b1-" + mac, "1__0-" + mac,
    ])


def uid_encode(source):
    return {"pk": source.text()}


def uid_decode(source):
    value = BY_NAME["uid_encode"]({"pk": source.text()})
    kind = source.randrange(5)
    if kind < 2:
        value = "".join(source.choice(BASE64) for _ in range(source.randint(0, 24)))
    if kind < 4:
        value = source.mutate(value, BASE64 + "=====++//~ \n.:é🦀")
    return {"uidb64": value if source.chance(0.95) else source.text()}


def base36(source):
    return {"n": source.int64()}


DRAWS = {
    "reset_token_make": (25, make, None),
    "reset_token_check": (40, check, None),
    "uid_encode": (5, uid_encode, None),
    "uid_decode": (30, uid_decode, None),
    "base36_encode": (6, base36, None),
    "b62_encode": (6, base36, None),
}
