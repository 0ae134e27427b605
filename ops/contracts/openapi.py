"""The OpenAPI document of each service, as its process serves it at /openapi.json."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from inventory_service.main import SERVICE as INVENTORY
from notification_gateway.main import Gateway
from notification_gateway.settings import GatewaySettings
from ops.contracts.schemas import Document
from order_service.main import SERVICE as ORDER
from payment_service.main import SERVICE as PAYMENT
from shared.database.engine import open_engine
from shared.runtime.application import application_of
from shared.runtime.identity import token_verifier
from shared.runtime.limiting import limits_of
from shared.runtime.service import Platform, Service

SERVICES: tuple[Service[Any], ...] = (ORDER, PAYMENT, INVENTORY)

# An application is built without a word to database or broker, so these only have to look like addresses.
_NOWHERE = "postgresql://nobody@nowhere.invalid/nothing"
_SETTINGS = {
    "database_url": _NOWHERE,
    "provider_database_url": _NOWHERE,
    "rabbitmq_url": "amqp://nobody@nowhere.invalid/",
    "rabbitmq_management_url": "http://nowhere.invalid",
    "oidc_issuer": "http://nowhere.invalid",
    "port": 1,
    "socket_port": 2,
    "master_key": b64encode(bytes(32)).decode(),
}


def openapi_documents() -> Mapping[str, Document]:
    """By the name of the service; the gateway is one here."""
    settings = GatewaySettings.model_validate(_SETTINGS)
    gateway = Gateway(settings, token_verifier(settings, _now)).http()
    return {service.name: _openapi(service) for service in SERVICES} | {"gateway": gateway.openapi()}


def _openapi(service: Service[Any]) -> Document:
    engine = open_engine(_NOWHERE, application="openapi")
    settings = service.settings.model_validate(_SETTINGS)
    platform = Platform(settings, engine, _now, engine)
    wiring = service.wire(platform)
    return application_of(
        service,
        platform,
        wiring,
        wiring.health_checks,
        token_verifier(settings, _now),
        limits_of(settings, _now),
    ).openapi()


def _now() -> datetime:
    return datetime.now(UTC)
