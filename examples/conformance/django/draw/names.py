"""Usernames, addresses and credentials in every script."""

import string

from .source import LETTERS, MARKS

LOCAL = string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~-"
LABEL = string.ascii_letters + string.digits + "-"
HIDDEN = ["api", "token", "key", "secret", "password", "signature"]
CONFUSABLE = {"k": "kKK", "s": "sSſ", "i": "iIıİ", "a": "aAàａ"}


def username(source):
    return {"username": source.pick(source.text(), decorated(source), None if source.chance(0.05) else source.text())}


def decorated(source):
    """Draws letters with marks in no particular order, as normalisation likes them least."""
    return "".join(
        source.choice(LETTERS + string.ascii_letters) + "".join(source.choice(MARKS) for _ in range(source.randrange(4)))
        for _ in range(source.randint(1, 5))
    )


def address(source):
    return "".join(source.character() for _ in range(source.randrange(4))) + source.pick(email(source), source.text(), source.text() + "@" + source.text())


def normal_email(source):
    return {"email": None if source.chance(0.03) else address(source) + source.pick("", " ", "\x1f", "\u2028", "\u200b")}


def email(source):
    return source.choices([local_part(source) + "@" + domain(source), source.mutate(local_part(source) + "@" + domain(source))], [3, 1])[0]


def local_part(source):
    atoms = ".".join(source.word(LOCAL, 8) for _ in range(source.randint(1, 3)))
    quoted = "".join(source.choice(string.printable + "\x01\x08\x7f\\\\\\\"\"") for _ in range(source.randrange(6)))
    return source.choices(
        [
            atoms, f'"{quoted}"', '"' + "".join(source.pick("\\" + chr(source.randrange(128)), chr(source.randrange(128))) for _ in range(4)) + '"',
            atoms + source.pick(".", " ", "\n", "..", "@", "\x00"), "." + atoms, source.choice(["ſ", "ı", "İ", "K", "é", "ß", "ａ"]) + atoms, "",
            "a" * source.pick(64, 65, 200, 300), '""', '"',
        ],
        [10, 3, 2, 1, 1, 2, 1, 1, 1, 1],
    )[0]


def label(source):
    return source.choices(
        [
            source.word(LABEL, 10), source.word(longest=6), "a" * source.pick(62, 63, 64), "-" + source.word(), source.word() + "-", "xn--" + source.word(),
            "bücher", "ſ", "K", "ıİ", "\u00a0x", "\u00a1", "\uffff", "🦀", "\ufdd0", "_x", "", "日本", "é" * 63, "é" * 64, "１", source.text(), "x" + source.any_character() + "y",
        ],
        [6, 6] + [1] * 21,
    )[0]


def domain(source):
    literal = source.pick(
        "[127.0.0.1]", "[::1]", "[::ffff:10.0.0.1]", "[256.0.0.1]", "[01.2.3.4]", "[1.2.3]", "[::g]", "[]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8:9]", "[IPv6:::1]",
        "[::1]\n", "[ſ]", "x[::1]", "[::1", "[1::2::3]", "[:::]", "[::]", "[1::]", "[fe80::1%eth0]", "[12345::]", "[::1.2.3.4]", "[1.2.3.4::]", "[A:b:C:d:E:f:0:1]", "[0000:0000:0000:0000:0000:ffff:192.168.100.228]",
        "[" + source.word("0123456789abcdefABCDEF:.", 45) + "]", "[" + ":".join(source.word("0123456789abcdefABCDEF", 4) for _ in range(source.randint(6, 9))) + "]",
        "[" + ".".join(str(source.randint(0, 300)) for _ in range(source.randint(3, 5))) + "]",
    )
    names = ".".join([*(label(source) for _ in range(source.randint(0, 3))), source.pick("com", "net", "c", "example", "museum", "xn--p1ai", "рф", "c0m", "123", "a-b", "com-", "-com", "ſk", "K", "x" * 63, "x" * 64, label(source))])
    return source.choices([names, literal, "localhost", "LOCALHOST", names + source.pick(".", "\n", " ", "..", "\x00"), "x." * source.pick(100, 120, 150) + "com"], [12, 5, 1, 1, 2, 1])[0]


def is_valid_email(source):
    return {"email": email(source) if source.chance(0.9) else source.text()}


def is_valid_username(source):
    name = source.pick(source.word(string.ascii_letters + string.digits + "@.+-_", 20), source.text(), decorated(source), source.any_character())
    return {"username": name + source.pick("", "", "", "\n", " "), "validator": source.pick("unicode", "ascii")}


def compare(source):
    a = source.pick(source.text(), decorated(source))
    return {"a": a, "b": source.pick(a, a.upper(), a.lower(), a.casefold(), a.swapcase(), source.mutate(a), source.text(), a.title())}


def credential(source):
    word = "".join(source.choice(CONFUSABLE.get(letter, letter + letter.upper())) for letter in source.choice(HIDDEN))
    return source.pick(word, source.word() + word, word + source.text(), source.text(), source.mutate(word), "username", "pass" + source.word())


def credentials(source):
    return {"credentials": {credential(source): source.text() for _ in range(source.randrange(5))}}


DRAWS = {
    "normalize_username": (20, username, None),
    "normalize_email": (25, normal_email, None),
    "unicode_ci_compare": (25, compare, None),
    "username_valid": (25, is_valid_username, None),
    "email_valid": (60, is_valid_email, None),
    "clean_credentials": (20, credentials, None),
}
