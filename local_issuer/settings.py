"""What the local issuer is told by its environment: ISSUER_PORT, ISSUER_KEY, OIDC_ISSUER and so on."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Annotated

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from local_issuer.keys import SigningKey
from shared.runtime.settings import DeploymentSettings, Environment, LogSettings, MetricsSettings


def _is_not_production(environment: Environment) -> Environment:
    if environment == "production":
        raise ValueError("has to be development where this issuer runs, which gives a token to whoever asks")
    return environment


class IssuerSettings(LogSettings, MetricsSettings, DeploymentSettings):
    """`oidc_issuer` is what it calls itself: the URL at which those who verify its tokens reach it."""

    model_config = SettingsConfigDict(env_prefix="ISSUER_")

    environment: Annotated[Environment, AfterValidator(_is_not_production)] = Field(
        default="development", validation_alias=AliasChoices("EVENTFLOW_ENVIRONMENT", "environment")
    )
    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    key: SecretStr = Field(description="32 random bytes in base64. Whoever has it makes tokens of its own.")

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        _key_of(value)
        return value

    @property
    def signing_key(self) -> SigningKey:
        return _key_of(self.key)


def _key_of(value: SecretStr) -> SigningKey:
    try:
        return SigningKey(b64decode(value.get_secret_value(), validate=True))
    except NotBase64 as error:
        raise ValueError("the key must be base64") from error
