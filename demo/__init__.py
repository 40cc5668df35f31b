"""The demo retailer: a shop database, a marketing API and promotion files, made from a real grocer's year."""
