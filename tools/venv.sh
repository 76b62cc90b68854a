#!/bin/sh
# Set up .venv from one requirements file, and put the project itself there in editable form (for .venv/bin/swathe):
# only when that file, what it includes or pyproject.toml has changed.
# Usage: tools/venv.sh requirements.txt          Settings: PYTHON (default python3).
set -eu
requirements=$1
python=${PYTHON:-python3}
venv=.venv
stamp=$venv/.installed-$requirements

say() { printf '%s\n' "$*" >&2; }

# A virtual environment whose interpreter is gone (moved checkout, upgraded Python) is of no use.
if [ -e "$venv" ] && ! "$venv/bin/python" -c '' 2>/dev/null; then
    say "The virtual environment in $venv no longer works: making a new one."
    rm -rf "$venv"
fi

# What is installed is known by the content of these files, not by their dates: a fresh clone dates
# every file anew. cksum is in every POSIX system.
wanted=$(cat requirements.txt "$requirements" pyproject.toml | cksum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi

if [ ! -e "$venv" ]; then
    if ! command -v "$python" >/dev/null 2>&1; then
        say "Python is not installed ('$python' not found). Install Python 3.11 or newer, then run this again."
        exit 1
    fi
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        say "Swathe needs Python 3.11 or newer; '$python' is $("$python" -V 2>&1). Name another one: PYTHON=python3.12 make app"
        exit 1
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install python3-venv"
        exit 1
    fi
    say "Setting up the virtual environment in $venv (once; about two minutes) …"
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        say "The virtual environment could not be made; the reason stands above."
        exit 1
    fi
fi

install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }

# What the project is built with is installed too: to install the project again then needs no network.
backend=$("$venv/bin/python" -c 'if True:
    import tomllib
    with open("pyproject.toml", "rb") as file:
        print(*tomllib.load(file)["build-system"]["requires"])')

say "Installing the packages of $requirements …"
# shellcheck disable=SC2086  # one word for each package
if ! install -r "$requirements" $backend; then
    say "The packages could not be installed; the reason stands above. Is there a network connection?"
    exit 1
fi
if ! install --no-deps --no-build-isolation --editable .; then
    say "The project itself could not be installed into $venv; the reason stands above."
    exit 1
fi
printf '%s\n' "$wanted" >"$stamp"
