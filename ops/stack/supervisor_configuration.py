"""What supervisord reads: where it listens and writes, and one program per part."""

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.stack.parts import Part
from ops.stack.site import HOST, Site

# A part that ends sooner than this is started again after 1 s, 2 s, 3 s, ...; later ones at once.
SETTLED_AFTER = 10
# Files and sockets that each part may open, where the machine lets it.
DESCRIPTORS = 8192


def configuration_file(home: Home) -> Path:
    return home.path / "supervisor" / "supervisord.conf"


def journal(home: Home) -> Path:
    return home.log("supervisor")


def started_on_purpose(home: Home, name: str) -> Path:
    """A file that is as old as the part's last start that was not the supervisor's own idea."""
    return home.run / f"{name}.started"


def configuration(site: Site, parts: Iterable[Part], descriptors: int) -> str:
    """supervisord's configuration; it holds passwords. A part may open so many `descriptors`, if not more."""
    head = f"""\
[supervisord]
logfile={_escaped(str(journal(site.home)))}
logfile_maxbytes=0
pidfile={_escaped(str(site.home.run / "supervisord.pid"))}
minfds={descriptors}
{"user=root" if os.geteuid() == 0 else ""}

[inet_http_server]
port={HOST}:{site.ports["supervisor"]}
username=eventflow
password={site.passwords["supervisor"]}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
    return head + "".join(_program(part) for part in parts)


def _program(part: Part) -> str:
    environment = ",".join(f'{name}="{_escaped(value)}"' for name, value in sorted(part.environment.items()))
    return f"""
[program:{part.name}]
command={_escaped(shlex.join(part.command))}
directory={_escaped(str(part.directory))}
environment={environment}
{f"user={part.account.name}" if part.account.name else ""}
autostart=false
autorestart=true
startsecs={SETTLED_AFTER}
startretries=1000000
stopsignal={part.stop_signal.name.removeprefix("SIG")}
stopwaitsecs={part.stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={_escaped(str(part.log))}
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=1
"""


def _escaped(text: str) -> str:
    """The text as supervisord reads it back; StackError for what its format cannot hold."""
    if any(piece in text for piece in ('"', "\n", " ;", " #")):
        raise StackError(f"The supervisor's configuration cannot hold {text!r}; rename that and try again.")
    return text.replace("%", "%%")
