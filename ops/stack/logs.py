"""The parts' logs: their last lines, and what is added."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from ops.stack import services
from ops.stack.errors import StackError
from ops.stack.home import Home

LOOK_EVERY = 0.2


def files_of(home: Home, part: str) -> dict[str, Path]:
    """The logs by part: of one part, or of all processes of a service. StackError when there is no such part."""
    names = services.PROCESSES.get(part, (part,))
    files = {name: home.log(name) for name in names if home.log(name).exists()}
    if not files:
        known = sorted(path.stem for path in home.logs.glob("*.log"))
        told = f"one of {', '.join(known)}" if known else "a part once the stack was up"
        raise StackError(f"There is no log of {part}; name {told}.")
    return files


def read(files: Mapping[str, Path], count: int, *, follow: bool) -> Iterator[tuple[str, str]]:
    """The last `count` lines of each log with its part, and when following each line that is added, without end."""
    offsets: dict[str, tuple[int, int]] = {}
    for name, file in files.items():
        inode, (lines, offset) = file.stat().st_ino, _whole_lines(file, 0)
        offsets[name] = inode, offset
        yield from ((name, line) for line in lines[max(0, len(lines) - count) :])
    while follow:
        time.sleep(LOOK_EVERY)
        for name, file in files.items():
            if not file.exists():
                continue
            inode, offset = offsets[name]
            now = file.stat()
            rotated = now.st_ino != inode or now.st_size < offset
            lines, end = _whole_lines(file, 0 if rotated else offset)
            offsets[name] = now.st_ino, end
            yield from ((name, line) for line in lines)


def _whole_lines(file: Path, offset: int) -> tuple[list[str], int]:
    """The lines that are complete, from the offset on, and where the next one begins."""
    with file.open("rb") as log:
        log.seek(offset)
        added = log.read()
    whole = added[: added.rfind(b"\n") + 1]
    # Not splitlines(): what a line holds could end it.
    return whole.decode(errors="replace").split("\n")[:-1], offset + len(whole)
