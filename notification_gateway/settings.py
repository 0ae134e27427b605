"""What the gateway is told by its environment: GATEWAY_PORT, GATEWAY_SOCKET_PORT, RABBITMQ_URL and so on."""

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import (
    DeploymentSettings,
    LimitSettings,
    ListenerSettings,
    LogSettings,
    MetricsSettings,
)


class GatewaySettings(LogSettings, MetricsSettings, ListenerSettings, LimitSettings, DeploymentSettings):
    """The management API is asked with the login and for the virtual host of `rabbitmq_url`."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_")

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    socket_port: int = Field(ge=1, le=65535)
    origins: str = Field(
        default="http://127.0.0.1:3000,http://localhost:3000",
        description="The origins whose pages may connect, with commas between.",
    )
    audit_file: Path = Field(
        default=Path("audit.json"), description="Where `eventflow audit` leaves its last result."
    )
    rabbitmq_url: SecretStr = Field(validation_alias=AliasChoices("RABBITMQ_URL", "rabbitmq_url"))
    rabbitmq_management_url: str = Field(
        validation_alias=AliasChoices("RABBITMQ_MANAGEMENT_URL", "rabbitmq_management_url")
    )

    @property
    def allowed_origins(self) -> frozenset[str]:
        return frozenset(filter(None, (each.strip().rstrip("/") for each in self.origins.split(","))))
