"""Small projects with tests, one language a module, and ways to break them."""
