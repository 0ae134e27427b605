"""Settings that every service has. All come from the environment, secrets also from files; no secret has a default."""

import os
from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from typing import Literal, TypeVar, get_args

from pydantic import (
    AliasChoices,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared import crash_points
from shared.http.quotas import Quota, Quotas
from shared.http.server import Certificate
from shared.runtime.transport_security import weakness
from shared.secret_files import WrongSecret, secret_in_file
from shared.wording import plain

SettingsT = TypeVar("SettingsT", bound=BaseSettings)
Environment = Literal["development", "production"]


class WrongEnvironment(Exception):
    """Variables are missing or wrong; the text names each. What they hold is never shown."""


class LogSettings(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    log_level: str = Field(
        default="INFO",
        pattern="^(?i:DEBUG|INFO|WARNING|ERROR|CRITICAL)$",
        validation_alias=AliasChoices("LOG_LEVEL", "log_level"),
    )


class MetricsSettings(BaseSettings):
    """A process shows its metrics on a port of its own, or not at all. It is for the network inside."""

    metrics_host: str = Field(
        default="127.0.0.1", validation_alias=AliasChoices("METRICS_HOST", "metrics_host")
    )
    metrics_port: int | None = Field(default=None, ge=1, le=65535)


class DeploymentSettings(BaseSettings):
    """Where a process runs, and whose tokens it believes: those of the issuer that calls itself `oidc_issuer`."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    environment: Environment = Field(
        default="development", validation_alias=AliasChoices("EVENTFLOW_ENVIRONMENT", "environment")
    )
    crash_orders: str | None = Field(
        default=None, validation_alias=AliasChoices(crash_points.VARIABLE, "crash_orders")
    )
    oidc_issuer: str = Field(
        pattern=r"^https?://\S+$", validation_alias=AliasChoices("OIDC_ISSUER", "oidc_issuer")
    )
    oidc_audience: str = Field(
        default="eventflow", min_length=1, validation_alias=AliasChoices("OIDC_AUDIENCE", "oidc_audience")
    )

    @field_validator("crash_orders")
    @classmethod
    def _nobody_dies_on_purpose(cls, directory: str | None, info: ValidationInfo) -> str | None:
        if directory and info.data.get("environment") != "development":
            raise ValueError("has processes die on purpose, which is for tests and never for production")
        return directory

    @field_validator("*")
    @classmethod
    def _is_safe_to_reach(cls, value: object, info: ValidationInfo) -> object:
        if info.data.get("environment") == "production" and is_address(info.field_name or ""):
            text = value.get_secret_value() if isinstance(value, SecretStr) else value
            if isinstance(text, str) and (fault := weakness(text)):
                raise ValueError(fault)
        return value


class ListenerSettings(BaseSettings):
    """With a certificate, and with its key, what the public reaches is served over TLS; else something in front does that.

    Of what is in front, `trusted_proxies` are believed for whom they ask.
    """

    tls_certificate_file: FilePath | None = Field(
        default=None, validation_alias=AliasChoices("TLS_CERTIFICATE_FILE", "tls_certificate_file")
    )
    tls_key_file: FilePath | None = Field(
        default=None,
        validate_default=True,
        validation_alias=AliasChoices("TLS_KEY_FILE", "tls_key_file"),
    )

    trusted_proxies: str = Field(
        default="", validation_alias=AliasChoices("TRUSTED_PROXIES", "trusted_proxies")
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for each in filter(None, value.split(",")):
            ip_network(each.strip())
        return value

    @field_validator("tls_key_file")
    @classmethod
    def _comes_with_its_certificate(cls, value: FilePath | None, info: ValidationInfo) -> FilePath | None:
        if (value is None) != (info.data.get("tls_certificate_file") is None):
            raise ValueError("is needed together with TLS_CERTIFICATE_FILE")
        return value

    @property
    def certificate(self) -> Certificate | None:
        if self.tls_certificate_file is None or self.tls_key_file is None:
            return None
        return Certificate(self.tls_certificate_file, self.tls_key_file)


class LimitSettings(BaseSettings):
    """How often callers may ask, each kind as the library `limits` writes it: `100/2 seconds`, `10 per minute`.

    Counted in Redis for all processes of all services together; without it each process counts for itself.
    """

    redis_url: SecretStr | None = Field(default=None, validation_alias=AliasChoices("REDIS_URL", "redis_url"))
    rate_limit_anonymous: str = Field(
        default="100/2 seconds",
        validation_alias=AliasChoices("RATE_LIMIT_ANONYMOUS", "rate_limit_anonymous"),
        description="For each network address, of those without a token.",
    )
    rate_limit_customer: str = Field(
        default="100/2 seconds",
        validation_alias=AliasChoices("RATE_LIMIT_CUSTOMER", "rate_limit_customer"),
        description="For each customer.",
    )
    rate_limit_trusted: str = Field(
        default="10000/2 seconds",
        validation_alias=AliasChoices("RATE_LIMIT_TRUSTED", "rate_limit_trusted"),
        description="For each subject with the role of staff, ops or service.",
    )
    rate_limit_refused: str = Field(
        default="20/minute",
        validation_alias=AliasChoices("RATE_LIMIT_REFUSED", "rate_limit_refused"),
        description="For each network address: tokens that are not valid.",
    )

    @field_validator(
        "rate_limit_anonymous", "rate_limit_customer", "rate_limit_trusted", "rate_limit_refused"
    )
    @classmethod
    def _is_a_quota(cls, value: str) -> str:
        Quota.parse("", value)
        return value

    @property
    def quotas(self) -> Quotas:
        return Quotas(
            anonymous=Quota.parse("anonymous", self.rate_limit_anonymous),
            customer=Quota.parse("customer", self.rate_limit_customer),
            trusted=Quota.parse("trusted", self.rate_limit_trusted),
            refused=Quota.parse("refused", self.rate_limit_refused),
        )


class ServiceSettings(LogSettings, MetricsSettings, ListenerSettings, LimitSettings, DeploymentSettings):
    """Subclasses set `env_prefix`: ORDER_DATABASE_URL and so on. What all services share has no prefix."""

    database_url: SecretStr
    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    share_port: bool = Field(
        default=False, description="Several processes of the service listen on one port."
    )
    rabbitmq_url: SecretStr = Field(validation_alias=AliasChoices("RABBITMQ_URL", "rabbitmq_url"))


def from_environment(settings: type[SettingsT]) -> SettingsT:
    """The settings as the environment has them; a secret may be in a file that NAME_FILE names.

    Raises WrongEnvironment.
    """
    try:
        return settings.model_validate(_secrets_in_files(settings))
    except WrongSecret as error:
        raise WrongEnvironment(str(error)) from None
    except ValidationError as error:
        prefix = settings.model_config.get("env_prefix", "")
        problems = [
            f"{_variable(prefix, problem['loc'])}: {plain(problem['msg'])}" for problem in error.errors()
        ]
        raise WrongEnvironment("; ".join(problems)) from None


def is_address(name: str) -> bool:
    """Whether the setting of this name is a URL that the process connects to."""
    return name.lower().endswith("_url") or name == "oidc_issuer"


def required(names: Iterable[str], environment: Mapping[str, str]) -> dict[str, str]:
    """The values of these variables, or what is in the files that NAME_FILE names.

    Raises WrongEnvironment that names those that are not set, or not safe to reach in production, and when it is not
    clear whether this is production.
    """
    names = tuple(names)
    deployment = environment.get("EVENTFLOW_ENVIRONMENT", "development")
    if deployment not in get_args(Environment):
        raise WrongEnvironment(f"EVENTFLOW_ENVIRONMENT: must be one of {', '.join(get_args(Environment))}")
    try:
        in_files = {name: secret_in_file(name, environment) for name in names}
    except WrongSecret as error:
        raise WrongEnvironment(str(error)) from None
    environment = {**environment, **{name: value for name, value in in_files.items() if value is not None}}
    missing = [name for name in names if not environment.get(name)]
    if missing:
        raise WrongEnvironment("; ".join(f"{name}: not set" for name in missing))
    if deployment == "production":
        weak = [(name, weakness(environment[name])) for name in names if is_address(name)]
        if faults := [f"{name}: {fault}" for name, fault in weak if fault]:
            raise WrongEnvironment("; ".join(faults))
    return {name: environment[name] for name in names}


def _secrets_in_files(settings: type[BaseSettings]) -> dict[str, str]:
    prefix = settings.model_config.get("env_prefix", "")
    found: dict[str, str] = {}
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        key = str(alias.choices[0]) if isinstance(alias, AliasChoices) else name
        if _is_secret(field) and (secret := secret_in_file(_variable(prefix, (key,)), os.environ)):
            found[key] = secret
    return found


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def _variable(prefix: str, location: tuple[int | str, ...]) -> str:
    name = str(location[0])
    return name if name.isupper() else f"{prefix}{name}".upper()
