"""A fruit shop's stock and prices."""
