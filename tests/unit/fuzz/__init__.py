"""Random tables for landing: what is sent, three ways to send it, and what it has to be in Bronze."""
