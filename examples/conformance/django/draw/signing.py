"""Signed values: honest ones, spoilt ones, and nonsense under a valid signature."""

import base64
import json
import re
import string
import zlib

from django.core.signing import Signer, b62_encode

from operations import BY_NAME

BASE64 = string.ascii_letters + string.digits + "-_"
SALTS = ["django.core.signing", "shop.cart", "", "s", "ünï", "django.contrib.sessions.SessionStore"]
SEPARATORS = [":", "|", "::", ".", "~", "$", " ", "é", "🦀", "a:", ":\n", "\x00"]
UNSAFE = ["", "-", "_", "=", "a", "Z9", "[]^`\\", "b-\n", "\n", "abc\n", "0"]
DOUBTFUL = ["\n\n", "a\nb", "\r", "-\r\n", "a\n\n", "@", "{", "é\n", "ſ", "K", "１"]
ALGORITHMS = ["sha1", "sha256", "sha512", "SHA256", "sha-1", "sha3", "nope", " sha256"]


def salt(source):
    return source.choice(SALTS) if source.chance(0.7) else source.text()


def dumps(source):
    return {
        "secret_key": source.secret_key(),
        "obj": source.nested(source.randint(5, 36)) if source.chance(0.03) else source.json(),
        "salt": salt(source),
        "compress": source.chance(0.4),
        "time": source.time(),
        **({"key": source.filled()} if source.chance(0.15) else {}),
    }


def lenient_base64(source, text):
    """Returns a base64 text that Python still reads, or just not."""
    foreign = source.pick("", "~", "=", "==", " ", "\n", "é", "+", "/", "!", ".", "\x00", "====")
    at = source.randint(0, len(text))
    return source.choice([text, text[:at] + foreign + text[at:], text + foreign, text[:at], text + "A", text.replace("-", "+")])


def json_text(source):
    """Draws the JSON text of a payload, as bytes: Django's, another writer's, or none at all."""
    kind = source.randrange(8)
    if kind < 3:
        return json.dumps(source.json(), separators=(",", ":")).encode("latin-1")
    if kind < 5:
        spaced = json.dumps(source.json(), indent=source.pick(None, 1, "\t"), ensure_ascii=False)
        return spaced.encode(source.pick("latin-1", "utf-8"), "ignore")
    if kind < 6 and source.chance(0.3):
        return decimal(source).encode()
    if kind < 6:
        return source.choice([
            b'{"a":1,"b":2,"a":3}', b'{"a":{"x":1},"a":{"y":2}}', b'"\xe9\xff"', b'"\x7f\x80\x9f"', b'"tab\there"', b'"nul\x00"',
            b"", b" ", b"[1,]", b"[,1]", b"{1:2}", b"{'a':1}", b"[1 2]", b"01", b"-", b"+1", b"1.", b".5", b"1e", b"1e+", b"0x10",
            b"-0", b"-0.0", b"0e0", b"1E5", b"1E+05", b"1e-7", b"1.50", b"100000000000000000000000000000000", b"2.5e-324",
            b"123456789012345678901234567890.5", b"tru", b"True", b"nul", b'"\\u00e9\\uD83E\\uDD80"', b'"\\/\\b\\f\\n\\r\\t\\"\\\\"',
            b'"\\x41"', b'"\\u12"', b'"\\u 123"', b'"\\u+123"', b'"\\U0041"', b'"open', b'"a"b', b"1 2", b"[1]]", b"\xa01", b"1\xa0", b"\x0b1",
            b"\r\n\t [ 1 , 2 ] \n", b"\xef\xbb\xbf1", b"//x\n1", b'{"a" 1}', b'{"a":}', b'{"a":1,}', b'{"":""}', b"[[]", b"{}{}",
            b'{"a":1 ,"b" : [ ] }', b'{"k":1.0,"k":1}', b"1_000", b"\x00", b"null\x00", b"[1e2,1.0,1]", b"9" * 300,
        ])
    return source.mutate(json.dumps(source.json(2)), "[]{}:,\"\\019.eE+- \n\x00\x7féÿtfn").encode("latin-1", "ignore")


def decimal(source):
    """Draws a number that is hard to round, finite as a double."""
    while True:
        digits = source.word("0123456789", source.pick(3, 17, 20, 40, 400)).lstrip("0") or "0"
        half = repr(source.double()).replace("e", f"{source.pick('5', '4999999999999999999', '5000000000000000001')}e")
        text = source.pick(
            f"{digits}.{source.word('0123456789', 25)}", f"{digits}e{source.randint(-340, 300)}", f"-{digits}E+{source.randint(0, 20)}",
            f"0.{'0' * source.randint(0, 320)}{digits}", half if "e" in half else half + "5", digits, "-" + digits, "-1e-400", "2.47e-324", "2.48e-324",
        )
        if abs(float(text)) != float("inf"):
            return text


def payload(source, text):
    """Returns the base64 part of a signed value, compressed in a right or a wrong way."""
    def coded(data):
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    packed = zlib.compress(text, source.pick(0, 1, 6, 9))
    cut = packed[:source.randint(0, len(packed))]
    bad_sum = packed[:-1] + bytes([packed[-1] ^ 1])
    header = bytes([packed[0] ^ source.pick(0, 1, 0x80, 0x20), packed[1] ^ source.pick(1, 0x20, 0)]) + packed[2:]
    return source.choices(
        [
            coded(text), "." + coded(packed), lenient_base64(source, coded(text)), "." + lenient_base64(source, coded(packed)),
            "." + coded(packed + source.randbytes(source.randint(1, 5))), "." + coded(cut), "." + coded(bad_sum),
            "." + coded(zlib.compress(text)[2:-4]), "." + coded(header), ".." + coded(packed), ".", "", coded(packed),
            "." + coded(text), source.word(BASE64), source.text(),
        ],
        [8, 6, 3, 2] + [1] * 12,
    )[0]


