"""Text of strangers and of models: what may come in, what may go out."""
