"""What an image is made of: pinned, its own code alone, nobody's root, and its health known."""

import json
import re

import pytest

from ops.stack.added import OWN
from ops.stack.home import CLONE
from ops.stack.site import GATEWAY, ISSUER, package_of
from tests.contracts.dockerfiles import DOCKERFILES, FRONTEND, Dockerfile

EVERY_IMAGE = pytest.mark.parametrize("image", DOCKERFILES, ids=lambda image: image.package)
GROUP = re.compile(r"_service$|^notification_|^local_")


def test_every_service_has_an_image_when_they_are_looked_for() -> None:
    assert {package_of(service) for service in (*OWN, GATEWAY, ISSUER)} <= {
        image.package for image in DOCKERFILES
    }


@EVERY_IMAGE
def test_base_is_pinned_when_the_image_is_built(image: Dockerfile) -> None:
    [base] = image.all("FROM")
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", base)
    assert len({other.all("FROM")[0] for other in DOCKERFILES}) == 1


@EVERY_IMAGE
def test_only_the_platform_and_its_own_code_are_inside_when_the_image_is_built(image: Dockerfile) -> None:
    group = GROUP.sub("", image.package)
    assert image.copied() == [
        (f"requirements/{group}.txt", "requirements.txt"),
        ("shared/", "shared/"),
        (f"{image.package}/", f"{image.package}/"),
    ]
    assert not image.all("ADD")


@EVERY_IMAGE
def test_requirements_are_checked_by_hash_when_they_are_installed(image: Dockerfile) -> None:
    [install] = [command for command in image.all("RUN") if "pip install" in command]
    assert "--require-hashes" in install
    assert "--no-cache-dir" in install
    assert not [command for command in image.all("RUN") if re.search(r"apt-get|curl|wget|sudo", command)]


@EVERY_IMAGE
def test_process_is_nobodys_root_when_it_runs(image: Dockerfile) -> None:
    words = [instruction.word for instruction in image.instructions]
    [user] = image.all("USER")
    assert int(user) > 0, "a number: Kubernetes cannot tell from a name that it is not root"
    assert "RUN" not in words[words.index("USER") :]
    assert "COPY" not in words[words.index("USER") :]


@EVERY_IMAGE
def test_signals_reach_the_process_when_it_is_told_to_stop(image: Dockerfile) -> None:
    """A command in shell form would run under a shell that does not hand SIGTERM on."""
    [command] = image.all("CMD")
    assert json.loads(command) == ["python", "-m", f"{image.package}.main", "serve"]
    assert not image.all("ENTRYPOINT")


@EVERY_IMAGE
def test_readiness_is_asked_for_when_health_is_checked(image: Dockerfile) -> None:
    [check] = image.all("HEALTHCHECK")
    probe = json.loads(check[check.index("[") :])
    assert probe[:2] == ["python", "-c"]
    assert "/health/ready" in probe[2]
    compile(probe[2], "probe", "exec")


@EVERY_IMAGE
def test_no_secret_is_baked_in_when_the_image_is_built(image: Dockerfile) -> None:
    assert not [name for name in image.environment() if re.search(r"PASSWORD|KEY|URL|TOKEN", name)]


def test_frontend_is_built_from_its_lock_file_and_runs_as_nobodys_root() -> None:
    build, base = FRONTEND.all("FROM")
    assert re.fullmatch(r"node:20\.\d+\.\d+-\w+-slim", base)
    assert build == f"{base} AS build"
    assert FRONTEND.all("RUN")[:2] == ["npm ci", "npm run build"]
    words = [instruction.word for instruction in FRONTEND.instructions]
    assert int(FRONTEND.all("USER")[0]) > 0
    assert not {"RUN", "COPY"} & set(words[words.index("USER") :])
    assert json.loads(FRONTEND.all("CMD")[0]) == ["node", "server.js"]
    [check] = FRONTEND.all("HEALTHCHECK")
    assert "/api/health" in json.loads(check[check.index("[") :])[2]
    assert not [name for name in FRONTEND.environment() if re.search(r"PASSWORD|KEY|URL|TOKEN|SECRET", name)]


def test_frontends_packages_and_builds_stay_outside_when_the_image_is_built() -> None:
    ignored = (CLONE / ".dockerignore").read_text().splitlines()
    for made in ("frontend/node_modules/", "frontend/.next/"):
        assert ignored.index("!frontend/") < ignored.index(made)
