#!/bin/sh
# Makes the virtual environment of the oracle, if it is not there yet, and prints the path of its Python.
#
#     venv.sh DIRECTORY
set -eu

venv="$1"
if [ ! -e "$venv/complete" ]; then
    python3 -m venv --clear "$venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'Django==5.2.*' argon2-cffi bcrypt >&2
    touch "$venv/complete"
fi
echo "$venv/bin/python"
