"""How runs went, and where their time goes."""
