"""Makes a failing request small enough to read."""

ATTEMPTS = 3000


def shrink(value, fails):
    """Returns a small value for which `fails` still holds; each step is the first smaller one found."""
    attempts = 0
    while attempts < ATTEMPTS:
        for candidate in smaller(value):
            attempts += 1
            if attempts > ATTEMPTS or fails_quietly(fails, candidate):
                break
        else:
            return value
        if attempts <= ATTEMPTS:
            value = candidate
    return value


def fails_quietly(fails, candidate):
    try:
        return fails(candidate)
    except Exception:
        return False  # the candidate is no request any more


def smaller(value):
    """Yields values that are simpler than this one, the boldest first."""
    if isinstance(value, dict):
        for key in value:
            yield {other: item for other, item in value.items() if other != key}
        for key, item in value.items():
            for candidate in smaller(item):
                yield {**value, key: candidate}
    elif isinstance(value, list):
        yield from cuts(value)
        for at, item in enumerate(value):
            for candidate in smaller(item):
                yield [*value[:at], candidate, *value[at + 1:]]
    elif isinstance(value, str):
        yield from cuts(value)
        for at, character in enumerate(value):
            if character not in "a/:$":
                yield value[:at] + "a" + value[at + 1:]
    elif isinstance(value, bool):
        if value:
            yield False
    elif isinstance(value, int):
        for candidate in (0, 1, value // 2, value // 10, value - 1):
            if abs(candidate) < abs(value):
                yield candidate
    elif isinstance(value, float):
        for candidate in (0.0, 1.0, float(int(value))):
            if abs(candidate) < abs(value):
                yield candidate


def cuts(sequence):
    """Yields the sequence without a part of it: everything, halves, quarters, and so on down to one item."""
    size = len(sequence)
    while size:
        for start in range(0, len(sequence), size):
            yield sequence[:start] + sequence[start + size:]
        size //= 2
