"""`python -m ops.frontend_checks`: the frontend's format, lint, types, generated types and unit tests.

A machine without Node is told so in one line, and all is well; where CI is set that is an error.
"""

import os
import subprocess
import sys

import typer

from ops.output import say, told_in_one_sentence
from ops.stack import frontend_build
from ops.stack.errors import PrerequisiteMissing
from ops.stack.home import Home
from ops.stack.programs import Node

CHECKS = (
    ("exec", "--no", "--", "prettier", "--check", "."),
    ("run", "lint"),
    ("run", "types"),
    ("run", "generate", "--", "--check"),
    ("run", "test"),
)


def node_for_checks() -> Node | None:
    """The Node to check with; None when it may be missing and is. PrerequisiteMissing when it must not be."""
    try:
        return frontend_build.require_node()
    except PrerequisiteMissing as missing:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            raise PrerequisiteMissing(f"The frontend cannot be checked: {missing}.") from missing
        say(f"The frontend was left out: {missing}.")
        return None


def check(node: Node) -> int:
    """Runs the checks up to the first that fails; the exit status."""
    environment = frontend_build.shell_environment(node) | {"NEXT_TELEMETRY_DISABLED": "1"}
    for arguments in CHECKS:
        ended = subprocess.run(
            [str(node.npm), *arguments], cwd=frontend_build.DIRECTORY, env=environment, check=False
        )
        if ended.returncode != 0:
            say(f"The frontend's check failed: npm {' '.join(arguments)}")
            return ended.returncode
    return 0


def main() -> None:
    with told_in_one_sentence():
        node = node_for_checks()
        if node is None:
            return
        frontend_build.install_packages(Home.at(), node, say)
    sys.exit(check(node))


if __name__ == "__main__":
    typer.run(main)
