"""Rubbish and near-rubbish by the thousand, made from each OpenAPI document: no 5xx, and no answer that is not in it.

Asked with tokens that are good, and without: then nothing but what is public is answered.

`FUZZ_EXAMPLES` says how many are tried per operation beside those of the coverage phase; `make fuzz` tries 200.
"""

import asyncio
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from ops.stack.lifecycle import Stack
from ops.stack.site import GATEWAY, ISSUER
from ops.stack.tokens import ask_for_token
from shared.identity.callers import Role
from tests.e2e.losing import bury, letters_of
from tests.e2e.shop import Shop, shown
from tests.e2e.waiting import NotYet, until
from tests.fuzzing.tally import tried

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "5")
PATIENCE = 300 + 60 * int(EXAMPLES)
DOCUMENTS = ("order", "payment", "inventory", "gateway")

# Not `positive_data_acceptance`: rules beyond a schema refuse what fits it (a forged cursor, an unknown product). Not
# the two about other methods: `/products/import` is also a `/products/{sku}`, whose GET and PATCH refuse that name.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
)

LETTERS = "/dead-letters"
# They take no input, and on a busy machine they may well be 503.
HEALTH = "/health/"

# Before anybody looks at who asks, a body may be too long, and a URL have control characters in it.
REFUSED = """
[checks]
positive_data_acceptance.expected-statuses = [401, 413, 422]
negative_data_rejection.expected-statuses = [401, 413, 422]
"""

pytestmark = pytest.mark.timeout(PATIENCE)


@pytest.fixture(scope="module")
async def existing(shop: Shop) -> Mapping[str, str]:
    """What there is to be found at the paths: of one order that was paid for, with a refund that was refused."""
    sku = await shop.product(1000)
    order_id = (await shop.place((sku, 2), payment_method="pm_test_refund_fails"))["id"]
    await shop.reaches(order_id, status="CONFIRMED")
    payment_id = (await shop.payment(order_id))["id"]
    asked = await shop.payments.post(
        f"/payments/{payment_id}/refunds", json={"amount": 1, "reason": "fuzzing"}
    )
    assert asked.status_code == 201, asked.text

    async def look() -> str:
        [refund] = (await shown(shop.payments, f"/payments/{payment_id}/refunds"))["items"]
        if refund["status"] != "FAILED":
            raise NotYet(refund["status"])
        return refund["id"]

    refund_id = await until("the refund was refused", look, within=30)
    return {"sku": sku, "order_id": order_id, "payment_id": payment_id, "refund_id": refund_id}


async def fuzz(
    url: str, directory: Path, *options: str, paths: Mapping[str, str] = {}, settings: str = ""
) -> None:
    """AssertionError with what schemathesis found, each with a request that shows it."""
    configuration = directory / "schemathesis.toml"
    lines = [f'"path.{name}" = "{value}"\n' for name, value in paths.items()]
    configuration.write_text("".join(["[parameters]\n", *lines, settings]))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "schemathesis.cli", "--config-file", str(configuration), "run", f"{url}/openapi.json"),
        *("--phases", "coverage,fuzzing", "--max-examples", EXAMPLES, "--generation-deterministic"),
        *("--continue-on-failure", "--no-color", "--warnings", "off"),
        *options,
        cwd=directory,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()[-8000:]
    generated = re.search(rb"(\d+) generated", told)
    assert generated, told.decode()
    tried("requests to the REST APIs", int(generated[1]))


async def fuzz_with_tokens(stack: Stack, service: str, directory: Path, paths: Mapping[str, str]) -> None:
    """Each operation by somebody who may ask it: dead letters and the gateway by operators, the rest by staff."""
    url, checks = stack.site().service_url(service), ("--checks", ",".join(CHECKS))
    if service == GATEWAY:
        await fuzz(url, directory, *checks, *token(stack, "ops"), *without(HEALTH), paths=paths)
        return
    await fuzz(url, directory, *checks, *token(stack, "staff"), *without(HEALTH, LETTERS), paths=paths)
    only = ("--include-path-regex", f"^{LETTERS}")
    await fuzz(url, directory, *checks, *token(stack, "ops"), *only, paths=paths)


def without(*paths: str) -> tuple[str, str]:
    return "--exclude-path-regex", f"^({'|'.join(paths)})"


def token(stack: Stack, role: Role) -> tuple[str, str]:
    given = ask_for_token(stack.site().service_url(ISSUER), role, "fuzzer")
    return "--header", f"Authorization: Bearer {given['access_token']}"


@pytest.mark.parametrize("service", DOCUMENTS)
async def test_every_answer_is_documented_when_anything_is_asked(
    stack: Stack, service: str, tmp_path: Path
) -> None:
    await fuzz_with_tokens(stack, service, tmp_path, {})


@pytest.mark.parametrize("service", DOCUMENTS)
async def test_every_answer_is_documented_when_what_is_there_is_asked(
    shop: Shop, stack: Stack, service: str, existing: Mapping[str, str], tmp_path: Path
) -> None:
    found = dict(existing)
    if service in shop.clients:
        await bury(shop.site, service, [b"fuzzed"], "Unreadable: fuzzed")
        found["letter_id"] = (await letters_of(shop, service, "Unreadable: fuzzed", 1))[0]["id"]
    await fuzz_with_tokens(stack, service, tmp_path, found)


@pytest.mark.parametrize("service", DOCUMENTS)
async def test_nothing_but_refusals_is_answered_when_nobody_says_who_asks(
    stack: Stack, service: str, tmp_path: Path
) -> None:
    checks = (*CHECKS, "positive_data_acceptance")
    public = (
        "--exclude-operation-id-regex",
        "^(live_health|ready_health|(list_products|get_product)_products)",
    )
    url = stack.site().service_url(service)
    await fuzz(url, tmp_path, "--checks", ",".join(checks), *public, settings=REFUSED)
