"""A review in parts: what a model replies, what is checked of it, how it is said."""
