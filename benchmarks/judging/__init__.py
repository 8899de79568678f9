"""What `benchmarks/verdicts.py` measures: cases, how they are made, how they count."""
