"""`python -m ops.compose`: what docker-compose.yml wants in .env, and a home by which every command finds that stack.

    .venv/bin/python -m ops.compose
    docker compose up --build --detach
    EVENTFLOW_HOME=.compose ./eventflow order place --item KIT-MUG-01=2 --wait

Passwords are generated once, ports are the usual ones where they are free. The supervisor's own verbs (`up`, `down`,
`logs`) are compose's there.
"""

import re
from pathlib import Path

from ops.output import results, told_in_one_sentence
from ops.stack import ports
from ops.stack.home import CLONE, Home, write_whole
from ops.stack.passwords import BROKER_USERS, DATABASES, ISSUER_KEY, MASTER_KEY, ROLES, load_or_generate
from ops.stack.site import FRONTEND, HOST, SOCKET, Site

FILE = CLONE / "docker-compose.yml"
ENVIRONMENT = CLONE / ".env"
HOME = CLONE / ".compose"

_PORTS = {
    "frontend": "FRONTEND_PORT",
    "order": "ORDER_PORT",
    "payment": "PAYMENT_PORT",
    "inventory": "INVENTORY_PORT",
    "gateway": "GATEWAY_PORT",
    "socket": "GATEWAY_SOCKET_PORT",
    "issuer": "ISSUER_PORT",
    "order_db": "ORDER_DB_PORT",
    "payment_db": "PAYMENT_DB_PORT",
    "inventory_db": "INVENTORY_DB_PORT",
    "rabbitmq": "RABBITMQ_PORT",
    "rabbitmq_management": "RABBITMQ_MANAGEMENT_PORT",
    "redis": "REDIS_PORT",
}
_PASSWORDS = {
    "superuser": "POSTGRES_PASSWORD",
    "rabbitmq": "RABBITMQ_PASSWORD",
    **{f"rabbitmq_{user}": f"{user}_RABBITMQ_PASSWORD".upper() for user in BROKER_USERS},
    "redis": "REDIS_PASSWORD",
    "redis_frontend": "FRONTEND_REDIS_PASSWORD",
    MASTER_KEY: "ORDER_MASTER_KEY",
    ISSUER_KEY: "ISSUER_KEY",
    **{f"{name}_{role}": f"{name}_{role}_PASSWORD".upper() for name in DATABASES for role in ROLES},
}


def prepare(home: Home, environment: Path) -> None:
    """Writes the home's ports and passwords, and the same as variables; what was chosen before stays.

    StackError where nothing can be written.
    """
    home.create()
    chosen = ports.load(home)
    if chosen is None:
        reservation, _ = ports.settle(home)
        reservation.release()
        chosen = reservation.ports
    passwords = load_or_generate(home)
    wanted = set(re.findall(r"\$\{(\w+)", FILE.read_text()))
    values = {variable: str(chosen[name]) for name, variable in _PORTS.items()}
    values |= {variable: passwords[name] for name, variable in _PASSWORDS.items()}
    values |= _addresses(Site.of(home, chosen))
    lines = ["COMPOSE_PROFILES=development\n"]
    lines += [f"{variable}={value}\n" for variable, value in values.items() if variable in wanted]
    write_whole(environment, "".join(lines), mode=0o600)


def _addresses(site: Site) -> dict[str, str]:
    """What browsers are told, which has to follow from the ports."""
    storefront = site.service_url(FRONTEND)
    return {
        "PUBLIC_URL": storefront,
        "SOCKET_URL": site.service_url(SOCKET),
        "GATEWAY_ORIGINS": f"{storefront},{storefront.replace(HOST, 'localhost')}",
    }


def main() -> None:
    with told_in_one_sentence():
        prepare(Home.at(HOME), ENVIRONMENT)
    results.print("Written: .env. Now: docker compose up --build --detach")
    results.print("Commands find that stack with EVENTFLOW_HOME=.compose, as in ./eventflow order place.")


if __name__ == "__main__":
    main()
