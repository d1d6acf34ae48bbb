#!/bin/sh
# Makes the two Python environments, or leaves them alone where their pins have not changed.
#   .venv-rasa  Python 3.10, Rasa, from bot/requirements.txt
#   .venv       Python 3.11 or later, everything else, from requirements.lock
set -eu
cd "$(dirname "$0")/.."

# The first Python of the given versions that runs: on PATH, in pyenv, with uv. A pyenv shim may exist and fail, so each one is run.
find_python() {
    for version in "$@"; do
        for candidate in "python$version" "$(pyenv prefix "$(pyenv latest "$version" 2>/dev/null)" 2>/dev/null)/bin/python" \
            "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$version".*/bin/python "$(uv python find --no-project "$version" 2>/dev/null)"; do
            if works "$candidate" "$version"; then
                command -v "$candidate"
                return
            fi
        done
    done
    return 1
}

works() {
    [ -n "$1" ] && "$1" -c "import ensurepip, ssl, sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$2')" >/dev/null 2>&1
}

need_python() {
    purpose=$1
    shift
    if find_python "$@"; then
        return
    fi
    if command -v uv >/dev/null 2>&1 && uv python install "$1" >&2 && uv python find --no-project "$1"; then
        return
    fi
    echo "Sveiki needs Python $1 for $purpose, and found none." >&2
    echo "Install it in any usual way, then run this again:" >&2
    echo "  pyenv install $1      or      uv python install $1      or      your system's package python$1 with python$1-venv" >&2
    exit 1
}

# environment FOLDER PYTHON REQUIREMENTS [further arguments of pip]
environment() {
    folder=$1 python=$2 requirements=$3
    wanted=$({ cat "$requirements"; "$python" --version; } | cksum)
    if [ -f "$folder/installed" ] && [ "$(cat "$folder/installed")" = "$wanted" ] && "$folder/bin/python" -c '' 2>/dev/null; then
        return
    fi
    echo "$folder: installing from $requirements (some minutes the first time)"
    rm -rf "$folder"
    "$python" -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade "pip<27" "wheel<1" "setuptools<70"
    total=$(grep -c == "$requirements")
    { "$folder/bin/python" -m pip install --disable-pip-version-check --progress-bar off -r "$requirements" || touch "$folder/failed"; } |
        awk -v total="$total" '
            /^Collecting/ { if (++n % 20 == 0) { printf "  %d of %d packages\n", n, total; fflush() } }
            /^Installing/ { print "  installing them"; fflush() }'
    [ ! -f "$folder/failed" ] || exit 1
    if [ "$folder" = .venv ]; then
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
    fi
    echo "$wanted" >"$folder/installed"
}

for_rasa=$(need_python "Rasa" 3.10)
# 3.11 first: it is the version that the pins were made with.
for_sveiki=$(need_python "the sveiki process" 3.11 3.12 3.13)
environment .venv-rasa "$for_rasa" bot/requirements.txt
environment .venv "$for_sveiki" requirements.lock
