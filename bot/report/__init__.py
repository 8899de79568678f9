"""What the ledger tells: figures, and the page and the summary that show them."""
