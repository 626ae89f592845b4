"""The description of the JSON endpoint (OpenAPI 3.1), with problem documents for every error."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from signing.report import Answer
from signing.web import models

DESCRIPTION = """\
Creates packets and follows them. Every request needs `Authorization: Bearer <key>`.
Errors are problem documents (RFC 9457): `problems` lists everything that is wrong at once.
"""
PDF: dict[int | str, Any] = {
    200: {"description": "A PDF", "content": {"application/pdf": {}}},
}
EVIDENCE_ZIP: dict[int | str, Any] = {
    200: {"description": "Every file that proves the packet", "content": {"application/zip": {}}},
}

TENANT_ZIP: dict[int | str, Any] = {
    200: {"description": "Everything about the tenant", "content": {"application/zip": {}}},
}

_SCHEMA = "#/components/schemas/"
VALIDATION: dict[int | str, Any] = {
    200: {
        "description": "The report of the validation; `schema` says its version",
        "content": {"application/json": {"schema": {"$ref": f"{_SCHEMA}Answer"}}},
    },
}
SCAN_PATH = "/api/v1/packets/{reference}/recipients/{role}/paper"
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "the same key with the same body gives the same packet",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
}
_SCAN_BODY = {"required": True, "content": {"application/pdf": {}, "image/jpeg": {}, "image/png": {}}}
_PDF_BODY = {"required": True, "content": {"application/pdf": {}}}


def with_problems(spec: dict[str, Any]) -> dict[str, Any]:
    """The description, with the answer that every operation gives when something is wrong."""
    schema = models.ProblemDocument.model_json_schema(ref_template=f"{_SCHEMA}{{model}}")
    schemas: dict[str, Any] = spec["components"]["schemas"]
    schemas.update(schema.pop("$defs"))
    schemas["ProblemDocument"] = schema
    report = TypeAdapter(Answer).json_schema(ref_template=f"{_SCHEMA}{{model}}", mode="serialization")
    schemas.update(report.pop("$defs"))
    schemas["Answer"] = report
    spec["paths"]["/api/v1/validate"]["post"]["requestBody"] = _PDF_BODY
    spec["paths"][SCAN_PATH]["post"]["requestBody"] = _SCAN_BODY
    spec["paths"]["/api/v1/packets"]["post"].setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    problem = {
        "description": "A problem: the status says of what kind, `problems` what to do",
        "content": {"application/problem+json": {"schema": {"$ref": f"{_SCHEMA}ProblemDocument"}}},
    }
    for operations in spec["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            if "responses" in operation:
                operation["responses"]["default"] = problem
    return spec
