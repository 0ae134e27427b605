"""What the order service is told by its environment: ORDER_DATABASE_URL, ORDER_MASTER_KEY and so on."""

from base64 import b64decode
from binascii import Error as NotBase64
from datetime import timedelta

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from order_service.sealing import MasterKey
from shared.runtime.settings import ServiceSettings


class OrderSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="ORDER_")

    master_key: SecretStr = Field(
        description="32 random bytes in base64. Whoever loses it loses personal data."
    )
    # The relay's progress is kept for two days, and what it had told one period ago must be found in it.
    expiry_seconds: int = Field(
        default=900, ge=1, le=86_400, description="How long an order may stay PENDING."
    )

    @field_validator("master_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        _key_of(value)
        return value

    @property
    def sealing_key(self) -> MasterKey:
        return _key_of(self.master_key)

    @property
    def expiry(self) -> timedelta:
        return timedelta(seconds=self.expiry_seconds)


def _key_of(value: SecretStr) -> MasterKey:
    try:
        return MasterKey(b64decode(value.get_secret_value(), validate=True))
    except NotBase64 as error:
        raise ValueError("the master key must be base64") from error
