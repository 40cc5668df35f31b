"""Write, audit, publish: a build works on an Iceberg branch, and its tables are published together.

Until then, every reader of silver and gold, by whatever engine, sees the last tested state.
"""
