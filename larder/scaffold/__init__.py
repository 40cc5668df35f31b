"""`larder source new`: from a database or an API to a source of this project, its module and its models."""
