"""Passwords that resemble their user, or the list of common ones, or a number."""

from operations.validation import VALIDATORS

ATTRIBUTES = ["username", "first_name", "last_name", "email"]
DIGITS = "0123456789٠١٢٣७²①０𝟘½Ⅷ五"
COMMON_PASSWORDS = sorted(VALIDATORS["common"]().passwords)


def user(source):
    fields = {key: source.text() if source.chance(0.5) else source.word() for key in ATTRIBUTES if source.chance(0.6)}
    if "email" in fields:
        fields["email"] = source.pick(None, fields["email"], f"{source.word()}@{source.word()}.example", "john.smith@corp.example")
    if source.chance(0.1):
        fields["password"] = source.text()
    return fields or {"username": source.text()}


def resembling(source, value):
    letters = list(value)
    source.shuffle(letters)
    return source.choice([
        value, value.upper(), value.lower(), value.swapcase(), value[::-1], "".join(letters), value + source.word(longest=8),
        source.word(longest=4) + value, source.mutate(value), value[:-1], value * source.randint(2, 12), value.title(), value.casefold(),
        value + source.text(),
    ])


def password(source, owner):
    attributes = [value for value in (owner or {}).values() if value]
    common = source.choice(COMMON_PASSWORDS)
    numeric = "".join(source.choice(DIGITS) for _ in range(source.randint(1, 12)))
    return source.choices(
        [
            resembling(source, source.choice(attributes)) if attributes else source.text(),
            source.pick(common, common.upper(), f" {common}\u2003", common.title(), f"\x1c{common}\x85", common + "\u200b", source.mutate(common)),
            source.pick(numeric, numeric + source.choice(" .-a½"), source.word("0123456789")),
            source.text(), source.text() * source.randint(1, 50),
        ],
        [5, 2, 2, 2, 1],
    )[0]


def options(source, name):
    if name == "min":
        return {"min_length": source.pick(0, 1, 2, 8, 9, 13, 15, -1, 1000, 10**18)} if source.chance(0.6) else {}
    if name == "sim":
        names = [source.pick(*ATTRIBUTES, "password", "nickname", "") for _ in range(source.randrange(6))]
        similarity = source.pick(0.7, 0.6, 0.1, 0.0999999, 0, 1, 1.0, 0.5, 2, -1, 0.3333333333333333, source.random())
        return {
            **({"user_attributes": names} if source.chance(0.4) else {}),
            **({"max_similarity": similarity} if source.chance(0.5) else {}),
        }
    return {}


def validator(source):
    name = source.pick("min", "sim", "sim", "common", "num")
    chosen = options(source, name)
    return {"name": name, **({"options": chosen} if chosen or source.chance(0.2) else {})}


def validate(source):
    owner = user(source) if source.chance(0.8) else None
    return {
        "password": password(source, owner),
        "user": owner,
        "validators": [validator(source) for _ in range(source.randint(0, 4))],
    }


def similarity(source):
    a = source.text()
    return {"a": a, "b": source.pick(source.text(), resembling(source, a), "")}


DRAWS = {
    "validate_password": (50, validate, None),
    "similarity": (15, similarity, None),
}
