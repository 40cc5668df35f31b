"""dlt sources: from the retailer's systems into Bronze."""
