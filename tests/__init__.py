"""The tests; a package, so that the demo can import the loopback servers."""
