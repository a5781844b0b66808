"""Draws requests, lets Django answer them and stores both in `../vectors`.

    python generate_vectors.py

`ours.jsonl` is made of a fixed seed, so that running this again changes nothing unless a drawer or Django changed.
`reference.jsonl` is kept by hand and only checked here: its answers stand in the behaviour reference.
"""

import json
import sys
from pathlib import Path

import oracle
from draw import DRAWS, draw
from draw.source import Source
from equivalence import agree

SEED = 20_260_204
LEAST = 20
MOST = 60
LONGEST = 2000
VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def drawn(source, name, weight):
    """Yields distinct vectors of an operation, more of them the more there is to get wrong."""
    seen = set()
    while len(seen) < max(LEAST, min(MOST, weight)):
        request = {"op": name, "in": draw(source, name)}
        vector = {**request, **oracle.answer_request(request)}
        line = json.dumps(vector)
        if len(line) <= LONGEST and line not in seen:
            seen.add(line)
            yield line


def main():
    source = Source(SEED)
    lines = [line for name, (weight, *_) in sorted(DRAWS.items()) for line in drawn(source, name, weight)]
    (VECTORS / "ours.jsonl").write_text("".join(line + "\n" for line in lines))
    print(f"{len(lines)} vectors in ours.jsonl")
    wrong = 0
    for line in (VECTORS / "reference.jsonl").read_text().splitlines():
        vector = json.loads(line)
        expected = {key: vector[key] for key in ("out", "error") if key in vector}
        if not agree(vector, expected | {"id": 0}, oracle.answer_request(vector) | {"id": 0}):
            wrong += 1
            print("Django answers otherwise:", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
