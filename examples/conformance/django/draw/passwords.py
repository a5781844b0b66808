"""Hashes of every algorithm at low costs, right, wrong and broken."""

import base64
import re
import string

from operations import BY_NAME

ALGORITHMS = ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt", "md5"]
BCRYPT = "./" + string.ascii_uppercase + string.ascii_lowercase + string.digits
# The 22nd character of a bcrypt salt carries two bits only.
BCRYPT_LAST = ".Oeu"


def password(source):
    return source.choices(
        [
            source.text(),
            source.choice(["", " ", "\x00", "a\x00b", "pässwörd-🔑", "  two  spaces  "]),
            "x" * source.randint(70, 74),
            "é" * source.randint(35, 37),
            source.word(longest=60) * source.randint(1, 20),
        ],
        [8, 2, 1, 1, 1],
    )[0]


def salt(source):
    if source.chance(0.5):
        return source.word(longest=1) * 0 + "".join(
            source.choice(string.ascii_letters + string.digits) for _ in range(source.pick(1, 7, 8, 21, 22, 23, 40))
        )
    return source.pick("", "$", "a$b", "salt$", "NaCl", "ünïcode salt", "\x00", "é" * 4, "é" * 3 + "a", source.text())


def bcrypt_salt(source):
    body = "".join(source.choice(BCRYPT) for _ in range(21))
    good = f"$2{source.choice('aby')}${source.pick('04', '04', '05')}${body}{source.choice(BCRYPT_LAST)}"
    if source.chance(0.5):
        return good
    return source.choice([
        good[:3].replace("2", source.choice("13")) + good[3:],
        good[:2] + source.pick("", "c", "z", "A", "bb", "é") + good[3:],
        good[:4] + source.pick("00", "03", "3", "32", "99", "", "x", "4294967296", "256") + good[6:],
        good[:4] + source.pick("4", "5", "004") + good[6:],
        good[:-1] + source.choice(BCRYPT),
        good[:source.randint(0, len(good))],
        good + "$" + source.word(BCRYPT),
        good + source.word(BCRYPT, 40),
        source.mutate(good[7:], BCRYPT),
        good[:7] + source.mutate(good[7:], BCRYPT + "$ =+é"),
        "", "$", "$2b$", "$2b$05$",
    ])


def costs(source, hasher):
    """Draws the keys of `encode_password` that hold the costs."""
    if hasher.startswith("pbkdf2"):
        return {"iterations": source.pick(1, 2, source.randint(1, 60), source.randint(100, 1500), -1, -(2**40), 2**64)}
    if hasher == "argon2":
        lanes = source.randint(1, 5)
        memory = source.pick(8 * lanes, 8 * lanes + source.randint(0, 7), source.randint(8 * lanes, 300), 8 * lanes - 1)
        costs = {"t": source.randint(1, 3), "m": memory, "p": lanes}
        if source.chance(0.1):
            costs[source.choice("tmp")] = source.pick(0, -1, -(2**33))
        return costs
    if hasher == "scrypt":
        costs = {"n": 2 ** source.randint(1, 7), "r": source.randint(1, 8), "p": source.randint(1, 4)}
        if source.chance(0.2):
            costs["n"] = source.pick(1, 3, 6, 12, 100, 1000, -2, -16)
        return costs
    return {}


def encode(source):
    hasher = source.choice(ALGORITHMS)
    fields = {"hasher": hasher, "password": password(source), "salt": salt(source), **costs(source, hasher)}
    if hasher.startswith("bcrypt"):
        fields["salt"] = bcrypt_salt(source)
    if source.chance(0.03):
        fields["hasher"] = source.pick("", "sha1", "unsalted_md5", "PBKDF2_SHA256", "crypt", "md5 ", "bcrypt$", "argon2id")
    return fields


def encode_is_asked(fields):
    hasher, salt = fields["hasher"], fields["salt"]
    if hasher == "default":
        return False
    if hasher.startswith("bcrypt"):
        # 2x is malformed to the protocol and fine to the library; a text after the salt is ASCII to be sure.
        return salt.isascii() and "2x" not in salt and "+" not in salt and not stray_dollars(salt) and bcrypt_costs(salt)
    if hasher == "scrypt":
        return fields["n"] != 0 and fields["r"] != 0 and fields["p"] != 0
    return fields.get("iterations") != 0


def stray_dollars(salt):
    """The library reads over empty parts, so a `$` too many at either end is neither here nor there."""
    return salt.endswith("$") or "$$" in salt or (salt != "" and not salt.startswith("$"))


def bcrypt_costs(salt):
    cost = (salt.split("$") + ["", "", ""])[2]
    return not cost.isdigit() or not 6 <= int(cost) <= 31


