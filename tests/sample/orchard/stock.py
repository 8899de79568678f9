"""What is left on the shelves."""

import json
from pathlib import Path


def load(path: Path) -> dict[str, int]:
    """Read the stock file."""
    return json.loads(path.read_text())["shelves"]


def take(stock: dict[str, int], fruit: str, count: int) -> None:
    """Take fruit off the shelf."""
    if stock[fruit] < count:
        raise ValueError(f"only {stock[fruit]} of {fruit} left")
    stock[fruit] -= count
