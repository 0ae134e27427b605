"""The keys of the issuer: found by OpenID Connect discovery, kept, and fetched again when they change.

A token with an unknown key id makes us look again, but not for everybody who makes up key ids.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
import jwt
import structlog

from shared.identity.tokens import ALGORITHMS, KeysUnavailable
from shared.runtime.transport_security import weakness

log = structlog.get_logger()

KNOWN_FOR = timedelta(minutes=10)
LOOK_AGAIN_AFTER = timedelta(seconds=2)
_ANSWERS_WITHIN = timedelta(seconds=2)
DISCOVERY = "/.well-known/openid-configuration"


class IssuerKeys:
    """The keys that `issuer`, a URL, shows now. Those known stay good while it cannot be asked."""

    def __init__(self, issuer: str, clock: Callable[[], datetime]) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: Mapping[str, jwt.PyJWK] | None = None
        self._asked: datetime | None = None
        self._asking = asyncio.Lock()

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """The key of this id, None when the issuer has none such. Raises KeysUnavailable when it was never reached."""
        if self._is_due(key_id):
            async with self._asking:
                if self._is_due(key_id):
                    await self._ask()
        if self._keys is None:
            raise KeysUnavailable(f"{self._issuer} does not tell its keys")
        return self._keys.get(key_id)

    def _is_due(self, key_id: str) -> bool:
        if self._asked is None:
            return True
        known = self._keys is not None and key_id in self._keys
        return self._clock() >= self._asked + (KNOWN_FOR if known else LOOK_AGAIN_AFTER)

    async def _ask(self) -> None:
        try:
            self._keys = await _fetched(self._issuer)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            log.warning("issuer_keys_unavailable", issuer=self._issuer, error=str(error))
        self._asked = self._clock()


async def _fetched(issuer: str) -> Mapping[str, jwt.PyJWK]:
    """Raises httpx.HTTPError, httpx.InvalidURL, or ValueError for answers that make no sense."""
    async with httpx.AsyncClient(
        timeout=_ANSWERS_WITHIN.total_seconds(), trust_env=False, verify=ssl.create_default_context()
    ) as client:
        configuration = await _document(client, issuer.rstrip("/") + DISCOVERY)
        # Or one issuer could speak for another (OpenID Connect Discovery, section 4.3).
        if configuration.get("issuer") != issuer:
            raise ValueError(f"it calls itself {configuration.get('issuer')!r}")
        address = str(configuration.get("jwks_uri"))
        if not weakness(issuer) and (fault := weakness(address)):
            # Whoever listens there could give keys of their own.
            raise ValueError(f"it is safe to reach, but not its jwks_uri: {fault}")
        return keys_of(await _document(client, address))


async def _document(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    answer = await client.get(url)
    answer.raise_for_status()
    document: object = answer.json()
    if not isinstance(document, dict):
        raise ValueError(f"{url} is no JSON object")
    return cast(dict[str, Any], document)


def keys_of(key_set: Mapping[str, Any]) -> Mapping[str, jwt.PyJWK]:
    """The keys of a JWK set (RFC 7517) that may verify tokens here; others of it do not matter."""
    entries: object = key_set.get("keys")
    if not isinstance(entries, list):
        raise ValueError("it has no list of keys")
    found: dict[str, jwt.PyJWK] = {}
    for entry in cast(list[Any], entries):
        key = _key(entry)
        if key is not None and key.key_id and key.algorithm_name in ALGORITHMS:
            found[key.key_id] = key
    return found


def _key(entry: Any) -> jwt.PyJWK | None:
    try:
        return jwt.PyJWK(entry) if entry.get("use", "sig") == "sig" else None
    except (jwt.PyJWTError, AttributeError):
        return None
