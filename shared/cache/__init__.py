"""Answers kept in Redis for a moment. Nothing in there is worth anything: without it everything works, and is slower."""
