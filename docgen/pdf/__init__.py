"""Prepares a converted PDF for signing; the only place that touches pypdf."""

from docgen.pdf.fields import BOX, Place
from docgen.pdf.prepare import Prepared, prepare

__all__ = ["BOX", "Place", "Prepared", "prepare"]
