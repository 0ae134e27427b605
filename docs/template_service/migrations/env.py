"""Alembic's entry; the platform does the rest."""

from shared.database.migrations import run_environment

run_environment()
