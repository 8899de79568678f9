"""routebot: which model does this piece of repository work, and why."""

__version__ = "0.1.0"
