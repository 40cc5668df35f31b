"""The demo retailer: a shop database, a marketing API and promotion files, from a real grocer's year."""
