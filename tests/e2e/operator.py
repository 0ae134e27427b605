"""The operator at their shell: `eventflow` as a process of its own, in the home of the tests' stack."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from ops.stack.home import CLONE
from ops.stack.lifecycle import Stack

PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    out: str
    remarks: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Operator:
    """Runs commands against one stack."""

    def __init__(self, stack: Stack) -> None:
        elsewhere = {"EVENTFLOW_TOKEN", "OIDC_ISSUER"}
        shell = {
            name: value
            for name, value in os.environ.items()
            if not name.endswith("_PORT") and name not in elsewhere
        }
        self._environment = {**shell, "EVENTFLOW_HOME": str(stack.home.path), "PYTHONUNBUFFERED": "1"}

    async def runs(self, *arguments: str) -> Answer:
        """What the command says once it has ended."""
        process = await self._start(*arguments)
        async with asyncio.timeout(PATIENCE):
            out, remarks = await process.communicate()
        return Answer(process.returncode or 0, out.decode(), remarks.decode())

    @asynccontextmanager
    async def running(self, *arguments: str) -> AsyncGenerator[Process]:
        """The command while it runs; killed in the end if it still does."""
        process = await self._start(*arguments)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def _start(self, *arguments: str) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ops",
            *arguments,
            cwd=CLONE,
            env=self._environment,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            limit=2**22,
            # A shell that starts us in the background ignores Ctrl+C on our behalf.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
