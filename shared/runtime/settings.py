"""Settings that every service has. All come from the environment; no secret has a default."""

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Subclasses set `env_prefix`: ORDER_DATABASE_URL and so on. What all services share has no prefix."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    database_url: SecretStr
    owner_database_url: SecretStr | None = Field(default=None, description="For migrations only.")
    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    rabbitmq_url: SecretStr = Field(validation_alias=AliasChoices("RABBITMQ_URL", "rabbitmq_url"))
    log_level: str = Field(default="INFO", validation_alias=AliasChoices("LOG_LEVEL", "log_level"))
