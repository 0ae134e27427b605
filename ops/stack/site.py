"""A site: one home with its ports, passwords and programs. Every address and setting follows from it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.stack import accounts, passwords
from ops.stack.accounts import Account
from ops.stack.added import ADDED, OWN
from ops.stack.home import CLONE, Home
from ops.stack.passwords import DATABASES, ISSUER_KEY, MASTER_KEY
from ops.stack.programs import Programs, find_all
from shared.messaging.users import ADMINISTRATOR, OPERATOR

# Which server holds a database: the simulated provider keeps its own on the payment service's server.
SERVER_OF = {
    "order": "order_db",
    "payment": "payment_db",
    "inventory": "inventory_db",
    "provider": "payment_db",
    **dict.fromkeys(ADDED, "inventory_db"),
}
SERVICES = (*OWN, *ADDED)
DATABASES_OF = {
    "order": ("order",),
    "payment": ("payment", "provider"),
    "inventory": ("inventory",),
    **{name: (name,) for name in ADDED},
}
# No service of the saga: it has no database, and listens on a second port for sockets.
GATEWAY, SOCKET = "gateway", "socket"
# Gives tokens to whoever asks, for development. It has no database either, and no broker.
ISSUER = "issuer"
# All that runs beside the servers.
SERVED = (ISSUER, *SERVICES, GATEWAY)
# The storefront. It is no Python: `ops.stack.frontend` builds and runs it, where that is asked for.
FRONTEND = "frontend"
HOST = "127.0.0.1"
REDIS_USER = "eventflow"
# Handed on from the operator's shell when set there; the services know their defaults.
_LIMITS = ("RATE_LIMIT_ANONYMOUS", "RATE_LIMIT_CUSTOMER", "RATE_LIMIT_TRUSTED", "RATE_LIMIT_REFUSED")
_ALL_HAVE = ("EVENTFLOW_ENVIRONMENT", "LOG_LEVEL", "OIDC_ISSUER", "OIDC_AUDIENCE", *_LIMITS)
OPTIONAL = {
    ISSUER: ("EVENTFLOW_ENVIRONMENT", "LOG_LEVEL", "OIDC_AUDIENCE"),
    "order": (*_ALL_HAVE, "ORDER_EXPIRY_SECONDS"),
    "payment": (*_ALL_HAVE, "PROVIDER_LATENCY_MS", "PROVIDER_ERROR_RATE"),
    "inventory": _ALL_HAVE,
    GATEWAY: (*_ALL_HAVE, "GATEWAY_ORIGINS"),
    FRONTEND: (
        "EVENTFLOW_ENVIRONMENT",
        "OIDC_ISSUER",
        "SIGN_IN",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "OIDC_CLIENT_SECRET_FILE",
    ),
    **dict.fromkeys(ADDED, _ALL_HAVE),
}


@dataclass(frozen=True, slots=True)
class Site:
    """Addresses and settings. `databases` tells the database of each name, `virtual_host` the broker's."""

    home: Home
    ports: Mapping[str, int]
    passwords: Mapping[str, str]
    databases: Mapping[str, str]
    virtual_host: str = ""

    @classmethod
    def of(cls, home: Home, ports: Mapping[str, int]) -> "Site":
        return cls(
            home,
            ports,
            passwords.load_or_generate(home),
            {name: f"{name}_db" for name in DATABASES},
        )

    def database_url(self, database: str, role: str) -> str:
        """The URL of one database (`order`, `payment`, `inventory`, `provider`) for one of its three roles."""
        user = f"{database}_{role}"
        port = self.ports[SERVER_OF[database]]
        return f"postgresql://{user}:{self.passwords[user]}@{HOST}:{port}/{self.databases[database]}"

    def public_database_url(self, database: str) -> str:
        """Where a database is, without anybody's login."""
        return f"postgresql://{HOST}:{self.ports[SERVER_OF[database]]}/{self.databases[database]}"

    def superuser_url(self, server: str, database: str = "postgres") -> str:
        """The superuser's URL on one server (`order_db`, `payment_db`, `inventory_db`)."""
        return f"postgresql://postgres:{self.passwords['superuser']}@{HOST}:{self.ports[server]}/{database}"

    def broker_url(self, user: str) -> str:
        """The broker for one of its users, as `shared/messaging/rights.py` names them."""
        return (
            f"amqp://{user}:{self.broker_password(user)}@{HOST}:{self.ports['rabbitmq']}/{self.virtual_host}"
        )

    @property
    def rabbitmq_url(self) -> str:
        """The broker for its administrator: no process of the stack is given it."""
        return self.broker_url(ADMINISTRATOR)

    def broker_password(self, user: str) -> str:
        return self.passwords["rabbitmq" if user == ADMINISTRATOR else f"rabbitmq_{user}"]

    @property
    def management_url(self) -> str:
        return f"http://{HOST}:{self.ports['rabbitmq_management']}"

    @property
    def management_login_url(self) -> str:
        """The management API and its pages with the login that sees everything and changes nothing."""
        return self.management_url.replace("//", f"//{OPERATOR}:{self.broker_password(OPERATOR)}@")

    @property
    def redis_url(self) -> str:
        return f"redis://{REDIS_USER}:{self.passwords['redis']}@{HOST}:{self.ports['redis']}/0"

    @property
    def sessions_url(self) -> str:
        """Redis for the frontend, which keeps its sessions there and sees nothing else."""
        return f"redis://{FRONTEND}:{self.passwords['redis_frontend']}@{HOST}:{self.ports['redis']}/0"

    @property
    def audit_file(self) -> Path:
        """Where `eventflow audit` leaves what it found, for the gateway to show."""
        return self.home.run / "audit.json"

    def service_url(self, service: str) -> str:
        """Also of the gateway, of its sockets (`socket`), of the issuer, and of the frontend."""
        return f"http://{HOST}:{self.ports[service]}"

    def metrics_url(self, process: str) -> str:
        """Where one process shows its metrics, to this machine alone (`order-1`, `gateway`)."""
        return f"http://{HOST}:{self.ports[f'{process}_metrics']}/metrics"

    def environment(self, service: str) -> dict[str, str]:
        """All that a service's processes get to see, and nothing of another service's."""
        prefix = service.upper()
        variables = process_environment()
        variables |= {
            f"{database.upper()}_DATABASE_URL": self.database_url(database, "runtime")
            for database in DATABASES_OF.get(service, ())
        }
        variables |= {
            f"{prefix}_HOST": HOST,
            f"{prefix}_PORT": str(self.ports[service]),
            "OIDC_ISSUER": self.service_url(ISSUER),
        }
        variables |= {name: os.environ[name] for name in OPTIONAL[service] if os.environ.get(name)}
        if service == ISSUER:
            variables["ISSUER_KEY"] = self.passwords[ISSUER_KEY]
        else:
            variables["RABBITMQ_URL"] = self.broker_url(package_of(service))
            variables["REDIS_URL"] = self.redis_url
        if service == "order":
            # It runs as two processes; the others refuse a port that somebody else has.
            variables["ORDER_SHARE_PORT"] = "true"
            variables["ORDER_MASTER_KEY"] = self.passwords[MASTER_KEY]
        if service == GATEWAY:
            variables |= {
                "GATEWAY_SOCKET_PORT": str(self.ports[SOCKET]),
                "GATEWAY_AUDIT_FILE": str(self.audit_file),
                "RABBITMQ_MANAGEMENT_URL": self.management_url,
            }
            port = self.ports[FRONTEND]
            variables.setdefault("GATEWAY_ORIGINS", f"http://{HOST}:{port},http://localhost:{port}")
        return variables

    def migration_environment(self, service: str) -> dict[str, str]:
        """What a service's migration gets to see: the owner's URL of each database that it migrates."""
        return process_environment() | {
            f"{database.upper()}_OWNER_DATABASE_URL": self.database_url(database, "owner")
            for database in DATABASES_OF[service]
        }


def package_of(service: str) -> str:
    """The Python package of a service, of the gateway, or of the issuer."""
    return {GATEWAY: "notification_gateway", ISSUER: "local_issuer"}.get(service, f"{service}_service")


def process_environment() -> dict[str, str]:
    """What any of our Python processes needs to run. The same from every shell: a difference would be a restart."""
    return {
        "PATH": os.defpath,
        "HOME": str(Path.home()),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(CLONE),
        "PYTHONUNBUFFERED": "1",
    }


@dataclass(frozen=True, slots=True)
class Machine:
    """What this machine offers: the programs, and the account that PostgreSQL runs as."""

    programs: Programs
    account: Account

    @classmethod
    def here(cls, postgres_major: int | None = None) -> "Machine":
        return cls(find_all(postgres_major), accounts.postgres_account())
