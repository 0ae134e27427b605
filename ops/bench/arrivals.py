"""When requests arrive: decided before the first leaves, so that slow answers cannot thin out the load."""

import random


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """Seconds from the start, rising: `rate * seconds` independent arrivals (Poisson), the same for the same seed."""
    chance = random.Random(seed)
    return sorted(chance.uniform(0, seconds) for _ in range(round(rate * seconds)))
