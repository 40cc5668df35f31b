"""Conversion: from what a source sends to Arrow data with Bronze's types, without loss."""
