"""Masks and tokens, and the headers of a cross-site request."""

import string

from operations import BY_NAME

ALPHABET = string.ascii_letters + string.digits


def secret(source, length=32):
    return "".join(source.choice(ALPHABET) for _ in range(length))


def mask(source):
    return {"secret": secret(source), "mask": source.pick(secret(source), "a" * 32, "9" * 32)}


def unmask(source):
    return {"token": secret(source, 64)}


def token_check(source):
    plain = secret(source)
    masked = [BY_NAME["csrf_mask"]({"secret": plain, "mask": secret(source)}) for _ in range(2)]
    cookie, token = source.pick(plain, plain, masked[0]), source.pick(plain, masked[0], masked[1])
    return {"cookie": doubtful(source, cookie), "token": doubtful(source, token)}


def doubtful(source, value):
    if source.chance(0.6):
        return value
    return source.choice([
        "", value[:-1], value + "a", value[:-1] + source.character(), source.character() + value[1:], value.swapcase(),
        secret(source, source.pick(31, 32, 33, 63, 64, 65)), value[:-1] + "\n", value[:-1] + "é", value + "\n", source.text(),
        value[:32], value * 2, source.mutate(value, ALPHABET), "é" * 32, "-" * 64,
    ])


NAMES = ["app.example.net", "example.net", "cdn.example.net", "evil.test", "localhost", "127.0.0.1", "xn--bcher-kva.example"]


def host(source):
    name = source.choice(NAMES)
    host = name + source.pick("", "", "", ":80", ":443", ":8443", ":", ":0", ":99999")
    return source.choices(
        [
            host, host.upper(), host.replace(".", "_", 1), name + ".", name + ".:8443", "." + name, "a" * 70 + "." + name,
            "[::1]", "[::1]:8443", "[fe80::1%25eth0]", "[1.2.3.4]", "[::ffff:1.2.3.4]:80", "", name + ":x", name + ":8:8", name + "/",
            "user@" + name, name + ",evil.test", name + " ", " " + name, "-", "..", "*", name + "#", source.printable(),
        ],
        [20] + [1] * 24,
    )[0]


def origin(source, host):
    scheme = source.pick("https", "https", "http", "HTTPS", "ftp", "", "https:", "null")
    return source.choices(
        [
            f"{scheme}://{host}", f"{scheme}://{host}/", "null", "", "null://null", f"//{host}", host, f"{scheme}:{host}",
            f"{scheme}://sub.{host}", f"{scheme}://user@{host}", f"{scheme}://{host}.", f"{scheme}://{host}:8443", f"{scheme}://[{host}",
            f"{scheme}://[::1]", f"{scheme}://[vf.x]", f"{scheme}://[zz]", f" {scheme}://{host}", f"{scheme}://evil.test/{host}",
            f"{scheme}://{host}?x", f"{scheme}://{host}#x", f"{scheme}://{host}\\", source.printable(),
            f"{scheme}://{host} {scheme}://evil.test",
        ],
        [12] + [1] * 22,
    )[0]


def referer(source, host):
    path = source.pick("", "/", "/form", "/form?", "/form?x=1", "/form#", "/form?#", "/a?b#c", ";p", "?q", "#f", "/%2f", "/ ", "//x", "/?a?b#c#d")
    return origin(source, host) + path


def trusted(source, host):
    return source.choice([
        f"https://{host}", f"http://{host}", "https://*.example.net", "http://*.example.net", "https://*.net", "https://*", "*",
        f"*.{host}", "https://*.*.net", "HTTPS://*.Example.NET", "https://cdn.example.net", "//*.example.net", "https://**.example.net",
        f"https://*.{host}/", "https://example.*", "ftp://*.example.net", "null", "", source.printable(), f"https://*.{host}:8443",
        "https://[::1]", "https://[*", "https://*.evil.test?x",
    ])


def headers(source):
    own = host(source)
    other = source.choice(NAMES)
    fields = {"host": own, "secure": source.chance(0.6)}
    if source.chance(0.5):
        fields["origin"] = source.pick(None, origin(source, source.pick(own, own, other)))
    if source.chance(0.7):
        fields["referer"] = source.pick(None, *[referer(source, source.pick(own, own, other, own.partition(":")[0])) for _ in range(4)])
    if source.chance(0.4):
        fields["trusted_origins"] = [trusted(source, source.pick(own, other)) for _ in range(source.randrange(4))]
    if source.chance(0.3):
        name = own.partition(":")[0]
        fields["cookie_domain"] = source.pick(None, name, "." + name, ".example.net", "example.net", "", ".", other, "Example.NET")
    if source.chance(0.3):
        patterns = [own, own.partition(":")[0], ".example.net", "*", other, "", ".", "EXAMPLE.net", "[::1]", own.upper()]
        fields["allowed_hosts"] = [source.choice(patterns) for _ in range(source.randrange(3))]
    return fields


def is_printable(fields):
    texts = [fields["host"], fields.get("origin"), fields.get("referer")]
    return all(text is None or text == "" or (text.isascii() and text.isprintable()) for text in texts)


DRAWS = {
    "csrf_mask": (5, mask, None),
    "csrf_unmask": (5, unmask, None),
    "csrf_token_check": (20, token_check, None),
    "csrf_origin": (60, headers, is_printable),
}
