"""What the inventory service is told by its environment: INVENTORY_DATABASE_URL, INVENTORY_PORT and so on."""

from pydantic_settings import SettingsConfigDict

from shared.runtime.settings import ServiceSettings


class InventorySettings(ServiceSettings):
    """Without `redis_url` every read of a product goes to the database."""

    model_config = SettingsConfigDict(env_prefix="INVENTORY_")
