"""The types of the protocol's notation: text, int, num, bool, json, object, lists, `|null` and optional keys."""

REQUIRED = object()
ABSENT = object()


class BadInput(Exception):
    """A key is missing or holds another type than the protocol says."""


def text(value):
    return _expect(isinstance(value, str), value)


def integer(value):
    return _expect(type(value) is int, value)


def number(value):
    return _expect(type(value) in (int, float), value)


def boolean(value):
    return _expect(type(value) is bool, value)


def anything(value):
    return value


def mapping(value):
    return _expect(isinstance(value, dict), value)


def one_of(*choices):
    return lambda value: _expect(isinstance(value, str) and value in choices, value)


def either(*types):
    """Accepts a value of any of the types; `None` among them stands for null."""

    def check(value):
        for kind in types:
            if kind is None:
                if value is None:
                    return None
                continue
            try:
                return kind(value)
            except BadInput:
                continue
        raise BadInput

    return check


def listing(kind):
    return lambda value: [kind(item) for item in _expect(isinstance(value, list), value)]


def mapping_of(kind):
    return lambda value: {key: kind(item) for key, item in mapping(value).items()}


def record(**keys):
    """Accepts an object and reads the named keys; a pair `(type, default)` is a key that may be left out.

    An optional key without a default is left out of the result as well.
    """

    def check(value):
        mapping(value)
        read = {}
        for key, kind in keys.items():
            kind, default = kind if isinstance(kind, tuple) else (kind, REQUIRED)
            if key in value:
                read[key] = kind(value[key])
            elif default is REQUIRED:
                raise BadInput
            elif default is not ABSENT:
                read[key] = default
        return read

    return check


def optional(kind, default=ABSENT):
    return (kind, default)


def _expect(holds, value):
    if not holds:
        raise BadInput
    return value
