"""Made-up secrets of many vendors, in the places where people leave them."""
