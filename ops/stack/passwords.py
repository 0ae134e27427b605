"""Passwords: generated once per home, readable by its owner alone, never a default."""

import base64
import json
import secrets

from ops.stack.added import ADDED, OWN
from ops.stack.home import Home, write_whole
from shared.messaging.users import GATEWAY, OPERATOR, REPLAYER

DATABASES = ("order", "payment", "inventory", "provider", *ADDED)
ROLES = ("owner", "runtime", "auditor")
# Of the broker, beside its administrator.
BROKER_USERS = (
    *(f"{service}_service" for service in (*OWN, *ADDED)),
    GATEWAY,
    OPERATOR,
    REPLAYER,
)
NAMES = (
    "superuser",
    *(f"{database}_{role}" for database in DATABASES for role in ROLES),
    "rabbitmq",
    *(f"rabbitmq_{user}" for user in BROKER_USERS),
    "redis",
    "redis_frontend",
    "supervisor",
)
# 32 random bytes each.
MASTER_KEY = "order_master_key"
ISSUER_KEY = "issuer_key"


def load_or_generate(home: Home) -> dict[str, str]:
    """All passwords of the home by name, plus `order_master_key` and `issuer_key` (32 random bytes each, in base64).

    What is missing is generated; what exists never changes. URL-safe letters, so that they fit in every URL.
    """
    known: dict[str, str] = {}
    if home.passwords_file.exists():
        known = json.loads(home.passwords_file.read_text())
        home.passwords_file.chmod(0o600)
    complete = dict(known)
    for name in NAMES:
        complete.setdefault(name, secrets.token_urlsafe(24))
    for name in (MASTER_KEY, ISSUER_KEY):
        complete.setdefault(name, base64.b64encode(secrets.token_bytes(32)).decode())
    if complete != known:
        write_whole(home.passwords_file, json.dumps(complete, indent=2) + "\n", mode=0o600)
    return complete
