"""Prefect flows: what runs when, and nothing else."""
