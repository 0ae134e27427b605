"""The Dockerfiles of the clone's services, read as lists of instructions; and the frontend's, which is another kind."""

import re
from dataclasses import dataclass
from pathlib import Path

from ops.stack.home import CLONE


@dataclass(frozen=True, slots=True)
class Instruction:
    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class Dockerfile:
    path: Path

    @property
    def package(self) -> str:
        return self.path.parent.name

    @property
    def instructions(self) -> list[Instruction]:
        text = re.sub(r"\\\n\s*", "", self.path.read_text())
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        return [Instruction(*line.split(maxsplit=1)) for line in lines]

    def all(self, word: str) -> list[str]:
        return [instruction.rest for instruction in self.instructions if instruction.word == word]

    def environment(self) -> dict[str, str]:
        return dict(assignment.split("=", 1) for line in self.all("ENV") for assignment in line.split())

    def copied(self) -> list[tuple[str, str]]:
        """What is copied from the clone, and to where below the working directory."""
        pairs = [copy.split() for copy in self.all("COPY")]
        assert all(len(pair) == 2 for pair in pairs), "no options, one source each"
        return [(source, target) for source, target in pairs]


FRONTEND = Dockerfile(CLONE / "frontend" / "Dockerfile")
DOCKERFILES = [Dockerfile(path) for path in sorted(CLONE.glob("*/Dockerfile")) if path != FRONTEND.path]
