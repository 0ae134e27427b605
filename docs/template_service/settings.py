"""What the service is told by its environment: TEMPLATE_DATABASE_URL, TEMPLATE_PORT and so on."""

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import ServiceSettings


class TemplateSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="TEMPLATE_")
