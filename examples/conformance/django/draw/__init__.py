"""Requests of every kind: what is drawn, how often, and what the protocol rules out.

A module per family of operations offers `DRAWS`: for each operation a weight, a function that draws `in`, and,
where conformance rules something out, a function that says whether a value of `in` may be asked.
"""

from . import csrf, names, passwords, redirects, sessions, signing, tokens, validation

DRAWS = {
    **passwords.DRAWS,
    **tokens.DRAWS,
    **signing.DRAWS,
    **sessions.DRAWS,
    **csrf.DRAWS,
    **validation.DRAWS,
    **redirects.DRAWS,
    **names.DRAWS,
}


def may_be_asked(name, fields):
    keys = [fields.get("secret_key"), fields.get("key"), *fields.get("secret_key_fallbacks", [])]
    asked = DRAWS[name][2]
    return "" not in keys and (asked is None or asked(fields))


def draw(source, name):
    """Draws `in` for an operation until the protocol lets it be asked."""
    while True:
        fields = DRAWS[name][1](source)
        if may_be_asked(name, fields):
            return fields


def draw_any(source):
    """Draws an operation by weight, and its `in`."""
    (name,) = source.choices(list(DRAWS), [weight for weight, *_ in DRAWS.values()])
    return name, draw(source, name)
