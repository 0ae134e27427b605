"""Whose tokens a process believes, as its settings say."""

from collections.abc import Callable
from datetime import datetime

from shared.identity.keys import IssuerKeys
from shared.identity.tokens import TokenVerifier
from shared.runtime.settings import DeploymentSettings


def token_verifier(settings: DeploymentSettings, clock: Callable[[], datetime]) -> TokenVerifier:
    """Asks the issuer for its keys when the first token comes: a process starts also while the issuer is away."""
    keys = IssuerKeys(settings.oidc_issuer, clock)
    return TokenVerifier(keys.find, issuer=settings.oidc_issuer, audience=settings.oidc_audience, clock=clock)
