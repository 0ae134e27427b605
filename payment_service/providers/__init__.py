"""Where the money really moves: the port, the rules of the simulated provider, and its two homes."""
