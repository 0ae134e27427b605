"""EventFlow's services as parts, and how their databases are migrated."""

import subprocess
import sys
from collections.abc import Mapping
from functools import partial

import httpx

from ops.stack import fingerprints
from ops.stack.added import ADDED
from ops.stack.errors import PartFailed
from ops.stack.home import CLONE, Home
from ops.stack.parts import Part, Probe
from ops.stack.site import GATEWAY, ISSUER, SERVED, Site, package_of

# The order API is the first to fill a core, so it runs twice, on one port (SO_REUSEPORT).
PROCESSES = {
    ISSUER: (ISSUER,),
    "order": ("order-1", "order-2"),
    "payment": ("payment",),
    "inventory": ("inventory",),
    **{name: (name,) for name in ADDED},
    GATEWAY: (GATEWAY,),
}


def parts(site: Site, services: tuple[str, ...] = SERVED) -> dict[str, Part]:
    """The processes of the services, by name."""
    return {name: part(site, service, name) for service in services for name in PROCESSES[service]}


def part(site: Site, service: str, name: str) -> Part:
    return Part(
        name=name,
        command=(sys.executable, "-m", f"{package_of(service)}.main", "serve"),
        directory=site.home.run,
        environment=site.environment(service) | _where_metrics_are_shown(site, service, name),
        log=site.home.log(name),
        probe=partial(probe, site.service_url(service), degraded_will_do=False),
        content=fingerprints.of_package(package_of(service)),
    )


def _where_metrics_are_shown(site: Site, service: str, name: str) -> dict[str, str]:
    """Nowhere, of a process that a stack does not usually have."""
    port = site.ports.get(f"{name}_metrics")
    return {f"{service.upper()}_METRICS_PORT": str(port)} if port else {}


def probes(site: Site) -> dict[str, Probe]:
    """How to ask each process whether its service is ready, by name."""
    found: dict[str, Probe] = {}
    for service, names in PROCESSES.items():
        found |= dict.fromkeys(names, partial(probe, site.service_url(service), degraded_will_do=True))
    return found


def probe(url: str, *, degraded_will_do: bool) -> str | None:
    """Asks `/health/ready`; when it is not, why. A service is degraded while it misses the broker alone."""
    try:
        answer = httpx.get(f"{url}/health/ready", timeout=5, trust_env=False)
    except httpx.HTTPError as refusal:
        return str(refusal) or type(refusal).__name__
    told = " ".join(answer.text.split())[:200]
    if answer.status_code != 200:
        return f"{answer.status_code} {told}"
    return None if degraded_will_do or answer.json()["status"] == "ready" else told


def migrate(home: Home, service: str, environment: Mapping[str, str]) -> None:
    """Brings the service's databases up to date as their owner, whose URLs the environment holds.

    PartFailed with the end of its output when that fails.
    """
    home.create()
    log = home.log(f"{service}-migrate")
    with log.open("ab") as output:
        ended = subprocess.run(
            [sys.executable, "-m", f"{service}_service.main", "migrate"],
            cwd=CLONE,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        raise PartFailed(
            f"The migration of {service} failed with status {ended.returncode}; look with ./eventflow status whether "
            "its database runs, correct what its log says and run the command again.",
            log.read_text(errors="replace").splitlines()[-20:],
        )
