"""Compares the program with Django on random requests and shrinks the first disagreement of each operation.

    python compare.py PROGRAM [--comparisons N] [--seed N] [--only OPERATION]

The same seed draws the same requests. Ends with status 1 if the two disagree anywhere.
"""

import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile
import threading
import time

import oracle
from draw import DRAWS, draw, draw_any, lines, may_be_asked
from draw.source import Source
from equivalence import agree
from shrink import shrink

BATCH = 400
PATIENCE = 300


class Program:
    """The program under test: lines in, answers out, nothing else."""

    def __init__(self, path):
        self.complaints = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints
        )

    def ask(self, batch):
        """Sends all lines and returns an answer for each, as text; a missing one is empty."""
        writer = threading.Thread(target=self._write, args=(b"".join(line + b"\n" for line in batch),))
        watchdog = threading.Timer(PATIENCE, self.process.kill)
        writer.start()
        watchdog.start()
        answers = [self.process.stdout.readline().decode("utf-8", "replace") for _ in batch]
        watchdog.cancel()
        writer.join()
        return answers

    def _write(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the missing answers tell

    def end(self):
        """Closes the input and returns what is wrong with how the program ends."""
        self.process.stdin.close()
        rest, status = self.process.stdout.read(), self.process.wait()
        self.complaints.seek(0)
        complaints = self.complaints.read().decode("utf-8", "replace")
        problems = {
            f"text after the last answer: {rest!r}": rest,
            f"status {status} at the end": status,
            f"on the error output: {complaints[:4000]}": complaints,
        }
        return [problem for problem, is_there in problems.items() if is_there]


def read_answer(text):
    try:
        return json.loads(text)
    except ValueError:
        return {"unreadable": text}


def draw_line(source, only):
    """Returns a label to count under, and a line."""
    kind = source.random()
    if only or kind < 0.94:
        name, fields = (only, draw(source, only)) if only else draw_any(source)
        return name, lines.line(source, name, fields)
    if kind < 0.97:
        return "(wrong requests)", lines.line(source, *lines.wrong_request(source))
    return "(broken lines)", lines.broken_line(source)


def compare(line, text):
    """Returns Django's answer and the program's, and whether they agree."""
    expected, found = oracle.answer(line), read_answer(text)
    request = json.loads(line) if "out" in expected else None
    return expected, found, agree(request, expected, found)


def report(program, line, expected, found):
    print("\nDISAGREEMENT")
    if expected.get("error") not in ("bad_input", "unknown_op"):
        request = json.loads(line)
        name = request["op"]

        def line_of(fields):
            return json.dumps({"id": 0, "op": name, "in": fields}).encode()

        def disagrees(fields):
            if not may_be_asked(name, fields):
                return False
            answer, _, is_same = compare(line_of(fields), program.ask([line_of(fields)])[0])
            # Another error than the one that was found would be another story.
            return not is_same and answer.get("error") == expected.get("error")

        if disagrees(request["in"]):
            line = line_of(shrink(request["in"], disagrees))
            expected, found, _ = compare(line, program.ask([line])[0])
    print("  request", line.decode("utf-8", "backslashreplace")[:4000])
    print("  Django ", json.dumps(expected)[:4000])
    print("  program", json.dumps(found)[:4000], flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program")
    arguments.add_argument("--comparisons", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    arguments.add_argument("--only", choices=sorted(DRAWS))
    arguments.add_argument("--shown", type=int, default=1, help="disagreements to show for each operation")
    options = arguments.parse_args()
    print(f"seed {options.seed}, {options.comparisons} comparisons", flush=True)

    source, program, began = Source(options.seed), Program(options.program), time.monotonic()
    counts, failures = collections.Counter(), collections.Counter()
    while counts.total() < options.comparisons:
        batch = [draw_line(source, options.only) for _ in range(min(BATCH, options.comparisons - counts.total()))]
        answers = program.ask([line for _, line in batch])
        for (label, line), text in zip(batch, answers):
            expected, found, is_same = compare(line, text)
            counts[label] += 1
            if not is_same:
                failures[label] += 1
                if failures[label] <= options.shown:
                    report(program, line, expected, found)
                if program.process.poll() is not None:
                    sys.exit(f"the program ended with status {program.process.returncode}")
    for label, count in sorted(counts.items()):
        print(f"{label:36}{count:8}" + (f"{failures[label]:8} disagree" if failures[label] else ""))
    print(f"{'all':36}{counts.total():8} in {time.monotonic() - began:.0f} s")
    problems = program.end()
    print("\n".join(problems))
    sys.exit(1 if failures or problems else 0)


if __name__ == "__main__":
    main()
