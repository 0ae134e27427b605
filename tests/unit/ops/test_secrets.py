"""Every secret of every process: it may come from a file, it has no default, and no text ever shows it."""

import os
from base64 import b64encode
from pathlib import Path
from typing import get_args

import pytest
from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from local_issuer.settings import IssuerSettings
from ops.stack.handed_on import SETTINGS
from shared.messaging import provisioning
from shared.runtime.settings import LogSettings, WrongEnvironment, from_environment, required

PROCESSES: dict[str, type[LogSettings]] = {**SETTINGS, "issuer": IssuerSettings}
SECRET = b64encode(bytes(range(32))).decode()
# Whatever is called so must be held as a secret, in whichever process.
SOUNDS_SECRET = ("password", "secret", "token", "master_key", "database_url", "rabbitmq_url", "redis_url")


def is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def variable_of(settings: type[LogSettings], name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return f"{settings.model_config.get('env_prefix', '')}{name}".upper()


def secrets_of(process: str) -> dict[str, str]:
    """The variable of each secret, by the name of its field."""
    settings = PROCESSES[process]
    return {
        name: variable_of(settings, name, field)
        for name, field in settings.model_fields.items()
        if is_secret(field)
    }


EVERY_SECRET = [(process, name) for process in PROCESSES for name in secrets_of(process)]


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which every process would start."""
    for variable in tuple(os.environ):
        if variable.isupper() and variable not in ("PATH", "HOME", "TMPDIR"):
            monkeypatch.delenv(variable)
    for process, settings in PROCESSES.items():
        monkeypatch.setenv(f"{process}_PORT".upper(), "3001")
        for variable in secrets_of(process).values():
            monkeypatch.setenv(variable, SECRET)
        for name, field in settings.model_fields.items():
            if field.is_required() and not is_secret(field) and not name.endswith("port"):
                monkeypatch.setenv(variable_of(settings, name, field), "http://127.0.0.1:1")
    monkeypatch.setenv("GATEWAY_SOCKET_PORT", "3002")
    return monkeypatch


@pytest.mark.parametrize(("process", "name"), EVERY_SECRET)
def test_secret_is_taken_from_its_file_when_one_is_named(
    complete: pytest.MonkeyPatch, tmp_path: Path, process: str, name: str
) -> None:
    variable = secrets_of(process)[name]
    held = tmp_path / "secret"
    held.write_text(f"{SECRET}\n")
    complete.delenv(variable)
    complete.setenv(f"{variable}_FILE", str(held))
    found = getattr(from_environment(PROCESSES[process]), name)
    assert isinstance(found, SecretStr)
    assert found.get_secret_value() == SECRET


@pytest.mark.parametrize(("process", "name"), EVERY_SECRET)
def test_process_does_not_start_when_a_secrets_file_is_wrong(
    complete: pytest.MonkeyPatch, tmp_path: Path, process: str, name: str
) -> None:
    variable = secrets_of(process)[name]
    empty = tmp_path / "empty"
    empty.touch()
    complete.setenv(f"{variable}_FILE", str(empty))
    with pytest.raises(WrongEnvironment, match="set too") as refusal:
        from_environment(PROCESSES[process])
    assert SECRET not in str(refusal.value)
    complete.delenv(variable)
    with pytest.raises(WrongEnvironment, match=f"{variable}_FILE: the file is empty"):
        from_environment(PROCESSES[process])
    complete.setenv(f"{variable}_FILE", str(tmp_path / "missing"))
    with pytest.raises(WrongEnvironment, match=f"{variable}_FILE: the file cannot be read"):
        from_environment(PROCESSES[process])


@pytest.mark.parametrize("process", PROCESSES)
def test_no_secret_has_a_default_when_settings_are_declared(process: str) -> None:
    for name, field in PROCESSES[process].model_fields.items():
        if is_secret(field):
            assert field.is_required() or field.default is None, name
        else:
            assert not [word for word in SOUNDS_SECRET if word in name], name


@pytest.mark.parametrize("process", PROCESSES)
def test_no_secret_shows_when_settings_are_printed(complete: pytest.MonkeyPatch, process: str) -> None:
    settings = from_environment(PROCESSES[process])
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump_json()}"


def test_owners_url_is_taken_from_its_file_when_migrating(tmp_path: Path) -> None:
    held = tmp_path / "secret"
    held.write_text("postgresql://owner:secret@127.0.0.1/db\n")
    named = {"ORDER_OWNER_DATABASE_URL_FILE": str(held)}
    found = required(["ORDER_OWNER_DATABASE_URL"], named)
    assert found == {"ORDER_OWNER_DATABASE_URL": "postgresql://owner:secret@127.0.0.1/db"}


def test_provisioning_says_what_is_missing_when_it_is_told_nothing(complete: pytest.MonkeyPatch) -> None:
    complete.delenv("RABBITMQ_URL")
    with pytest.raises(SystemExit, match="RABBITMQ_URL: not set"):
        provisioning.main()
