"""The command line as an operator runs it, on a stack of the tests'."""

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

from ops.stack.home import CLONE
from ops.stack.lifecycle import Stack


async def eventflow(stack: Stack, *arguments: str) -> tuple[int, Any]:
    """Exit status and document of a command that was asked for `--json`."""
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "ops", *arguments],
        cwd=CLONE,
        env={**os.environ, "EVENTFLOW_HOME": str(stack.home.path)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ended.stdout, ended.stderr
    return ended.returncode, json.loads(ended.stdout)
