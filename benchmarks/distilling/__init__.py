"""What the benchmark of distilling a log is made of."""
