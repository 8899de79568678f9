"""What `benchmarks/router.py` measures, one question a module."""
