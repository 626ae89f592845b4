"""The whole proof of one packet as files, and the check that they belong together, from the files alone."""

from signing.dossier.check import problems
from signing.dossier.container import DossierUnusable, read, zipped
from signing.dossier.export import NoEvidenceYet, export
from signing.dossier.manifest import MANIFEST, manifest

__all__ = ["MANIFEST", "DossierUnusable", "NoEvidenceYet", "export", "manifest", "problems", "read", "zipped"]
