"""The HTTP application of a service: what it brings itself, and what every service has."""

from collections.abc import Sequence

from fastapi import FastAPI

from shared.http.application import create_application
from shared.http.health import HealthCheck
from shared.http.quotas import RateLimits
from shared.identity.tokens import TokenVerifier
from shared.messaging.letters import Letters
from shared.runtime.letter_documents import LetterDocuments
from shared.runtime.letter_routes import letter_router
from shared.runtime.replaying import Replayer
from shared.runtime.wiring import Platform, Service, SettingsT, Wiring


def application_of(
    service: Service[SettingsT],
    platform: Platform[SettingsT],
    wiring: Wiring,
    health_checks: Sequence[HealthCheck],
    verifier: TokenVerifier,
    limits: RateLimits,
) -> FastAPI:
    """The service's HTTP application: its own routers, and that of its dead letters. `verifier` says who asks, `limits` how often they may."""
    handler, subscription = wiring.handler, service.subscription
    letters = Letters(platform.engine, platform.reads, subscription.queue)
    replayer = Replayer(
        service=service.name,
        handler=handler,
        letters=letters,
        reactions=service.reactions,
        clock=platform.clock,
    )
    documents = LetterDocuments(subscription, handler.store, service.publish, wiring.foresee)
    return create_application(
        title=service.title,
        version=service.version,
        routers=[*wiring.routers, letter_router(letters, replayer, documents, platform.clock)],
        health_checks=health_checks,
        verifier=verifier,
        limits=limits,
    )
