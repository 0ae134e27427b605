"""The containers' stack and the command line know the same ports and passwords."""

import re
import stat
from pathlib import Path

import pytest

from ops.compose import FILE, prepare
from ops.stack import ports
from ops.stack.added import OWN
from ops.stack.home import Home
from ops.stack.site import FRONTEND, GATEWAY, ISSUER, SOCKET, Site


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


@pytest.fixture
def environment(home: Home, tmp_path: Path) -> Path:
    prepare(home, tmp_path / "env")
    return tmp_path / "env"


def variables(environment: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in environment.read_text().splitlines())


def test_every_secret_is_there_when_compose_asks_for_it(environment: Path) -> None:
    asked = set(re.findall(r"\$\{(\w+):\?\}", FILE.read_text()))
    given = variables(environment)
    assert asked <= set(given)
    assert all(given[name] for name in asked)
    assert stat.S_IMODE(environment.stat().st_mode) == 0o600


def test_commands_find_every_part_where_compose_publishes_it(home: Home, environment: Path) -> None:
    site = Site.of(home, ports.load(home) or {})
    given = variables(environment)
    addresses = {
        "order_db": site.database_url("order", "auditor"),
        "payment_db": site.database_url("provider", "auditor"),
        "inventory_db": site.database_url("inventory", "auditor"),
        "rabbitmq": site.rabbitmq_url,
        "redis": site.redis_url,
        **{name: site.service_url(name) for name in (*OWN, GATEWAY, ISSUER, SOCKET, FRONTEND)},
    }
    published = re.findall(r"127\.0\.0\.1:\$\{(\w+):-\d+\}:", FILE.read_text())
    for name, address in addresses.items():
        variable = {"socket": "GATEWAY_SOCKET_PORT"}.get(name, f"{name}_port".upper())
        assert variable in published
        assert f":{given[variable]}" in address
    assert given["PROVIDER_AUDITOR_PASSWORD"] in addresses["payment_db"]
    assert set(published) <= set(given)


def test_nothing_changes_when_it_is_prepared_again(home: Home, environment: Path) -> None:
    before = environment.read_text()
    prepare(home, environment)
    assert environment.read_text() == before


def test_browsers_are_told_the_ports_that_were_chosen(home: Home, environment: Path) -> None:
    site = Site.of(home, ports.load(home) or {})
    given = variables(environment)
    assert given["PUBLIC_URL"] == site.service_url(FRONTEND)
    assert given["SOCKET_URL"] == site.service_url(SOCKET)
    assert given["PUBLIC_URL"] in given["GATEWAY_ORIGINS"].split(",")
