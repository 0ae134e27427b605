#!/usr/bin/env bash
# Pins every dependency group with hashes. The lock files name packages, versions and hashes, never an index.
set -eu
cd "$(dirname "$0")/.."
for group in order payment inventory gateway issuer dev; do
    uv pip compile pyproject.toml --group "$group" --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet "$@" \
        -o "requirements/$group.txt"
done
