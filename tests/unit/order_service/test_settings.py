from base64 import b64encode
from datetime import timedelta

import pytest

from order_service.settings import OrderSettings
from shared.runtime.settings import WrongEnvironment, from_environment

ENVIRONMENT = {
    "ORDER_DATABASE_URL": "postgresql://order_runtime:secret@127.0.0.1/order_db",
    "ORDER_PORT": "3001",
    "ORDER_MASTER_KEY": b64encode(bytes(32)).decode(),
    "RABBITMQ_URL": "amqp://eventflow:secret@127.0.0.1/",
    "OIDC_ISSUER": "http://127.0.0.1:3006",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("CRASH_ORDERS", "EVENTFLOW_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_settings_come_from_the_environment_when_it_is_complete(environment: pytest.MonkeyPatch) -> None:
    settings = from_environment(OrderSettings)

    assert settings.port == 3001
    assert settings.sealing_key.secret == bytes(32)
    assert settings.expiry == timedelta(minutes=15)
    assert "secret" not in repr(settings)


def test_expiry_is_what_was_set_when_it_is_set(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORDER_EXPIRY_SECONDS", "3")
    assert from_environment(OrderSettings).expiry == timedelta(seconds=3)


def test_settings_are_refused_when_orders_would_never_expire(environment: pytest.MonkeyPatch) -> None:
    """Beyond what is kept of the relay's progress nobody could tell what had been told in time."""
    environment.setenv("ORDER_EXPIRY_SECONDS", str(3 * 86_400))
    with pytest.raises(WrongEnvironment, match="EXPIRY_SECONDS"):
        from_environment(OrderSettings)


def test_settings_are_refused_when_processes_would_die_on_purpose_in_production(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("CRASH_ORDERS", "/tmp/orders")
    assert from_environment(OrderSettings).environment == "development"
    environment.setenv("EVENTFLOW_ENVIRONMENT", "production")
    with pytest.raises(WrongEnvironment, match=r"CRASH_ORDERS: .* never for production"):
        from_environment(OrderSettings)
    environment.setenv("CRASH_ORDERS", "")
    assert from_environment(OrderSettings).environment == "production"


@pytest.mark.parametrize("issuer", ["", "issuer", "ftp://issuer"])
def test_settings_are_refused_when_nobody_says_whose_tokens_are_good(
    environment: pytest.MonkeyPatch, issuer: str
) -> None:
    environment.setenv("OIDC_ISSUER", issuer)
    with pytest.raises(WrongEnvironment, match="OIDC_ISSUER"):
        from_environment(OrderSettings)


@pytest.mark.parametrize("key", ["", "not base64!", b64encode(bytes(16)).decode()])
def test_settings_are_refused_when_the_master_key_is_not_one(
    environment: pytest.MonkeyPatch, key: str
) -> None:
    environment.setenv("ORDER_MASTER_KEY", key)
    with pytest.raises(WrongEnvironment, match=r"^ORDER_MASTER_KEY: the master key must "):
        from_environment(OrderSettings)


def test_settings_are_refused_when_there_is_no_master_key(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("ORDER_MASTER_KEY")
    with pytest.raises(WrongEnvironment, match="ORDER_MASTER_KEY"):
        from_environment(OrderSettings)


@pytest.mark.parametrize("trusted", ["*", "proxy.example", "10.0.0.1/8"])
def test_proxy_is_refused_when_it_is_no_address(environment: pytest.MonkeyPatch, trusted: str) -> None:
    environment.setenv("TRUSTED_PROXIES", trusted)
    with pytest.raises(WrongEnvironment, match="TRUSTED_PROXIES"):
        from_environment(OrderSettings)
