"""The Chromium that the tests drive: the distribution's own, never a downloaded one."""

import os
import shutil

from ops.stack import packages
from ops.stack.errors import PrerequisiteMissing

# Nothing in the background, so that every request seen is a page's own; as root it refuses its sandbox.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure_chromium() -> str:
    """Its program, installed first where we may. PrerequisiteMissing tells the line to paste where we may not."""
    if found := find_chromium():
        return found
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise PrerequisiteMissing(
            "Chromium must be installed first: sudo apt-get install --no-install-recommends chromium"
        )
    packages.install(["chromium"])
    if found := find_chromium():
        return found
    raise PrerequisiteMissing("This distribution has no chromium package; install Chromium or Chrome.")
