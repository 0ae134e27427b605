"""Counts something of every order, once, and adds it up by key."""
