"""A part: one process of the stack, described so that any runner can start it."""

import hashlib
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.stack.accounts import OUR_OWN, Account

# None when the part serves, else why it does not yet, in a few words.
Probe = Callable[[], str | None]


@dataclass(frozen=True, slots=True)
class Part:
    """How to start, stop and probe one process. It stays in the foreground; its output is its log."""

    name: str
    command: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str]
    log: Path
    probe: Probe
    account: Account = OUR_OWN
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: int = 30
    content: str = ""

    @property
    def fingerprint(self) -> str:
        """Changes when the part has to be restarted: command, settings, or the `content` that it has read."""
        digest = hashlib.sha256()
        for piece in (
            *self.command,
            *(f"{name}={value}" for name, value in sorted(self.environment.items())),
            str(self.directory),
            str(self.account.name),
            self.content,
        ):
            digest.update(piece.encode() + b"\0")
        return digest.hexdigest()

    def last_lines(self) -> list[str]:
        """The last 20 of its log, oldest first; none when it has written nothing."""
        try:
            with self.log.open("rb") as log:
                log.seek(0, 2)
                log.seek(max(0, log.tell() - 65536))
                return log.read().decode(errors="replace").splitlines()[-20:]
        except FileNotFoundError:
            return []