def odd_payload(source):
    return payload(source, json_text(source))


def stamp(source, time):
    return source.choices(
        [
            b62_encode(int(time)), b62_encode(int(time) + source.pick(-1, 1, 60, -60, 10**6)), "", "0", "-", "-1", "00", "--1",
            "1vb66i ", "1vb66i\n", "é", "１", "+1", "z" * 20, "Z" * 60, "1_0", source.text(),
        ],
        [12, 4] + [1] * 15,
    )[0]


def signed_value(source, keys, salt, time):
    """Draws something that `signing.loads` may be given under these keys and this salt."""
    signer = source.choice(keys) if source.chance(0.93) else source.secret_key()
    kind = source.randrange(10)
    if kind < 3:
        value = BY_NAME["signing_dumps"]({
            "secret_key": signer, "obj": source.json(), "salt": salt, "compress": source.chance(0.5), "time": time,
        })
    else:
        default = "django.core.signing.TimestampSigner"
        body = source.choices([f"{odd_payload(source)}:{stamp(source, time)}", odd_payload(source), source.text()], [20, 1, 1])[0]
        value = Signer(key=signer, salt=salt or default).sign(body)
    if source.chance(0.15):
        value = spoilt(source, value)
    return value


def spoilt(source, value):
    head, _, signature = value.rpartition(":")
    return source.choice([
        "", ":", "::", head, head + ":", signature, ":" + signature, value + ":", value + "=", value + "\n", " " + value,
        value[:-1] + source.choice(BASE64), value.replace(":", "|"), source.mutate(value), source.mutate(value, BASE64 + ":"),
        head + ":" + source.mutate(signature, BASE64), head + ":" + signature.swapcase(), head + ":é" + signature,
    ])


def loads(source):
    keys, made, chosen = [source.secret_key(), *source.fallbacks()], source.time(), salt(source)
    explicit = source.filled() if source.chance(0.1) else None
    tried = [explicit or keys[0], *keys[1:]]
    fields = {"secret_key": keys[0], "signed": signed_value(source, tried, chosen, made), "salt": chosen, "time": made}
    if keys[1:]:
        fields["secret_key_fallbacks"] = keys[1:]
    if explicit:
        fields["key"] = explicit
    if source.chance(0.5):
        age = source.pick(0, 1, 60, 60.25, 0.5, -1, source.randint(0, 10**6))
        fields["max_age"] = age if source.chance(0.95) else source.pick(10**30, -(10**30), -0.0, 1e300)
        late = max(made, 0) + age + source.pick(0, 0, 0.25, 1, -0.25, -1, 1e-6)
        fields["time"] = late if 0 <= late <= 4102444800 else made
        if source.chance(0.2):
            fields["max_age"] = fields["time"] - int(made) + source.pick(0, 0, 0, 1e-6, -1e-6)
    return fields


def is_readable(payload_text):
    """Whether the answer is one that the protocol's JSON can carry: no NaN, infinity or lone surrogate, 40 levels."""
    data = payload_text.partition(":")[0].encode()
    try:
        raw = data[1:] if data.startswith(b".") else data
        raw = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
        if data.startswith(b"."):
            raw = zlib.decompress(raw)
        value = json.loads(raw.decode("latin-1"))
    except Exception:
        return True
    text = json.dumps(value)
    return not (
        re.search(r"NaN|Infinity", text) or re.search(r"(?i)\\ud[89a-f]", json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode())
        or depth(value) > 40
    )


def depth(value):
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def separator(source):
    return source.choices([source.choice(SEPARATORS), source.choice(UNSAFE), source.choice(DOUBTFUL), source.text()], [5, 3, 2, 2])[0]


def sign(source):
    fields = {"secret_key": source.secret_key(), "value": source.text()}
    optional = {"salt": salt(source), "sep": separator(source), "algorithm": source.choice(ALGORITHMS), "key": source.filled()}
    return fields | {key: value for key, value in optional.items() if source.chance(0.35)}


def timestamp_sign(source):
    return sign(source) | {"time": source.time()}


TOKEN = string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~"
RESERVED = ["path", "Expires", "comment", "DOMAIN", "max-age", "secure", "HttpOnly", "version", "samesite", "partitioned", "priority"]


def cookie(source):
    name = source.pick("basket", "sessionid", source.word(TOKEN), source.choice(RESERVED), "__Host-" + source.word(TOKEN))
    fields = {"secret_key": source.secret_key(), "name": name, "value": source.text(), "time": source.time()}
    return fields | ({"salt": salt(source)} if source.chance(0.6) else {})


def cookie_is_asked(fields):
    """Whether the name is an HTTP token and the value has no control characters."""
    return set(fields["name"]) <= set(TOKEN) and fields["name"] and not re.search(r"[\x00-\x1f\x7f-\x9f]", fields["value"])


DRAWS = {
    "signing_dumps": (40, dumps, None),
    "signing_loads": (60, loads, lambda fields: is_readable(fields["signed"])),
    "signer_sign": (25, sign, None),
    "timestamp_sign": (15, timestamp_sign, None),
    "cookie_sign": (15, cookie, cookie_is_asked),
}
