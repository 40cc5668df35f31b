"""Random histories of a shop, and what silver and gold must be after each run: `play` compares them."""
