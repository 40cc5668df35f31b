"""APIs: read the pages of JSON APIs, strictly and to their end."""
