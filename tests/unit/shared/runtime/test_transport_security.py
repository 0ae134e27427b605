"""Production starts only with addresses whose far ends are verified, and serves with a certificate that has its key."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.http.server import Certificate
from shared.runtime.settings import ServiceSettings, WrongEnvironment, from_environment, required
from shared.runtime.transport_security import weakness


class ShopSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    cache_url: SecretStr | None = None


SAFE = {
    "EVENTFLOW_ENVIRONMENT": "production",
    "OIDC_ISSUER": "https://login.example",
    "RABBITMQ_URL": "amqps://shop:s3cret@broker.example:5671/",
    "SHOP_DATABASE_URL": "postgresql://shop:s3cret@db.example/shop?sslmode=verify-full&sslrootcert=/ca.pem",
    "SHOP_PORT": "3001",
}


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:p@db.example:5432/d?sslmode=verify-full",
        "amqps://u:p@broker.example/?cafile=/ca.pem",
        "rediss://:p@cache.example:6379/0?ssl_ca_certs=/ca.pem",
        "https://login.example/realm",
        "postgresql://u:p@127.0.0.1/d",
        "amqp://u:p@localhost/",
        "redis://[::1]:6379/0",
        "http://127.0.0.9:3006",
    ],
)
def test_address_is_safe_when_its_far_end_is_verified_or_is_this_machine(address: str) -> None:
    assert weakness(address) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://u:p@db.example/d", "sslmode=verify-full"),
        ("postgresql://u:p@db.example/d?sslmode=require", "sslmode=verify-full"),
        ("postgresql://u:p@db.example/d?sslmode=verify-full&sslmode=disable", "sslmode=verify-full"),
        ("postgresql://u:p@127.0.0.1/d?host=db.example", "sslmode=verify-full"),
        ("postgresql://u:p@127.0.0.1,db.example/d", "sslmode=verify-full"),
        ("postgresql://u:p@localhost:5432,db.example:5432/d", "sslmode=verify-full"),
        ("amqp://u:p@broker.example/", "amqps://"),
        ("amqps://u:p@broker.example/?no_verify_ssl=1", "no_verify_ssl"),
        ("redis://:p@cache.example/0", "rediss://"),
        ("rediss://:p@cache.example/0?ssl_cert_reqs=none", "ssl_cert_reqs"),
        ("rediss://:p@cache.example/0?ssl_check_hostname=", "ssl_check_hostname"),
        ("http://login.example", "https://"),
        ("http://127.0.0.1.example", "https://"),
        ("http://localhost@login.example", "https://"),
        ("ftp://login.example", "https://"),
    ],
)
def test_address_is_refused_when_others_could_listen_or_answer(address: str, said: str) -> None:
    assert said in (weakness(address) or "")


def test_process_starts_when_all_its_addresses_are_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SAFE)
    assert from_environment(ShopSettings).environment == "production"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RABBITMQ_URL", "amqp://shop:s3cret@broker.example/"),
        ("SHOP_DATABASE_URL", "postgresql://shop:s3cret@db.example/shop"),
        ("SHOP_CACHE_URL", "redis://:s3cret@cache.example/0"),
        ("OIDC_ISSUER", "http://login.example"),
    ],
)
def test_process_is_refused_in_production_alone_when_an_address_is_not_safe(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    given(monkeypatch, SAFE | {variable: value})
    with pytest.raises(WrongEnvironment) as refusal:
        from_environment(ShopSettings)
    assert str(refusal.value).startswith(f"{variable}: ")
    assert "s3cret" not in str(refusal.value)
    given(monkeypatch, {"EVENTFLOW_ENVIRONMENT": "development"})
    assert from_environment(ShopSettings).environment == "development"


def test_migration_is_refused_when_its_database_is_not_safe_to_reach() -> None:
    owner = {"SHOP_OWNER_DATABASE_URL": "postgresql://shop:s3cret@db.example/shop"}
    assert required(owner, owner) == owner
    with pytest.raises(WrongEnvironment, match=r"^SHOP_OWNER_DATABASE_URL: needs") as refusal:
        required(owner, owner | {"EVENTFLOW_ENVIRONMENT": "production"})
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize("said", ["Production", "PRODUCTION", "prod", " production", ""])
def test_migration_is_refused_when_it_is_not_clear_whether_this_is_production(said: str) -> None:
    owner = {"SHOP_OWNER_DATABASE_URL": "postgresql://shop:s3cret@db.example/shop"}
    with pytest.raises(WrongEnvironment, match=r"^EVENTFLOW_ENVIRONMENT: "):
        required(owner, owner | {"EVENTFLOW_ENVIRONMENT": said})


def test_listener_has_a_certificate_when_both_files_are_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch, SAFE)
    assert from_environment(ShopSettings).certificate is None
    files = {"TLS_CERTIFICATE_FILE": tmp_path / "server.pem", "TLS_KEY_FILE": tmp_path / "server.key"}
    for file in files.values():
        file.touch()
    given(monkeypatch, {variable: str(file) for variable, file in files.items()})
    assert from_environment(ShopSettings).certificate == Certificate(*files.values())


@pytest.mark.parametrize("variable", ["TLS_CERTIFICATE_FILE", "TLS_KEY_FILE"])
@pytest.mark.parametrize("exists", [True, False])
def test_process_is_refused_when_it_has_a_certificate_or_a_key_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, exists: bool
) -> None:
    file = tmp_path / "only.pem"
    if exists:
        file.touch()
    given(monkeypatch, SAFE | {variable: str(file)})
    with pytest.raises(WrongEnvironment, match="TLS_"):
        from_environment(ShopSettings)


def given(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
