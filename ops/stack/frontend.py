"""The frontend as a part: Next's standalone server, started once the back end is ready and the build is made."""

import os
from functools import partial
from pathlib import Path

import httpx

from ops.stack import frontend_build
from ops.stack.errors import PrerequisiteMissing
from ops.stack.fingerprints import Stamps
from ops.stack.parts import Part
from ops.stack.programs import Node
from ops.stack.rollout import stamp_of, waiting_in_vain
from ops.stack.site import FRONTEND, HOST, ISSUER, OPTIONAL, SOCKET, Site
from ops.stack.supervisor import Supervisor
from ops.stack.waiting import Say, wait_until_ready


def node_if_any(say: Say) -> Node | None:
    """The Node to run it with; without one the reason is said."""
    try:
        return frontend_build.require_node()
    except PrerequisiteMissing as missing:
        say(f"the frontend is left out: {missing}")
        return None


def part(site: Site, node: Node) -> Part:
    directory = frontend_build.copied_to(site.home)
    return Part(
        name=FRONTEND,
        command=(str(node.program), str(directory / "server.js")),
        directory=directory,
        environment=environment(site, node),
        log=site.home.log(FRONTEND),
        probe=partial(probe, site),
        stop_seconds=10,
        content=frontend_build.fingerprint(node),
    )


def environment(site: Site, node: Node) -> dict[str, str]:
    """All that the server gets to see."""
    ours = {
        "PATH": node.path,
        "HOME": str(Path.home()),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "NODE_ENV": "production",
        "NEXT_TELEMETRY_DISABLED": "1",
        "HOSTNAME": HOST,
        "PORT": str(site.ports[FRONTEND]),
        "PUBLIC_URL": site.service_url(FRONTEND),
        "ORDER_URL": site.service_url("order"),
        "PAYMENT_URL": site.service_url("payment"),
        "INVENTORY_URL": site.service_url("inventory"),
        "SOCKET_URL": site.service_url(SOCKET),
        "REDIS_URL": site.sessions_url,
        "OIDC_ISSUER": site.service_url(ISSUER),
        "SIGN_IN": "personas",
        "EVENTFLOW_ENVIRONMENT": "development",
    }
    return ours | {name: os.environ[name] for name in OPTIONAL[FRONTEND] if os.environ.get(name)}


def roll_out(site: Site, overseer: Supervisor, part: Part, node: Node, say: Say) -> None:
    """Builds when the sources have changed, and starts what does not run or is not the newest.

    The one before serves until its successor is built.
    """
    stamps = Stamps(site.home)
    built = frontend_build.is_current(site.home, part.content)
    if not built or not _runs(overseer) or not stamps.matches(stamp_of(FRONTEND), part.fingerprint):
        made = None if built else frontend_build.prepare(site.home, node, part.content, say)
        overseer.stop_parts([FRONTEND])
        if made:
            frontend_build.put_in_place(site.home, made)
        say(f"starting {FRONTEND}")
        stamps.write(stamp_of(FRONTEND), part.fingerprint)
        overseer.start_part(FRONTEND)
    wait_until_ready(part, say, gone=waiting_in_vain(site, part))


def probe(site: Site) -> str | None:
    """Asks `/api/health`; when it is not ready, why."""
    try:
        answer = httpx.get(f"{site.service_url(FRONTEND)}/api/health", timeout=5, trust_env=False)
    except httpx.HTTPError as refusal:
        return str(refusal) or type(refusal).__name__
    return (
        None if answer.status_code == 200 else f"{answer.status_code} {' '.join(answer.text.split())[:200]}"
    )


def _runs(overseer: Supervisor) -> bool:
    return overseer.states()[FRONTEND].pid is not None
