"""`larder doctor`: what is missing or wrong on this machine."""
