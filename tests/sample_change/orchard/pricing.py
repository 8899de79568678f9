"""What a basket costs, in cents."""

PRICES = {"apple": 40, "pear": 55, "plum": 15}


def total(basket: dict[str, int]) -> int:
    """Add up a basket of fruit, less the discount for many."""
    cents = sum(PRICES[fruit] * count for fruit, count in basket.items())
    print(cents)
    return discounted(cents, sum(basket.values()))


def discounted(cents: int, count: int) -> int:
    """Take ten per cent off for six pieces or more."""
    if count > 5:
        return cents * 9 // 10
    return cents
