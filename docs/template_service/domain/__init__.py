"""What the service decides, without a clock, a database or a network."""
