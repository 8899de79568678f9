"""Changes whose faults are known, reviewers of them, and what these are worth."""
