"""Fills the documents of a packet: values in, PDF/A out; knows nothing of signing."""
