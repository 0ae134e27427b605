"""What the payment service is told by its environment: PAYMENT_DATABASE_URL, PROVIDER_DATABASE_URL and so on."""

from datetime import timedelta

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import ServiceSettings


def _unprefixed(name: str) -> AliasChoices:
    return AliasChoices(name.upper(), name)


class PaymentSettings(ServiceSettings):
    """The simulated provider answers after `provider_latency_ms`; `provider_error_rate` (0 to 1) of all asks fail."""

    model_config = SettingsConfigDict(env_prefix="PAYMENT_")

    provider_database_url: SecretStr = Field(validation_alias=_unprefixed("provider_database_url"))
    provider_latency_ms: int = Field(
        default=0, ge=0, le=60_000, validation_alias=_unprefixed("provider_latency_ms")
    )
    provider_error_rate: float = Field(
        default=0, ge=0, le=1, validation_alias=_unprefixed("provider_error_rate")
    )

    @property
    def provider_latency(self) -> timedelta:
        return timedelta(milliseconds=self.provider_latency_ms)
