"""Writes tables.rs: what Python 3.11 (Unicode 14.0) knows about characters and Rust does not say.

Run it with CPython 3.11:

    python3.11 generate.py > tables.rs

The digests at its end are those of Python's own answers for every character. The tests of `mod.rs` compute the same
digests from the Rust functions, so a crate or a compiler that brings a newer Unicode cannot change an answer unseen.
"""

import hashlib
import re
import sys
import unicodedata

assert unicodedata.unidata_version == "14.0.0", "run this with CPython 3.11"

CHARACTERS = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
CHEROKEE = [*range(0x13A0, 0x13F6), *range(0xAB70, 0xABC0)]


def ranges(test):
    found = []
    for c in CHARACTERS:
        if not test(c):
            continue
        if found and ord(c) == found[-1][1] + 1:
            found[-1][1] = ord(c)
        else:
            found.append([ord(c), ord(c)])
    return found


def digest(answer):
    digest = hashlib.sha256()
    for c in CHARACTERS:
        result = answer(c)
        digest.update((result if isinstance(result, str) else "01"[result]).encode() + b"\n")
    return digest.hexdigest()


def table(name, kind, doc, rows, attributes=("rustfmt::skip",)):
    print(f"\n/// {doc}")
    for attribute in attributes:
        print(f"#[{attribute}]")
    print(f"pub(super) static {name}: &[{kind}] = &[")
    line = ""
    for row in rows:
        if len(line) + len(row) > 104:
            print(f"    {line.strip()}")
            line = ""
        line += f"{row}, "
    print(f"    {line.strip()}\n];")


def escaped(text):
    return "".join(f"\\u{{{ord(c):x}}}" for c in text)


print(f"//! Written by `generate.py` with CPython {sys.version.split()[0]}, Unicode {unicodedata.unidata_version}.")
table(
    "UNASSIGNED",
    "(u32, u32)",
    "Code points that Unicode 14.0 does not assign, as inclusive ranges.",
    [f"({a:#x}, {b:#x})" for a, b in ranges(lambda c: unicodedata.category(c) == "Cn")],
)
table(
    "DIGITS",
    "(u32, u32)",
    "Characters with Numeric_Type=Digit, which `str.isdigit` takes besides the decimal ones, as inclusive ranges.",
    [f"({a:#x}, {b:#x})" for a, b in ranges(lambda c: c.isdigit() and not c.isdecimal())],
)
table(
    "FOLDINGS",
    "(char, &str)",
    "Characters whose case folding is not their lower case, Cherokee left out.",
    [
        f"('{escaped(c)}', \"{escaped(c.casefold())}\")"
        for c in CHARACTERS
        if c.casefold() != c.lower() and ord(c) not in CHEROKEE
    ],
)
table(
    "DIGESTS",
    "(&str, &str)",
    "SHA-256 over Python's answer for each character, one line each.",
    [
        f'("{name}", "{digest(answer)}")'
        for name, answer in [
            ("lower", str.lower),
            ("lower before sigma", lambda c: ("a" + c + "\u03a3").lower()),
            ("lower after sigma", lambda c: ("a\u03a3" + c + "b").lower()),
            ("casefold", str.casefold),
            ("nfkc", lambda c: unicodedata.normalize("NFKC", c)),
            ("nfkc before a mark", lambda c: unicodedata.normalize("NFKC", c + "\u0301\u0323")),
            ("nfkc after a letter", lambda c: unicodedata.normalize("NFKC", "a" + c + "\u0300")),
            ("is_space", str.isspace),
            ("is_word", lambda c: re.match(r"\w", c) is not None),
            ("is_decimal", str.isdecimal),
            ("is_digit", str.isdigit),
            ("is_other", lambda c: unicodedata.category(c)[0] == "C"),
        ]
    ],
    attributes=("cfg(test)", "rustfmt::skip"),
)
