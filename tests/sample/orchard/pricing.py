"""What a basket costs, in cents."""

PRICES = {"apple": 40, "pear": 55, "plum": 15}


def total(basket: dict[str, int]) -> int:
    """Add up a basket of fruit."""
    return sum(PRICES[fruit] * count for fruit, count in basket.items())
