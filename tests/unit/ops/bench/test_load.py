"""The generator's process as the bench sees it."""

import asyncio

import pytest

from ops.bench.generator import Plan
from ops.bench.load import generating
from ops.stack.errors import StackError
from ops.stack.ports import choose


def plan(port: int) -> Plan:
    return Plan(port, "/orders", ["{}"], "token", rate=50, seconds=0.2, seed=1, key="key")


async def test_answers_come_from_a_process_of_its_own() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n{}")
                writer.write(b'HTTP/1.1 201 Created\r\ncontent-length: 11\r\n\r\n{"id": "a"}')
        except asyncio.IncompleteReadError:
            writer.close()

    async with (
        await asyncio.start_server(serve, "127.0.0.1", 0) as listening,
        generating(plan(listening.sockets[0].getsockname()[1])) as generator,
    ):
        begun = await generator.begun()
        answers = await generator.answers()
    assert answers.statuses == [201] * 10
    assert min(answers.intended) >= begun
    assert answers.cpu_seconds > 0


async def test_failure_is_told_when_the_generator_does_not_live_to_answer() -> None:
    unused = choose(["order"], prefer_usual=False)
    unused.release()
    async with generating(plan(unused.ports["order"])) as generator:
        with pytest.raises(StackError, match="ended with status 1"):
            await generator.begun()
