"""HTTP as uvicorn speaks it, with bounds on what a client may send, and on the time that it takes.

Of all this uvicorn bounds only how long a connection is kept between requests.
"""

from __future__ import annotations

import asyncio
import logging
from typing import cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from shared.http.crowd import Crowd
from shared.http.networks import network_of
from shared.observability.metrics import CUT_CONNECTIONS

HEADER_LIMIT = 64 * 1024
MOST_HEADERS = 100
# Requests that are sent before the answers of those before them are read.
MOST_PIPELINED = 16
# For a request to arrive in whole, 256 KiB at most.
REQUEST_SECONDS = 30
# For a client to read 48 KiB of an answer, or the rest of one.
READING_SECONDS = 30

# It tells of every request that it cannot read: whoever wants to could fill the disk.
logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


class BoundedRequests(HttpToolsProtocol):
    """One connection. `bounded` makes the protocol of a listener, whose connections share a crowd."""

    crowd: Crowd

    _head_size: int | None = None
    _deadline: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.network = network_of(self.client[0]) if self.client else ""
        self.crowd.join(self)
        self._expect_a_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._part()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        self._part()
        super().handle_websocket_upgrade()

    def drop(self) -> None:
        self.transport.abort()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_size = 0
        self._expect_a_request()

    def on_headers_complete(self) -> None:
        self._head_size = None
        if not self._refused and len(self.headers) > MOST_HEADERS:
            self._refuse(431, f"A request may have {MOST_HEADERS} headers at most.")
        if not self._refused and len(self.pipeline) >= MOST_PIPELINED:
            self._refuse(429, f"Read the answers: {MOST_PIPELINED} requests may wait at most.")
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._refused:
            self._expect_nothing()
            if not self._is_answered() and not self.flow.write_paused:
                self.crowd.busy(self)
            super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            # Closing waits for what the client has still to read.
            self._expect_reading()
            self.crowd.idle(self)
        elif not self.pipeline:
            self.crowd.idle(self)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head_size is not None:
            self._head_size += len(data)
            if self._head_size > HEADER_LIMIT:
                self._refuse(431, f"The headers of a request may have {HEADER_LIMIT} bytes at most.")

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_reading()
        self.crowd.stalls(self, self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        super().resume_writing()
        self.crowd.reads_on(self)
        if not self.transport.is_closing():
            self._expect_no_reading()
            if not self._is_answered():
                self.crowd.busy(self)

    def timeout_keep_alive_handler(self) -> None:
        """Called when the client has asked for nothing more; it may still be reading the last answer."""
        if self.flow.write_paused:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            self.transport.abort()

    def _is_answered(self) -> bool:
        """Some requests are before all of them is here. One that asks for a WebSocket is answered by another protocol."""
        cycle = cast(RequestResponseCycle | None, self.cycle)
        return cycle is None or cycle.response_complete

    def _part(self) -> None:
        self._expect_nothing()
        self._expect_no_reading()
        self.crowd.leave(self)

    def _refuse(self, status: int, why: str) -> None:
        """Ends the connection; nothing else that it sends is looked at."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        body = why.encode("ascii")
        self.transport.write(
            b"%scontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s"
            % (STATUS_LINE[status], len(body), body)
        )
        self.transport.close()
        self._expect_reading()

    def _expect_a_request(self) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _expect_reading(self) -> None:
        if self._stalled is None:
            self._stalled = self.loop.call_later(READING_SECONDS, self._cut_off)

    def _expect_no_reading(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _cut_off(self) -> None:
        CUT_CONNECTIONS.labels("stalled").inc()
        self.transport.abort()


def bounded() -> type[BoundedRequests]:
    """The protocol of one listener."""

    class OfOneListener(BoundedRequests):
        crowd = Crowd()

    return OfOneListener
