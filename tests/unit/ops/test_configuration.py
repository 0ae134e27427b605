"""What is generated for the servers, the supervisor and the services."""

import json
import signal
import stat
from pathlib import Path
from typing import Any

import pytest
from supervisor.options import ServerOptions

from ops.stack import ports, postgres, rabbitmq, redis, services
from ops.stack.errors import StackError
from ops.stack.home import Home
from ops.stack.parts import Part
from ops.stack.passwords import BROKER_USERS
from ops.stack.site import GATEWAY, ISSUER, SERVICES, Site
from ops.stack.supervisor_configuration import configuration
from shared.messaging.users import ADMINISTRATOR


@pytest.fixture
def site(tmp_path: Path) -> Site:
    home = Home.at(tmp_path)
    home.create()
    return Site.of(home, ports.USUAL)


def make_part(site: Site, **environment: str) -> Part:
    return Part(
        name="sample",
        command=("/bin/echo", "two words", "100%"),
        directory=site.home.run,
        environment=environment,
        log=site.home.log("sample"),
        probe=lambda: None,
        stop_signal=signal.SIGINT,
    )


def test_supervisor_reads_back_what_was_meant_when_values_are_awkward(site: Site) -> None:
    awkward = {
        "URL": "postgresql://u:p%40@h:1/d",
        "ARGUMENTS": "+sbwt none {127,0,0,1}",
        "EMPTY": "a=b;c#d'e",
    }
    file = site.home.path / "supervisord.conf"
    file.write_text(configuration(site, [make_part(site, **awkward)], 1024))
    options: Any = ServerOptions()
    options.realize(["-c", str(file)])
    program = options.process_group_configs[0].process_configs[0]
    assert program.environment == awkward
    assert program.command == "/bin/echo 'two words' 100%"
    assert program.directory == str(site.home.run)
    assert program.stopsignal == signal.SIGINT
    assert program.autorestart is not False


@pytest.mark.parametrize("value", ['a"b', "a\nb", "a ;b", "a #b"])
def test_supervisor_configuration_is_refused_when_its_format_cannot_hold_a_value(
    site: Site, value: str
) -> None:
    with pytest.raises(StackError, match="cannot hold"):
        configuration(site, [make_part(site, VALUE=value)], 1024)


def test_every_broker_user_has_a_password_of_its_own_when_defined(site: Site) -> None:
    text = rabbitmq.definitions(site)
    users = [user["name"] for user in json.loads(text)["users"]]
    assert set(users) == {ADMINISTRATOR, *BROKER_USERS}
    passwords = {site.broker_password(user) for user in users}
    assert len(passwords) == len(users)
    assert not [password for password in passwords if password in text]


def test_files_with_passwords_are_for_the_owner_alone_when_prepared(site: Site) -> None:
    redis.prepare(site)
    rabbitmq.prepare(site)
    for file in ("redis/redis.conf", "rabbitmq/rabbitmq.conf", "rabbitmq/definitions.json"):
        assert stat.S_IMODE((site.home.path / file).stat().st_mode) == 0o600, file


def test_durability_is_left_on_when_postgres_is_configured(site: Site) -> None:
    configured = postgres.configuration(site, "order_db")
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert setting not in configured


@pytest.mark.parametrize("service", SERVICES)
def test_service_sees_nobody_elses_password_when_started(site: Site, service: str) -> None:
    own = {"payment": {"payment", "provider"}}.get(service, {service})
    allowed = {f"{database}_runtime" for database in own} | {f"rabbitmq_{service}_service", "redis"}
    allowed |= {"order": {"order_master_key"}}.get(service, set[str]())
    environment = " ".join(site.environment(service).values())
    seen = {name for name, password in site.passwords.items() if password in environment}
    assert seen == allowed


@pytest.mark.parametrize("service", SERVICES)
def test_migration_sees_the_owners_alone_when_run(site: Site, service: str) -> None:
    own = {"payment": {"payment", "provider"}}.get(service, {service})
    environment = " ".join(site.migration_environment(service).values())
    seen = {name for name, password in site.passwords.items() if password in environment}
    assert seen == {f"{database}_owner" for database in own}


def test_issuer_has_its_key_and_nothing_else_when_started(site: Site) -> None:
    environment = site.environment(ISSUER)
    assert environment["ISSUER_KEY"] == site.passwords["issuer_key"]
    shown = " ".join(environment.values())
    assert {name for name, password in site.passwords.items() if password in shown} == {"issuer_key"}


@pytest.mark.parametrize("service", [*SERVICES, GATEWAY])
def test_tokens_of_the_stacks_own_issuer_are_believed_when_the_operator_names_no_other(
    site: Site, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OIDC_ISSUER", raising=False)
    own = site.environment(ISSUER)["OIDC_ISSUER"]
    assert site.environment(service)["OIDC_ISSUER"] == own == site.service_url(ISSUER)
    monkeypatch.setenv("OIDC_ISSUER", "https://login.example.com")
    assert site.environment(service)["OIDC_ISSUER"] == "https://login.example.com"
    assert site.environment(ISSUER)["OIDC_ISSUER"] == own


def test_order_service_runs_twice_on_one_port_when_started(site: Site) -> None:
    first, second = (services.parts(site)[name] for name in ("order-1", "order-2"))
    differing = dict(first.environment.items() ^ second.environment.items())
    assert differing.keys() == {"ORDER_METRICS_PORT"}
    assert first.log != second.log


def test_optional_setting_reaches_its_service_alone_when_the_operator_sets_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVIDER_ERROR_RATE", "0.1")
    assert site.environment("payment")["PROVIDER_ERROR_RATE"] == "0.1"
    assert "PROVIDER_ERROR_RATE" not in site.environment("order")


def test_environment_is_the_same_when_the_shells_differ(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = site.environment("order")
    monkeypatch.setenv("PATH", "/somewhere/else:/usr/bin:/bin")
    monkeypatch.setenv("ORDER_DATABASE_URL", "postgresql://of/another")
    monkeypatch.setenv("TMPDIR", "/var/tmp")
    assert site.environment("order") == before
