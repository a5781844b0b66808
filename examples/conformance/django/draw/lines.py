"""Lines as they may arrive: requests in any JSON spelling, requests with a wrong key, and no requests at all."""

import json

from operations import KEYS

from . import draw_any

WRONG = [None, True, 1, -1, 1.5, 1.0, "text", "", [], ["a"], {}, {"a": 1}, 10**30]


def spell(source, value):
    """Writes JSON as an unusual client might: spaces, escapes, exponents, a key twice."""
    if source.chance(0.5):
        return json.dumps(value, ensure_ascii=source.chance(0.5))
    return _spell(source, value)


def _spell(source, value):
    gap = source.pick("", "", "", " ", "\t", "\r", "  ")
    if isinstance(value, dict):
        pairs = [(key, _spell(source, item)) for key, item in value.items()]
        if pairs and source.chance(0.05):
            at = source.randrange(len(pairs))
            pairs.append(pairs[at])
            pairs[at] = (pairs[at][0], source.pick("null", "[1]", '"first"', "{}"))
        return "{" + ",".join(f"{gap}{_spell_text(source, key)}{gap}:{item}{gap}" for key, item in pairs) + gap + "}"
    if isinstance(value, list):
        return "[" + ",".join(f"{gap}{_spell(source, item)}" for item in value) + gap + "]"
    if isinstance(value, str):
        return _spell_text(source, value)
    if isinstance(value, float):
        return source.pick(repr(value), f"{value:.17e}", f"{value:.17E}", f"{value!r}" if "e" in repr(value) else f"{value!r}00")
    return json.dumps(value)


def _spell_text(source, value):
    def one(character):
        if source.chance(0.1):
            escaped = "".join(f"\\u{unit:04x}" for unit in _units(character))
            return escaped if source.chance(0.5) else escaped.upper().replace("\\U", "\\u")
        if character == "/" and source.chance(0.3):
            return "\\/"
        return json.dumps(character, ensure_ascii=False)[1:-1]

    return '"' + "".join(map(one, value)) + '"'


def _units(character):
    data = character.encode("utf-16-be")
    return [int.from_bytes(data[at:at + 2], "big") for at in range(0, len(data), 2)]


def ident(source):
    return source.pick(1, 0, -1, 2**70, source.integer(), "", "id", source.text())


def wrong_request(source):
    """Draws a request with one key missing, or of another type, or with something of another type inside."""
    while True:
        name, fields = draw_any(source)
        if source.chance(0.05):
            return name, source.pick(None, 1, "text", [], True)
        key = source.choice(list(KEYS[name]))
        kind, is_required = KEYS[name][key], True
        if isinstance(kind, tuple):
            kind, is_required = kind[0], False
        if is_required and source.chance(0.3):
            return name, {other: value for other, value in fields.items() if other != key}
        value = source.choice(WRONG) if key not in fields or source.chance(0.4) else spoilt(source, fields[key])
        if not _fits(kind, value) and (is_required or value is not None):
            return name, {**fields, key: value}


def spoilt(source, value):
    """Replaces something in the value, at any depth."""
    if isinstance(value, dict) and value and source.chance(0.8):
        key = source.choice(list(value))
        return {**value, key: spoilt(source, value[key])}
    if isinstance(value, list) and value and source.chance(0.8):
        at = source.randrange(len(value))
        return [*value[:at], spoilt(source, value[at]), *value[at + 1:]]
    return source.choice(WRONG)


def _fits(kind, value):
    try:
        kind(value)
    except Exception:
        return False
    return True


def line(source, name, fields):
    """Returns the line of a request as bytes."""
    whole = {"id": ident(source), "op": name, "in": fields}
    if source.chance(0.1):
        whole["more"] = source.json(1)
    keys = list(whole)
    source.shuffle(keys)
    return spell(source, {key: whole[key] for key in keys}).encode()


def broken_line(source):
    """Draws a line that is no request: other bytes, other JSON, another `op`."""
    good = line(source, *draw_any(source))
    at = source.randrange(len(good))
    return source.choice([
        b"", b" ", b"\r", b"{}", b"[]", b"null", b"1", b'"text"', b"{", b"[" * source.pick(1, 100, 20000), b"\xff", b"\xef\xbb\xbf" + good,
        good[:at], good[:at] + b"\xff" + good[at:], good[:at] + b"\xc0\x80" + good[at:], good + b"}", good + b"\x00", good + b" x", good + b"\r",
        good[:at] + b"\x00" + good[at + 1:],
        spell(source, {"id": ident(source), "op": source.text(), "in": source.json(1)}).encode(),
        spell(source, {"id": ident(source), "op": source.pick(None, 1, True, [], {}), "in": {}}).encode(),
        spell(source, {"id": ident(source), "in": {}}).encode(),
        spell(source, {"id": ident(source), "op": "uid_encode"}).encode(),
        spell(source, {"id": source.pick(None, True, 1.0, [], {}), "op": "uid_encode", "in": {"pk": "1"}}).encode(),
        b'{"id":7,"op":"signing_dumps","in":' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
    ]).replace(b"\n", b" ")
