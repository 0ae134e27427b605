"""The frontend's packages and its build: made once for each state of the sources, whole or not at all.

The build knows no address, so all homes share it; each runs a copy of its own, in which Next keeps rendered pages.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ops.stack.errors import PartFailed, PrerequisiteMissing
from ops.stack.home import CLONE, Home, write_whole
from ops.stack.programs import Node, find_node
from ops.stack.waiting import Say

DIRECTORY = CLONE / "frontend"
# Made from the sources, or by the tools that read them.
NOT_SOURCES = ("node_modules", ".next", "next-env.d.ts", "tsconfig.tsbuildinfo")
STAMP = "built-from"


def require_node() -> Node:
    """The Node that builds and runs the frontend. PrerequisiteMissing when this machine or clone cannot have one."""
    if not (DIRECTORY / "package-lock.json").exists():
        raise PrerequisiteMissing("this clone has none")
    return find_node()


def sources_of(directory: Path) -> Iterator[Path]:
    """Every file that the build may read, in order."""
    for path in sorted(directory.iterdir()):
        if path.name in NOT_SOURCES:
            continue
        if path.is_dir():
            yield from sources_of(path)
        else:
            yield path


def fingerprint(node: Node, directory: Path = DIRECTORY) -> str:
    """Changes with the name or content of any source, and with the version of Node."""
    digest = hashlib.sha256(repr(node.version).encode())
    for path in sources_of(directory):
        digest.update(f"{path.relative_to(directory)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def copied_to(home: Home) -> Path:
    """What the home runs."""
    return home.path / "frontend"


def is_current(home: Home, wanted: str) -> bool:
    """Whether the home's copy was built from the sources of this fingerprint."""
    return _stamp_in(copied_to(home)) == wanted


def prepare(home: Home, node: Node, wanted: str, say: Say) -> Path:
    """Builds what is not built yet, and returns a copy to put in place of the home's.

    PartFailed with the end of its output when npm fails; what the home has stays as it is.
    """
    output = DIRECTORY / ".next"
    with _one_build_at_a_time(say):
        if _stamp_in(output) != wanted:
            _install(node, say, home.log("frontend-build"))
            say("building the frontend (a minute or two)")
            # What a failed build leaves behind spoils the next one. `dev` belongs to the development server.
            for path in output.glob("*"):
                if path.name != "dev":
                    _remove(path)
            _run(node, ["run", "build"], _build_environment(node), home.log("frontend-build"))
            write_whole(output / STAMP, wanted)
        making = home.path / "frontend.making"
        _remove(making)
        shutil.copytree(output / "standalone", making, symlinks=True)
        write_whole(making / STAMP, wanted)
        return making


def put_in_place(home: Home, making: Path) -> None:
    """The home's copy from now on. Nothing may run from the one before."""
    _remove(copied_to(home))
    making.rename(copied_to(home))


def install_packages(home: Home, node: Node, say: Say) -> None:
    """Runs `npm ci` unless the packages are those of package-lock.json. PartFailed when that fails."""
    home.create()
    with _one_build_at_a_time(say):
        _install(node, say, home.log("frontend-build"))


def _install(node: Node, say: Say, log: Path) -> None:
    wanted = (DIRECTORY / "package-lock.json").read_text()
    installed = DIRECTORY / "node_modules" / ".installed"
    if installed.exists() and installed.read_text() == wanted:
        return
    say("installing the frontend's packages (npm ci)")
    _run(node, ["ci"], shell_environment(node), log)
    write_whole(installed, wanted)


def shell_environment(node: Node) -> dict[str, str]:
    """The operator's own, which tells npm of registries, proxies and certificates, with this Node first on PATH.

    NODE_ENV is left out: in production npm installs no tools.
    """
    shell = {name: value for name, value in os.environ.items() if name != "NODE_ENV"}
    return shell | {"PATH": f"{node.program.parent}:{os.environ.get('PATH', os.defpath)}"}


def _build_environment(node: Node) -> dict[str, str]:
    """The same from every shell: what is read while building is in the build for good."""
    return {
        "PATH": node.path,
        "HOME": str(Path.home()),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "NEXT_TELEMETRY_DISABLED": "1",
    }


def _run(node: Node, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
    with log.open("wb") as output:
        ended = subprocess.run(
            [str(node.npm), *arguments],
            cwd=DIRECTORY,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        raise PartFailed(
            f"The frontend was not built: npm {' '.join(arguments)} ended with status {ended.returncode}; correct "
            f"what it says ({log}) and run the command again.",
            log.read_text(errors="replace").splitlines()[-20:],
        )


@contextmanager
def _one_build_at_a_time(say: Say) -> Generator[None, None, None]:
    """A lock on the clone, which the kernel drops when its holder dies."""
    directory = os.open(DIRECTORY, os.O_RDONLY)
    try:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another build of the frontend")
            fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


def _stamp_in(directory: Path) -> str | None:
    stamp = directory / STAMP
    return stamp.read_text() if stamp.exists() else None


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
