"""The payment of one order, pure: what can happen (events), what it adds up to (payment), what follows (decisions)."""