def valid_hash(source):
    """Returns a password and its hash, made by Django at a low cost."""
    while True:
        hasher = source.choice(ALGORITHMS)
        fields = {"hasher": hasher, "password": password(source), "salt": salt(source), **costs(source, hasher)}
        if hasher.startswith("bcrypt"):
            fields["salt"] = bcrypt_salt(source)
        if encode_is_asked(fields):
            try:
                return fields["password"], BY_NAME["encode_password"](fields)
            except Exception:
                continue


def broken_hash(source, encoded):
    parts = encoded.split("$")
    at = source.randrange(len(parts))
    return source.choice([
        lambda: source.mutate(encoded),
        lambda: source.mutate(encoded, string.ascii_letters + string.digits + "$=,/+."),
        lambda: "$".join(parts[:at]),
        lambda: "$".join(parts[:at] + parts[at + 1:]),
        lambda: "$".join(parts[:at] + [""] + parts[at + 1:]),
        lambda: "$".join(parts[:at] + [source.mutate(parts[at], string.ascii_letters + "0123456789")] + parts[at + 1:]),
        lambda: encoded + source.pick("$", "=", "\n", " ", "$x", "\x00", "é", "A"),
        lambda: source.pick(" ", "$", "!", "\ufeff") + encoded,
        lambda: encoded[:1].upper() + encoded[1:],
        lambda: parts[0] + "$" + encoded,
        lambda: source.choice(ALGORITHMS) + "$" + encoded.partition("$")[2],
        lambda: source.choice(ALGORITHMS) + encoded.partition("$")[2],
        lambda: encoded.rstrip("="),
        lambda: encoded.lower(),
    ])()


def odd_hash(source):
    """Draws what a column may hold that no hasher wrote."""
    algorithm = source.choice(ALGORITHMS)
    hexadecimal = "".join(source.choice("0123456789abcdef") for _ in range(32))
    return source.choice([
        "", "!", "!" + source.word(longest=40), "$", "default", "default$1$salt$x", "md5", algorithm, algorithm + "$", algorithm + "$$", hexadecimal,
        hexadecimal[:-1], hexadecimal.upper(), "md5$$" + hexadecimal, "sha1$$" + hexadecimal + hexadecimal[:8],
        "sha1$salt$" + hexadecimal, "crypt$$" + hexadecimal[:11], f"{algorithm}$abc$salt$x", f"{algorithm}$1$salt",
        f"{algorithm}$onlysalt", f"{algorithm}$1$2$3", f"{algorithm}$nope", f"{algorithm}$junk", "argon2$argon2id$v=19",
        f"{algorithm}$1$salt$x$y", f"{algorithm}$2$salt$1$1$x", f"{algorithm}$2$salt$1$1$x$y", "md5$$", "md5$a$b$c",
        "pbkdf2_sha256$18446744073709551616$salt$x", "scrypt$16$salt$8$x$AAAA", "scrypt$3$salt$8$1$AAAA",
        "scrypt$1$salt$8$1$AAAA", "pbkdf2_sha256$007$salt$x", source.text(),
    ])


