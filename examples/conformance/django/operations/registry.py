"""The operations by name."""

from fields import listing, optional, record, text

BY_NAME = {}
KEYS = {}

FALLBACKS = optional(listing(text), [])


def operation(named=None, /, **keys):
    """Registers a function, under its own name if no other is given; `keys` are the types of what stands in `in`."""

    def register(function):
        name, read = named or function.__name__, record(**keys)
        BY_NAME[name] = lambda fields: function(**read(fields))
        KEYS[name] = keys
        return function

    return register
