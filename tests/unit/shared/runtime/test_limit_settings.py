"""How often callers may ask is told by the environment, in the words of the library `limits`."""

import pytest
from pydantic_settings import SettingsConfigDict

from shared.http.quotas import Quota
from shared.runtime.settings import DeploymentSettings, LimitSettings, WrongEnvironment, from_environment


class Settings(LimitSettings, DeploymentSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    for name in ("REDIS_URL", *(f"RATE_LIMIT_{kind}" for kind in ("ANONYMOUS", "CUSTOMER", "TRUSTED"))):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OIDC_ISSUER", "https://issuer.example.org")


def test_staff_and_services_have_at_least_two_thousand_requests_a_second_when_nothing_is_set() -> None:
    trusted = from_environment(Settings).quotas.trusted
    assert trusted.requests / trusted.seconds >= 2_000


def test_quota_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_CUSTOMER", "7 per 3 minutes")
    assert from_environment(Settings).quotas.customer == Quota("customer", 7, 180)


def test_process_does_not_start_when_a_quota_makes_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATE_LIMIT_ANONYMOUS", "some")
    with pytest.raises(WrongEnvironment, match="RATE_LIMIT_ANONYMOUS"):
        from_environment(Settings)
