"""Is what a reply says true? Each check takes small arguments and knows no world."""
