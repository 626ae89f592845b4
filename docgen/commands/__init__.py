"""What python -m docgen can do, one command per file."""
