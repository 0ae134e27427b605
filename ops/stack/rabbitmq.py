"""RabbitMQ: a node of its own, with its own cookie, ports and port mapper (epmd)."""

import os
import shutil
import subprocess
from pathlib import Path

import httpx

from ops.stack.errors import StackError
from ops.stack.home import write_whole
from ops.stack.parts import Part
from ops.stack.programs import RABBITMQ_OLDEST
from ops.stack.site import HOST, Machine, Site
from ops.stack.subscriptions import added_subscriptions
from shared.messaging.definitions import definitions as definitions_of
from shared.messaging.definitions import everybody
from shared.messaging.users import ADMINISTRATOR, OPERATOR


def part(site: Site, machine: Machine) -> Part:
    """The server as a part. `prepare` has to have run."""
    return Part(
        name="rabbitmq",
        command=(str(machine.programs.rabbitmq),),
        directory=site.home.path / "rabbitmq",
        environment=environment(site),
        log=site.home.log("rabbitmq"),
        probe=lambda: probe(site),
        stop_seconds=30,
        content=configuration(site) + definitions(site),
    )


def prepare(site: Site) -> None:
    """Writes configuration, plugins and definitions. The definitions are read at every start."""
    directory = site.home.path / "rabbitmq"
    directory.mkdir(exist_ok=True)
    write_whole(directory / "rabbitmq.conf", configuration(site), mode=0o600)
    write_whole(directory / "definitions.json", definitions(site), mode=0o600)
    write_whole(directory / "enabled_plugins", "[rabbitmq_management].\n")
    write_whole(directory / "empty.conf", "")


def environment(site: Site) -> dict[str, str]:
    """Everything that would otherwise come from, or go to, the machine's own RabbitMQ."""
    directory = site.home.path / "rabbitmq"
    return {
        "PATH": _path_with_erlang(),
        "LANG": "C.UTF-8",
        "HOME": str(directory),
        "ERL_EPMD_PORT": str(site.ports["epmd"]),
        "ERL_EPMD_ADDRESS": HOST,
        "RABBITMQ_NODENAME": f"eventflow_{site.home.identity()}@localhost",
        "RABBITMQ_NODE_PORT": str(site.ports["rabbitmq"]),
        "RABBITMQ_NODE_IP_ADDRESS": HOST,
        "RABBITMQ_DIST_PORT": str(site.ports["rabbitmq_dist"]),
        "RABBITMQ_BASE": str(directory),
        "RABBITMQ_MNESIA_BASE": str(directory / "data"),
        "RABBITMQ_LOG_BASE": str(directory / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONF_ENV_FILE": str(directory / "empty.conf"),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(directory / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "enabled_plugins"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(directory / "generated"),
        "RABBITMQ_SCHEMA_DIR": str(directory / "schema"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
        ),
        # The start script then replaces itself with the node, so that its pid is the node's.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def _path_with_erlang() -> str:
    erl = shutil.which("erl")
    return f"{Path(erl).parent}:{os.defpath}" if erl else os.defpath


def configuration(site: Site) -> str:
    return f"""\
listeners.tcp.1 = {HOST}:{site.ports["rabbitmq"]}
management.tcp.ip = {HOST}
management.tcp.port = {site.ports["rabbitmq_management"]}
load_definitions = {site.home.path / "rabbitmq" / "definitions.json"}
collect_statistics_interval = 10000
raft.wal_max_size_bytes = 67108864
log.console = true
log.console.level = info
"""


def definitions(site: Site) -> str:
    """Every user with its rights, and the whole topology. The salt is the home's, so that the file stays the same."""
    added = added_subscriptions()
    passwords = {user: site.broker_password(user) for user in everybody(*added)}
    return definitions_of(passwords, bytes.fromhex(site.home.identity()), *added).decode()


def is_new(site: Site) -> bool:
    """Whether the node has never run: everything on it will be as young as the node."""
    return not (site.home.path / "rabbitmq" / "data").exists()


def management(site: Site, user: str = OPERATOR) -> httpx.Client:
    """The management API, logged in as somebody who may look; to be closed."""
    return httpx.Client(
        base_url=site.management_url,
        auth=(user, site.broker_password(user)),
        timeout=10,
        trust_env=False,
    )


def administration(site: Site) -> httpx.Client:
    """The management API, logged in as somebody who may change everything; to be closed."""
    return management(site, ADMINISTRATOR)


def probe(site: Site) -> str | None:
    """Asks the management API, logged in, whether the AMQP port is served, and checks the version."""
    try:
        with management(site) as broker:
            overview = broker.get("/api/overview").raise_for_status()
            broker.get(f"/api/health/checks/port-listener/{site.ports['rabbitmq']}").raise_for_status()
    except httpx.HTTPError as refusal:
        # httpx adds a line about where to read of the status.
        return str(refusal).partition("\n")[0] or type(refusal).__name__
    version = str(overview.json()["rabbitmq_version"])
    if tuple(int(number) for number in version.split(".")[:2]) < RABBITMQ_OLDEST:
        raise StackError(f"RabbitMQ {version} is too old; install 3.10 or later.")
    return None


def stop_port_mapper(site: Site) -> None:
    """Ends this node's epmd, a daemon that outlives the node. It refuses while a node is registered with it."""
    if epmd := find_epmd():
        subprocess.run(
            [str(epmd), "-port", str(site.ports["epmd"]), "-kill"],
            env={"PATH": os.defpath, "ERL_EPMD_ADDRESS": HOST},
            capture_output=True,
            check=False,
        )


def find_epmd() -> Path | None:
    """On PATH, else beside the Erlang that `erl` belongs to."""
    if on_path := shutil.which("epmd"):
        return Path(on_path)
    if erl := shutil.which("erl"):
        beside = sorted(Path(erl).resolve().parent.parent.glob("**/bin/epmd"))
        return beside[0] if beside else None
    return None
