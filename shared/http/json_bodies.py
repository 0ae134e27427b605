"""The route of every endpoint: first who may ask, then a JSON body, read strictly.

Bodies are UTF-8, RFC 8259 to the letter, at most 32 levels deep, without control characters.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute

from shared.http.access import access_of
from shared.http.control_characters import check_json
from shared.http.nesting import check_nesting


class JsonRequest(Request):
    async def json(self) -> Any:
        """The parsed body, parsed once. Raises json.JSONDecodeError, MalformedRequest or InvalidInput."""
        if not hasattr(self, "_json"):
            raw = await self.body()
            document = orjson.loads(raw)
            check_nesting(raw, document)
            check_json(raw, document)
            self._json = document
        return self._json


class JsonRoute(APIRoute):
    """The route class of every router: `APIRouter(route_class=JsonRoute)`. Endpoints are marked as in access.py."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        access = access_of(self.endpoint)

        async def handle_with_strict_json(request: Request) -> Response:
            access.admit(request.scope)
            return await handle(JsonRequest(request.scope, request.receive))

        return handle_with_strict_json
