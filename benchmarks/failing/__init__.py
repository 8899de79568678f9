"""Failing CI jobs of our own: small projects, seeded mistakes, what their tools print."""
