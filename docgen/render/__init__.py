"""Fills a DOCX template; the only place that touches docxtpl and Jinja."""

from docgen.render.dialect import faults as forbidden
from docgen.render.filling import fill
from docgen.render.pictures import Picture

__all__ = ["Picture", "fill", "forbidden"]
