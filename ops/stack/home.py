"""The home directory: everything of one stack lives below it, so two homes never meet."""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.stack.errors import StackError

CLONE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Home:
    """One stack's directory (`EVENTFLOW_HOME`, by default `.local` in the clone) and the paths below it."""

    path: Path

    @classmethod
    def at(cls, path: str | Path | None = None) -> "Home":
        """The home at `path`, else at `EVENTFLOW_HOME`, else `.local` in the clone. Creates nothing."""
        return cls(Path(path or os.environ.get("EVENTFLOW_HOME") or CLONE / ".local").resolve())

    @property
    def key(self) -> str:
        """Twelve hex digits that follow from the path: names what lives outside the home."""
        return hashlib.sha256(str(self.path).encode()).hexdigest()[:12]

    @property
    def ports_file(self) -> Path:
        return self.path / "ports.json"

    @property
    def passwords_file(self) -> Path:
        return self.path / "secrets"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """Process records and stamps; worthless once the stack is down."""
        return self.path / "run"

    def log(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    def create(self) -> None:
        """Makes the directories that every command relies on. StackError where nothing can be made."""
        try:
            for directory in (self.path, self.logs, self.run):
                directory.mkdir(parents=True, exist_ok=True)
        except OSError as refusal:
            raise StackError(f"{refusal.filename} cannot be made: {refusal.strerror}.") from refusal

    def identity(self) -> str:
        """Eight hex digits drawn once per home. They stay the same when the clone is moved."""
        stamp = self.path / "identity"
        if not stamp.exists():
            write_whole(stamp, secrets.token_hex(4))
        return stamp.read_text().strip()

    @contextmanager
    def locked(self) -> Generator[None, None, None]:
        """Held while the stack is being changed; the kernel drops it when the holder dies.

        StackError when another command holds it.
        """
        self.create()
        with (self.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip() or "unknown"
                raise StackError(
                    f"Another eventflow command (pid {holder}) is changing this stack; wait until it has ended."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Writes the file whole or not at all, with exactly this mode, and survives a crash half-way."""
    making = path.with_name(f".{path.name}.{os.getpid()}")
    making.unlink(missing_ok=True)
    with open(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    making.replace(path)
