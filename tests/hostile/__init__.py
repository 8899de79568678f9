"""Hostile input, carried by legitimate events through the real command line.

`payloads` says what an attacker writes, `carriers` where it stands, `obedience` what
a hijacked model makes of it, `checker` what must hold afterwards whatever they did.
"""
