"""The frontend as a part of the stack: what its server sees, and which pages may open a socket."""

from pathlib import Path

import pytest

from ops.stack import frontend, ports
from ops.stack.home import Home
from ops.stack.programs import Node
from ops.stack.site import FRONTEND, GATEWAY, OPTIONAL, Site
from ops.stack.status import PartStatus, Status, as_json

NODE = Node(Path("/opt/node/bin/node"), Path("/opt/node/bin/npm"), (20, 9))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    for variable in (*OPTIONAL[FRONTEND], "GATEWAY_ORIGINS"):
        monkeypatch.delenv(variable, raising=False)
    home = Home.at(tmp_path)
    home.create()
    return Site.of(home, {**ports.USUAL, "frontend": 4000})


def test_frontend_has_its_own_password_and_nobody_elses_when_started(site: Site) -> None:
    shown = " ".join(frontend.environment(site, NODE).values())
    assert {name for name, password in site.passwords.items() if password in shown} == {"redis_frontend"}


def test_frontend_finds_every_service_when_started(site: Site) -> None:
    told = frontend.environment(site, NODE)
    assert told["PUBLIC_URL"] == "http://127.0.0.1:4000"
    assert told["PORT"] == "4000"
    for service in ("order", "payment", "inventory", "socket"):
        assert told[f"{service.upper()}_URL"] == site.service_url(service)
    assert told["OIDC_ISSUER"] == site.service_url("issuer")


def test_sign_in_is_the_operators_when_another_issuer_is_named(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"SIGN_IN": "oidc", "OIDC_ISSUER": "https://login.example.com", "OIDC_CLIENT_ID": "shop"}
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    assert wanted.items() <= frontend.environment(site, NODE).items()


def test_environment_is_the_same_when_the_shells_differ(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = frontend.environment(site, NODE)
    monkeypatch.setenv("PATH", "/somewhere/else:/usr/bin:/bin")
    monkeypatch.setenv("NODE_OPTIONS", "--inspect")
    monkeypatch.setenv("REDIS_URL", "redis://of.another/0")
    assert frontend.environment(site, NODE) == before


def test_pages_of_the_storefront_may_open_sockets_when_its_port_has_moved(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.environment(GATEWAY)["GATEWAY_ORIGINS"] == "http://127.0.0.1:4000,http://localhost:4000"
    monkeypatch.setenv("GATEWAY_ORIGINS", "https://shop.example.com")
    assert site.environment(GATEWAY)["GATEWAY_ORIGINS"] == "https://shop.example.com"


def test_address_is_shown_first_when_the_frontend_is_a_part(site: Site) -> None:
    parts = {FRONTEND: PartStatus("ready", 1, 0, None)}
    document = as_json(Status(site, parts), secrets=False)
    assert next(iter(document.items())) == (FRONTEND, "http://127.0.0.1:4000")
    assert FRONTEND not in as_json(Status(site, {}), secrets=False)
