"""Each service runs from what its Dockerfile copies, with what its Dockerfile installs, and with nothing else."""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from ops.stack.home import CLONE
from ops.stack.parts import Part
from ops.stack.services import probe
from ops.stack.site import Site, process_environment
from ops.stack.waiting import wait_until_ready
from tests.contracts.dockerfiles import DOCKERFILES, Dockerfile

# The first time it installs the service's requirements from the package index.
PATIENCE = 300
EXCLUDED = ("testing", "__pycache__")


def installed(image: Dockerfile) -> Path:
    """The Python of a virtual environment with the service's own requirements, kept for the next run."""
    requirements = CLONE / image.copied()[0][0]
    content = hashlib.sha256(f"{sys.version}{requirements.read_text()}".encode()).hexdigest()[:16]
    directory = Path(tempfile.gettempdir()) / f"eventflow-image-{image.package}-{content}"
    if not (directory / "complete").exists():
        shutil.rmtree(directory, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
        [install] = [command for command in image.all("RUN") if "pip install" in command]
        arguments = [
            str(requirements) if word == "requirements.txt" else word for word in shlex.split(install)
        ]
        arguments.remove("--no-cache-dir")
        subprocess.run([str(directory / "bin" / "python"), *arguments[1:], "--quiet"], check=True)
        (directory / "complete").touch()
    return directory / "bin" / "python"


def image_directory(image: Dockerfile, directory: Path) -> Path:
    """A directory that holds what the image's working directory does."""
    directory.mkdir()
    for source, target in image.copied():
        if source.endswith("/"):
            shutil.copytree(CLONE / source, directory / target, ignore=shutil.ignore_patterns(*EXCLUDED))
        else:
            shutil.copy(CLONE / source, directory / target)
    return directory


def name_of(image: Dockerfile) -> str:
    return image.package.removesuffix("_service").removeprefix("notification_").removeprefix("local_")


@contextmanager
def serving(part: Part) -> Generator[None]:
    """Runs it until the end of the block, and sees that it then ends well."""
    with part.log.open("wb") as output:
        process = subprocess.Popen(
            part.command,
            cwd=part.directory,
            env=dict(part.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def gone() -> str | None:
        return None if process.poll() is None else f"status {process.returncode}"

    try:
        wait_until_ready(part, gone=gone, patience=60)
        yield
    finally:
        process.terminate()
        ended = process.wait(timeout=20)
    assert ended == 0, part.last_lines()


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("image", DOCKERFILES, ids=lambda image: image.package)
def test_service_is_ready_when_it_has_what_its_image_has(
    image: Dockerfile, isolated: Site, tmp_path: Path
) -> None:
    name, python = name_of(image), installed(image)
    directory = image_directory(image, tmp_path / "image")
    alone = process_environment() | {"PYTHONPATH": ""}
    if (directory / image.package / "migrations").exists():
        subprocess.run(
            [str(python), "-m", f"{image.package}.main", "migrate"],
            cwd=directory,
            env=isolated.migration_environment(name) | alone,
            check=True,
        )
    part = Part(
        name=image.package,
        command=(str(python), "-m", f"{image.package}.main", "serve"),
        directory=directory,
        environment=isolated.environment(name) | alone,
        log=tmp_path / "log",
        probe=partial(probe, isolated.service_url(name), degraded_will_do=False),
    )

    with serving(part):
        served = httpx.get(f"{isolated.service_url(name)}/openapi.json", trust_env=False)

    assert served.json()["paths"]


def test_no_other_code_is_inside_when_the_directory_is_made(tmp_path: Path) -> None:
    for image in DOCKERFILES:
        directory = image_directory(image, tmp_path / image.package)
        assert sorted(os.listdir(directory)) == sorted(["requirements.txt", "shared", image.package])
