"""docker-compose.yml: what it starts, in which order, with which secrets; and that compose itself accepts it."""

import os
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import yaml

from local_issuer.settings import IssuerSettings
from notification_gateway.settings import GatewaySettings
from ops.contracts.openapi import SERVICES
from ops.stack import frontend, ports
from ops.stack.added import OWN
from ops.stack.handed_on import fields_by_variable
from ops.stack.home import CLONE, Home
from ops.stack.passwords import ROLES
from ops.stack.programs import Node
from ops.stack.redis import FRONTEND_RIGHTS, RIGHTS
from ops.stack.site import FRONTEND, OPTIONAL, Site
from shared.messaging.rights import rights
from shared.messaging.users import GATEWAY
from shared.runtime.service import Service
from shared.runtime.settings import from_environment
from tests.contracts.dockerfiles import DOCKERFILES
from tests.contracts.dockerfiles import FRONTEND as IMAGE_OF_FRONTEND

FILE = CLONE / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(\w+)(:[-?][^}]*)?\}")
SECRET = re.compile(r"_(PASSWORD|KEY)$")
KEY = b64encode(bytes(32)).decode()
# What production does without: it is empty there, and the local issuer refuses to run with it.
FOR_DEVELOPMENT = {"ISSUER_KEY": ":-"}
ONCE = re.compile(r"_(definitions|roles|provisioning|migrations)$")


