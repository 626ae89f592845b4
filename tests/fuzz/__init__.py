"""Mutated files for the validator: ``make fuzz``."""
