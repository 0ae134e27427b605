"""What the operator's shell hands on to services is checked by the services' own settings."""

import pytest

from ops.stack.errors import PrerequisiteMissing
from ops.stack.handed_on import refuse_wrong_ones
from ops.stack.site import OPTIONAL, SERVED


@pytest.fixture(autouse=True)
def empty_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in {variable for variables in OPTIONAL.values() for variable in variables}:
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOG_LEVEL", "rubbish"),
        ("ORDER_EXPIRY_SECONDS", "0"),
        ("ORDER_EXPIRY_SECONDS", "soon"),
        ("PROVIDER_LATENCY_MS", "-1"),
        ("EVENTFLOW_ENVIRONMENT", "production"),
        ("OIDC_ISSUER", "login.example.com"),
        ("PROVIDER_ERROR_RATE", "1.5"),
    ],
)
def test_variable_is_refused_by_name_when_a_service_would_refuse_it(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(PrerequisiteMissing, match=variable) as refusal:
        refuse_wrong_ones(SERVED)
    assert str(refusal.value).count(variable) == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [("LOG_LEVEL", "debug"), ("ORDER_EXPIRY_SECONDS", "60"), ("PROVIDER_ERROR_RATE", "0.05"), ("LOG_LEVEL", "")],
)  # fmt: skip
def test_nothing_is_refused_when_the_variables_are_right(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    refuse_wrong_ones(SERVED)
