"""Which account runs PostgreSQL, and where its data may live."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ops.stack.errors import PrerequisiteMissing
from ops.stack.home import Home, write_whole

SYSTEM_DATA = Path("/var/lib/eventflow")


@dataclass(frozen=True, slots=True)
class Account:
    """The account that PostgreSQL runs as; `name` is None when it is our own (we are not root)."""

    name: str | None = None
    user: int | None = None
    group: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        """None of ours when another account takes over."""
        return None if self.name is None else []

    def can_enter(self, directory: Path) -> bool:
        """Whether the account may reach what lies in the directory."""
        if self.name is None:
            return True
        entered = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(directory)],
            user=self.user,
            group=self.group,
            extra_groups=self.extra_groups,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
        )
        return entered.returncode == 0

    def own(self, path: Path) -> None:
        """Gives the path to the account."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


OUR_OWN = Account()


def postgres_account() -> Account:
    """Our own account, or the package's `postgres` when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return OUR_OWN
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise PrerequisiteMissing(
            "PostgreSQL refuses to run as root and there is no account for it; "
            "create one: useradd --system --no-create-home postgres"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def system_data(home: Home) -> Path:
    """Where the databases live when PostgreSQL's account cannot reach the home."""
    return SYSTEM_DATA / home.key


def databases_directory(home: Home, account: Account) -> Path:
    """Where the databases are, or will be: below the home if the account can reach it, else below `/var/lib`."""
    inside = home.path / "postgres"
    return inside if inside.exists() or account.can_enter(home.path) else system_data(home)


def make_databases_directory(home: Home, account: Account) -> Path:
    """The directory of the databases, made if it is missing.

    What an earlier home at the same path left below `/var/lib` is dropped: its passwords went with it, so nobody
    can open it.
    """
    directory = databases_directory(home, account)
    outside = directory == system_data(home)
    owner = directory / "owner"
    if outside and directory.exists() and (not owner.exists() or owner.read_text() != home.identity()):
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o755)
    if outside:
        SYSTEM_DATA.chmod(0o755)
        write_whole(owner, home.identity())
    return directory


def drop_data(home: Home) -> None:
    """Removes what `up` made, except the ports and the lock. The home may be a directory with other things in it."""
    for name in ("postgres", "rabbitmq", "redis", "supervisor", "logs", "run", "frontend", "frontend.making"):
        if (home.path / name).exists():
            shutil.rmtree(home.path / name)
    for file in (home.path / "stamps.json", home.passwords_file):
        file.unlink(missing_ok=True)
    _drop_system_data(home)


def remove(home: Home) -> None:
    """Removes all files of a home on which nothing runs any more."""
    if home.path.exists():
        shutil.rmtree(home.path)
    _drop_system_data(home)


def _drop_system_data(home: Home) -> None:
    if system_data(home).exists():
        shutil.rmtree(system_data(home))
        if not any(SYSTEM_DATA.iterdir()):
            SYSTEM_DATA.rmdir()
