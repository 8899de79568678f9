"""Simulated teams: what a ledger of theirs tells and teaches."""
