"""Failing CI jobs of our own: small projects, seeded mistakes, their logs."""