class StrictLoader(yaml.SafeLoader):
    """YAML itself lets the last of two equal keys win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        assert len(keys) == len(set(keys)), f"a key twice at {node.start_mark}"
        return super().construct_mapping(node, deep)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.load(FILE.read_text(), StrictLoader)


def interpolated(text: str) -> str:
    def value_of(variable: re.Match[str]) -> str:
        name, rest = variable.group(1), variable.group(2)
        if name.endswith("_KEY"):
            return KEY
        return rest[2:] if rest.startswith(":-") else f"{name.lower()}_x"

    return VARIABLE.sub(value_of, text)


def variables() -> list[tuple[str, str]]:
    """Each variable of the file, and what follows its name: `:?`, or `:-` and a default."""
    return VARIABLE.findall(FILE.read_text())


def own_services() -> list[Any]:
    return [pytest.param(service, id=service.name) for service in SERVICES]


def test_secrets_have_no_default_when_they_are_used() -> None:
    for name, rest in variables():
        wanted = FOR_DEVELOPMENT.get(name, ":?")
        assert rest == wanted if SECRET.search(name) else rest.startswith(":-"), name


def test_every_secret_is_asked_for_when_the_example_is_filled_in() -> None:
    example = set(re.findall(r"^(\w+)=", (CLONE / ".env.example").read_text(), re.MULTILINE))
    assert {name for name, _ in variables() if SECRET.search(name)} <= example


def test_every_role_has_a_password_of_its_own_when_databases_are_provisioned(compose: dict[str, Any]) -> None:
    given: dict[str, str] = {}
    for name, service in compose["services"].items():
        if name.endswith("_roles"):
            environment = service["environment"]
            given |= {
                f"{environment['NAME']}_{role}": environment[f"{role.upper()}_PASSWORD"] for role in ROLES
            }
    names = {f"{database}_{role}" for database in (*OWN, "provider") for role in ROLES}
    assert given == {name: f"${{{name.upper()}_PASSWORD:?}}" for name in names}


def test_every_broker_user_gets_a_password_of_its_own_when_defined(compose: dict[str, Any]) -> None:
    given = compose["services"]["broker_definitions"]["environment"]
    names = ["RABBITMQ_PASSWORD", *(f"{user}_RABBITMQ_PASSWORD".upper() for user in rights())]
    assert given == {name: f"${{{name}:?}}" for name in names}
    assert "environment" not in compose["services"]["rabbitmq"]


@pytest.mark.parametrize("name", [*OWN, "gateway"])
def test_service_logs_in_as_itself_when_it_connects_to_the_broker(compose: dict[str, Any], name: str) -> None:
    user = {"gateway": GATEWAY}.get(name, f"{name}_service")
    login = f"{user}:${{{user.upper()}_RABBITMQ_PASSWORD:?}}"
    assert compose["services"][name]["environment"]["RABBITMQ_URL"] == f"amqp://{login}@rabbitmq:5672/"


def test_nobody_is_trusted_when_databases_are_made(compose: dict[str, Any]) -> None:
    for name in ("order_db", "payment_db", "inventory_db"):
        environment = compose["services"][name]["environment"]
        assert "--auth=scram-sha-256" in environment["POSTGRES_INITDB_ARGS"]
        assert environment["POSTGRES_HOST_AUTH_METHOD"] == "scram-sha-256"


def test_redis_knows_each_user_with_the_same_rights_when_started(compose: dict[str, Any]) -> None:
    [_, _, script] = compose["services"]["redis"]["command"]
    assert "user default off" in script
    users = re.findall(r"user (\w+) on >%s %s", script)
    given = re.findall(r"\"\$\$(\w+)\"\s+'([^']*)'", script)
    assert dict(zip(users, given, strict=True)) == {
        "eventflow": ("REDISCLI_AUTH", RIGHTS),
        "frontend": ("FRONTEND_PASSWORD", FRONTEND_RIGHTS),
    }


def test_nothing_is_reached_from_elsewhere_when_ports_are_published(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert published
    for port in published:
        assert re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+", port), port
    defaults = [re.findall(r":-(\d+)\}", port)[0] for port in published]
    assert len(defaults) == len(set(defaults))


def test_images_are_pinned_when_they_are_not_built_here(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if "build" in service:
            assert service["build"]["context"] == ".", name
            assert (CLONE / service["build"]["dockerfile"]).is_file(), name
        else:
            assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-[a-z]+", service["image"]), name


def test_data_outlive_containers_when_volumes_are_named(compose: dict[str, Any]) -> None:
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", ())
        if not volume.startswith("./")
    }
    assert mounted == set(compose["volumes"])
    for service in compose["services"].values():
        for volume in service.get("volumes", ()):
            if volume.startswith("./"):
                assert (CLONE / volume.split(":")[0]).is_file()


def test_health_is_known_when_others_wait_for_it(compose: dict[str, Any]) -> None:
    """What runs once is waited for until it has ended, all else until it is healthy."""
    services = compose["services"]
    for name, service in services.items():
        if "image" in service and "build" not in service and not ONCE.search(name):
            assert service["healthcheck"]["test"][0] == "CMD", name
        for other, how in service.get("depends_on", {}).items():
            once = "service_completed_successfully" if ONCE.search(other) else "service_healthy"
            assert how == {"condition": once}, (name, other)
            assert other in services


def test_everything_is_provisioned_first_when_a_service_starts(compose: dict[str, Any]) -> None:
    services = compose["services"]

    def before(name: str) -> set[str]:
        waited = set(services[name].get("depends_on", ()))
        return waited | {further for other in waited for further in before(other)}

    for service in SERVICES:
        name = service.name
        needed = {f"{name}_db", f"{name}_roles", f"{name}_migrations", "rabbitmq", "broker_provisioning"}
        assert needed <= before(name)
    assert "provider_roles" in before("payment")


SETTINGS = {
    **{service.name: service.settings for service in SERVICES},
    "gateway": GatewaySettings,
    "issuer": IssuerSettings,
}


@pytest.mark.parametrize("name", SETTINGS)
def test_service_understands_all_that_it_is_told_when_started(
    compose: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment is what its settings read, and nothing that they do not."""
    settings = SETTINGS[name]
    told = {k: interpolated(str(v)) for k, v in compose["services"][name]["environment"].items()}
    understood = set(fields_by_variable(settings))
    assert set(told) <= understood

    for variable in tuple(os.environ):
        if variable in understood:
            monkeypatch.delenv(variable)
    [image] = [image for image in DOCKERFILES if name in image.package]
    for variable, value in (told | image.environment()).items():
        monkeypatch.setenv(variable, value)
    from_environment(settings)
    assert not {value for value in told.values() if "_owner" in value or "postgres:" in value}


