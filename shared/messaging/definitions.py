"""The broker's definitions file: users, their rights, and the topology. RabbitMQ loads it at every start.

So a broker that has lost its data comes back whole, and as the file names users RabbitMQ never makes its `guest`.

    python -m shared.messaging.definitions FILE

writes it for the passwords in the environment: RABBITMQ_PASSWORD is the administrator's, that of a user is e.g.
ORDER_SERVICE_RABBITMQ_PASSWORD. Any may be in a file: RABBITMQ_PASSWORD_FILE.
"""

import base64
import hashlib
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from shared.messaging.rights import Rights, rights
from shared.messaging.topology import Subscription, layout
from shared.messaging.users import ADMINISTRATOR
from shared.secret_files import WrongSecret, secret

_EVERYTHING = Rights(".*", ".*", ("administrator",), ".*")


def everybody(*added: Subscription) -> Mapping[str, Rights]:
    """The rights of every user, the administrator's too."""
    return {ADMINISTRATOR: _EVERYTHING, **rights(*added)}


def definitions(passwords: Mapping[str, str], salt: bytes, *added: Subscription) -> bytes:
    """The file for the passwords by user; it holds hashes alone, salted with these four bytes."""
    users = everybody(*added)
    document = {
        "users": [
            {
                "name": user,
                "password_hash": password_hash(passwords[user], salt),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ",".join(granted.tags),
            }
            for user, granted in users.items()
        ],
        "vhosts": [{"name": "/"}],
        "permissions": [
            {"user": user, "vhost": "/", **permission(granted)} for user, granted in users.items()
        ],
        **_topology(*added),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def permission(granted: Rights) -> dict[str, str]:
    """The rights as RabbitMQ words them."""
    return {"configure": granted.configure, "write": granted.write, "read": granted.read}


def password_hash(password: str, salt: bytes) -> str:
    """RabbitMQ's SHA-256, which begins with its salt of four bytes."""
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _topology(*added: Subscription) -> dict[str, Any]:
    wanted = layout(*added)
    durable: dict[str, Any] = {"vhost": "/", "durable": True, "auto_delete": False}
    return {
        "exchanges": [
            {"name": name, "type": kind, "internal": False, "arguments": {}, **durable}
            for name, kind in wanted.exchanges.items()
        ],
        "queues": [
            {"name": queue.name, "arguments": dict(queue.arguments), **durable} for queue in wanted.queues
        ],
        "bindings": [
            {
                "vhost": "/",
                "source": exchange,
                "routing_key": key,
                "destination": queue.name,
                "destination_type": "queue",
                "arguments": {},
            }
            for queue in wanted.queues
            for exchange, key in queue.bindings
        ],
    }


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("which file is to be written?")
    try:
        passwords = {user: secret(_variable(user), os.environ) for user in everybody()}
    except WrongSecret as error:
        sys.exit(str(error))
    Path(sys.argv[1]).write_bytes(definitions(passwords, secrets.token_bytes(4)))


def _variable(user: str) -> str:
    return "RABBITMQ_PASSWORD" if user == ADMINISTRATOR else f"{user}_RABBITMQ_PASSWORD".upper()


if __name__ == "__main__":
    main()
