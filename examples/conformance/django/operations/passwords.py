"""Stored passwords."""

from django.contrib.auth import hashers

from fields import BadInput, either, integer, mapping_of, optional, text

from .registry import operation

COSTS = {
    "pbkdf2_sha256": ["iterations"],
    "pbkdf2_sha1": ["iterations"],
    "argon2": ["t", "m", "p"],
    "scrypt": ["n", "r", "p"],
}
ATTRIBUTES = {
    "pbkdf2_sha256": ["iterations"],
    "pbkdf2_sha1": ["iterations"],
    "argon2": ["time_cost", "memory_cost", "parallelism"],
    "bcrypt_sha256": ["rounds"],
    "bcrypt": ["rounds"],
    "scrypt": ["work_factor", "block_size", "parallelism"],
}

# Both only spend time, and Django's own costs would make a comparison of thousands of values take hours.
hashers.make_password = lambda *arguments, **options: None
for hasher in hashers.get_hashers():
    type(hasher).harden_runtime = lambda self, password, encoded: None


def costed(name, **attributes):
    hasher = type(hashers.get_hasher(name))()
    for attribute, cost in attributes.items():
        setattr(hasher, attribute, cost)
    return hasher


@operation(
    hasher=text, password=text, salt=text, iterations=optional(integer), t=optional(integer), m=optional(integer),
    p=optional(integer), n=optional(integer), r=optional(integer),
)
def encode_password(hasher, password, salt, **costs):
    if any(cost not in costs for cost in COSTS.get(hasher, [])):
        raise BadInput
    if hasher in ("pbkdf2_sha256", "pbkdf2_sha1"):
        return hashers.get_hasher(hasher).encode(password, salt, costs["iterations"])
    if hasher == "scrypt":
        return hashers.get_hasher(hasher).encode(password, salt, costs["n"], costs["r"], costs["p"])
    if hasher == "argon2":
        argon2 = costed(hasher, time_cost=costs["t"], memory_cost=costs["m"], parallelism=costs["p"])
        return argon2.encode(password, salt)
    if hasher in ("bcrypt_sha256", "bcrypt"):
        return hashers.get_hasher(hasher).encode(password, salt.encode())
    return hashers.get_hasher(hasher).encode(password, salt)


@operation(
    password=either(text, None), encoded=text, preferred=text, preferred_params=optional(mapping_of(integer), None),
)
def verify_password(password, encoded, preferred, preferred_params):
    if preferred_params is not None:
        attributes = ATTRIBUTES.get(preferred, [])
        if any(attribute not in preferred_params for attribute in attributes):
            raise BadInput
        preferred = costed(preferred, **{attribute: preferred_params[attribute] for attribute in attributes})
    is_correct, must_update = hashers.verify_password(password, encoded, preferred=preferred)
    return {"is_correct": is_correct, "must_update": must_update}


@operation(encoded=either(text, None))
def is_password_usable(encoded):
    return hashers.is_password_usable(encoded)


@operation(encoded=text)
def safe_summary(encoded):
    summary = hashers.identify_hasher(encoded).safe_summary(encoded)
    return [[str(label), value if isinstance(value, int) else str(value)] for label, value in summary.items()]