@pytest.mark.parametrize("service", own_services())
def test_owner_migrates_every_database_when_started(compose: dict[str, Any], service: Service[Any]) -> None:
    migrations = compose["services"][f"{service.name}_migrations"]
    assert migrations["command"] == ["python", "-m", f"{service.name}_service.main", "migrate"]
    assert set(migrations["environment"]) == {"EVENTFLOW_ENVIRONMENT", *service.migrations}
    told = compose["services"][service.name]["environment"]["EVENTFLOW_ENVIRONMENT"]
    assert migrations["environment"]["EVENTFLOW_ENVIRONMENT"] == told


@pytest.mark.skipif(
    shutil.which("docker-compose") is None, reason="needs the distribution's docker-compose package"
)
def test_compose_accepts_the_file_when_all_secrets_are_given(tmp_path: Path) -> None:
    secrets = sorted({name for name, rest in variables() if rest == ":?"})
    given = tmp_path / "env"
    given.write_text("".join(f"{name}=0123abcd\n" for name in secrets))

    def config(environment: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["docker-compose", "--file", str(FILE), "--env-file", str(environment), "config", "--quiet"],
            env={"PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
        )

    accepted = config(given)
    assert accepted.returncode == 0, accepted.stderr

    given.write_text("".join(f"{name}=0123abcd\n" for name in secrets[1:]))
    refused = config(given)
    assert refused.returncode != 0
    assert secrets[0] in refused.stderr


def test_local_issuer_is_left_out_when_nobody_asks_for_development(compose: dict[str, Any]) -> None:
    profiled = {name for name, service in compose["services"].items() if "profiles" in service}
    assert profiled == {"issuer"}
    assert compose["services"]["issuer"]["profiles"] == ["development"]
    assert not [
        name for name, service in compose["services"].items() if "issuer" in service.get("depends_on", ())
    ]


def test_one_issuer_is_believed_by_all_when_tokens_are_verified(compose: dict[str, Any]) -> None:
    """What the issuer calls itself is where the others reach it, or no token of it would be believed."""
    named = {name: compose["services"][name]["environment"]["OIDC_ISSUER"] for name in SETTINGS}
    assert set(named.values()) == {"${OIDC_ISSUER:-http://issuer:3006}"}
    assert compose["services"]["issuer"]["ports"] == ["127.0.0.1:${ISSUER_PORT:-3006}:3006"]


def test_frontend_is_told_the_same_variables_in_a_container_as_on_a_machine(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    site = Site.of(Home.at(tmp_path), ports.USUAL)
    on_machine = frontend.environment(site, Node(Path("/bin/node"), Path("/bin/npm"), (20, 9)))
    inherited = {"PATH", "HOME", "LANG", "TZ"}
    in_container = set(compose["services"]["frontend"]["environment"]) | set(IMAGE_OF_FRONTEND.environment())
    files = {name for name in OPTIONAL[FRONTEND] if name.endswith("_FILE")}
    assert in_container == (set(on_machine) - inherited) | (set(OPTIONAL[FRONTEND]) - files)


def test_frontend_keeps_sessions_as_its_own_user_when_it_connects_to_redis(compose: dict[str, Any]) -> None:
    told = compose["services"]["frontend"]["environment"]
    assert told["REDIS_URL"] == "redis://frontend:${FRONTEND_REDIS_PASSWORD:?}@redis:6379/0"
    assert compose["services"]["redis"]["environment"]["FRONTEND_PASSWORD"] == "${FRONTEND_REDIS_PASSWORD:?}"