def odd_argon2(source):
    """Draws an argon2 value field by field, each of them doubtful now and then."""

    def doubtful(good, *bad):
        return good if source.chance(0.85) else source.choice(bad)

    def encoded(length, padding=""):
        return base64.b64encode(source.randbytes(length)).decode().rstrip("=") + padding

    variety = doubtful(source.pick("argon2id", "argon2i", "argon2d"), "argon2", "argon2x", "Argon2id", "argon2ids", "")
    version = doubtful("v=19", "v=16", "v=18", "v=20", "v=", "v=x", "19", "", None, "v=19,v=19", "m=19", "v=019")
    lanes = source.randint(1, 3)
    costs = doubtful(
        f"m={source.randint(8 * lanes, 64)},t={source.randint(1, 2)},p={lanes}",
        "m=8,t=1", "t=1,m=8,p=1", "m=8,t=1,p=1,x=1", "m=7,t=1,p=1", "m=8,t=0,p=1", "m=8,t=1,p=0", "m=08,t=1,p=1",
        "m=8,t=1,p=1,keyid=AAAA", "m=8,t=1,p=1,data=AAAA", "m=8,t=1,p=1,", "", "m=8 t=1 p=1", "m=8,t=1,p=x", "m=8,m=8,t=1,p=1",
        "m=8,t=1,p=1,keyid=,data=", "m=4294967296,t=1,p=1", "m=8,t=4294967296,p=1", "m=8,t=1,p=16777216",
    )
    salt = doubtful(encoded(source.pick(8, 16, 22)), encoded(7), "", "AAA", "A", "????", encoded(16, "=="), "AB==CD", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", "é")
    digest = doubtful(encoded(source.pick(32, 32, 4, 64)), encoded(3), "", "A", "A" * 43, "B" * 43, encoded(32, "="), "?", "é")
    fields = ["argon2", variety, version, costs, salt, digest]
    return "$".join(field for field in fields if field is not None)


def encoded_value(source):
    password, encoded = valid_hash(source)
    kind = source.randrange(10)
    if kind < 4:
        return password, encoded
    if kind < 7:
        return password, broken_hash(source, encoded)
    if kind < 8:
        return password, odd_argon2(source)
    return password, odd_hash(source)


PREFERRED = {
    "pbkdf2_sha256": lambda source: {"iterations": source.pick(1, 600, source.randint(1, 60))},
    "pbkdf2_sha1": lambda source: {"iterations": source.pick(1, 600, source.randint(1, 60))},
    "argon2": lambda source: {
        "time_cost": source.randint(1, 3), "memory_cost": source.pick(8, 64, 100, 102400), "parallelism": source.randint(1, 8),
    },
    "bcrypt_sha256": lambda source: {"rounds": source.pick(4, 5, 12)},
    "bcrypt": lambda source: {"rounds": source.pick(4, 5, 12)},
    "scrypt": lambda source: {
        "work_factor": 2 ** source.randint(1, 7), "block_size": source.randint(1, 8), "parallelism": source.randint(1, 4),
    },
    "md5": lambda source: {},
}


def stored_costs(encoded):
    """Returns the cost parameters of a stored value that stand in it as plain decimals, under Django's names."""
    parts = encoded.split("$")
    try:
        if parts[0].startswith("pbkdf2"):
            return {"iterations": int(parts[1])}
        if parts[0] == "scrypt":
            return {"work_factor": int(parts[1]), "block_size": int(parts[3]), "parallelism": int(parts[4])}
        if parts[0].startswith("bcrypt"):
            return {"rounds": int(parts[3])}
        costs = dict(part.split("=") for part in parts[3].split(","))
        return {"time_cost": int(costs["t"]), "memory_cost": int(costs["m"]), "parallelism": int(costs["p"])}
    except (IndexError, KeyError, ValueError):
        return None


def verify(source):
    password, encoded = encoded_value(source)
    if source.chance(0.25):
        password = source.pick(None, source.mutate(password), password + "\x00", "")
    algorithm = encoded.split("$")[0]
    preferred = algorithm if algorithm in ALGORITHMS and source.chance(0.6) else source.choice(ALGORITHMS)
    fields = {"password": password, "encoded": encoded, "preferred": preferred}
    if source.chance(0.6):
        stored = stored_costs(encoded) if preferred == algorithm else None
        fields["preferred_params"] = stored if stored and source.chance(0.5) else PREFERRED[preferred](source)
    if source.chance(0.02):
        fields.pop("preferred_params", None)
        fields["preferred"] = source.pick("", "unsalted_md5", "sha1", "MD5", "default")
    return fields


def is_affordable(encoded):
    """Whether the costs in a stored value are plain decimals that cost little, or no numbers at all."""
    algorithm, *parts = encoded.split("$")
    costs = []
    if algorithm.startswith("pbkdf2"):
        costs = [(parts[:1], 2000)]
    elif algorithm == "scrypt":
        costs = [(parts[:1], 1024), (parts[2:3], 16), (parts[3:4], 16)]
    elif algorithm.startswith("bcrypt"):
        fields = [part for part in parts if part]
        costs = [(parts[2:3], 5), (fields[1:2], 5)]
        if "2x" in encoded:
            return False
    elif algorithm.startswith("argon2"):
        costs = [([number], 2000) for number in re.findall(r"[mtp]=([^,$]*)", encoded)]
    return all(is_affordable_cost(text, limit) for texts, limit in costs for text in texts)


def verify_is_asked(fields):
    # Django knows its first hasher as `default`, too; which costs that has is not said.
    named = fields["preferred"] != "default" or "preferred_params" not in fields
    return named and is_affordable(fields["encoded"])


TOO_MUCH_FOR_ANYBODY = {"18446744073709551616", "4294967296", "16777216"}


def is_affordable_cost(text, limit):
    if re.fullmatch("[0-9]+", text):
        return int(text) <= limit or text in TOO_MUCH_FOR_ANYBODY
    return not re.search(r"[\d_+\-\s]", text)


def summary(source):
    return {"encoded": encoded_value(source)[1]}


def usable(source):
    return {"encoded": source.pick(None, "", "!", " !x", "a!", "！", "!" + source.text(), encoded_value(source)[1])}


DRAWS = {
    "encode_password": (30, encode, encode_is_asked),
    "verify_password": (40, verify, verify_is_asked),
    "is_password_usable": (5, usable, None),
    "safe_summary": (30, summary, lambda fields: is_affordable(fields["encoded"])),
}
