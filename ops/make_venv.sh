#!/bin/sh
# Makes .venv from the hash-pinned requirements. The stamp is written last, so a half-made .venv is made anew.
set -eu
cd "$(dirname "$0")/.."
wanted=requirements/dev.txt
stamp=.venv/.installed

if cmp -s "$wanted" "$stamp" && .venv/bin/python -c '' 2>/dev/null; then
    touch "$stamp"
    exit 0
fi

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

makes_venvs() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# The newest that fits and can make a virtual environment; else the newest that fits.
choose() {
    python=
    for candidate in python3.13 python3.12 python3.11 python3; do
        if fits "$candidate"; then
            [ -n "$python" ] || python=$candidate
            if makes_venvs "$candidate"; then
                python=$candidate
                return 0
            fi
        fi
    done
    return 1
}

if ! choose; then
    # Debian and Ubuntu keep ensurepip in a package of its own.
    case $python in
        '' | python3) packages="python3 python3-venv" ;;
        *) packages="$python-venv" ;;
    esac
    if ! command -v apt-get >/dev/null; then
        echo "Python 3.11, 3.12 or 3.13 with its venv module must be on PATH; install it and run make again." >&2
        exit 2
    elif [ "$(id -u)" != 0 ]; then
        echo "Python's venv module must be installed first: sudo apt-get install $packages" >&2
        exit 2
    fi
    echo "installing $packages" >&2
    apt-get --quiet update >/dev/null
    # shellcheck disable=SC2086  # two words are two packages
    DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends install $packages >/dev/null
    if ! choose; then
        echo "This distribution has no Python 3.11, 3.12 or 3.13; install one with its venv module and run make again." >&2
        exit 2
    fi
fi

echo "making .venv with $("$python" --version) (once; about a minute)" >&2
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r "$wanted"
cp "$wanted" "$stamp"
