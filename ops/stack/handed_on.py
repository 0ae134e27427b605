"""Variables of the operator's shell that services are given: refused here, before anything is stopped for them.

A service that is started with a wrong one ends at once, again and again, and what ran before it is gone.
"""

import os
from collections.abc import Iterable, Iterator, Mapping

from pydantic import AliasChoices, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from inventory_service.settings import InventorySettings
from local_issuer.settings import IssuerSettings
from notification_gateway.settings import GatewaySettings
from ops.stack.errors import PrerequisiteMissing
from ops.stack.site import GATEWAY, ISSUER, OPTIONAL
from order_service.settings import OrderSettings
from payment_service.settings import PaymentSettings
from shared.runtime.settings import LogSettings

SETTINGS: Mapping[str, type[LogSettings]] = {
    "order": OrderSettings,
    "payment": PaymentSettings,
    "inventory": InventorySettings,
    GATEWAY: GatewaySettings,
    ISSUER: IssuerSettings,
}


def refuse_wrong_ones(services: Iterable[str]) -> None:
    """PrerequisiteMissing that names every variable that a service would refuse, and why."""
    problems = dict.fromkeys(problem for service in services for problem in _problems(service))
    if problems:
        raise PrerequisiteMissing(f"{'; '.join(problems)}; correct or unset that and run the command again.")


def _problems(service: str) -> Iterator[str]:
    fields = fields_by_variable(SETTINGS.get(service, LogSettings))
    for variable in OPTIONAL[service]:
        value = os.environ.get(variable)
        if not value or variable not in fields:
            continue
        try:
            TypeAdapter(fields[variable].rebuild_annotation()).validate_python(value)
        except ValidationError as error:
            yield f"{variable}: {error.errors()[0]['msg']}, not {value!r}"


def fields_by_variable(settings: type[LogSettings]) -> dict[str, FieldInfo]:
    """Every variable that the settings are read from."""
    prefix = settings.model_config.get("env_prefix", "")
    found: dict[str, FieldInfo] = {}
    for name, info in settings.model_fields.items():
        alias = info.validation_alias
        variable = str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"{prefix}{name}".upper()
        found[variable] = info
    return found
