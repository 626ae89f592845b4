"""The description of the API as a page: every call, what it takes and answers, and a way to try it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from apiflask import APIFlask
from flask import Blueprint, current_app, g, render_template

blueprint = Blueprint("docs", __name__)

_SCHEMA = "#/components/schemas/"
DEEPEST = 6  # levels of an example; a value that holds itself ends there


@dataclass(frozen=True)
class Call:
    """One operation. ``takes``: the media type of its body; ``body``: an example of one, as JSON."""

    method: str
    path: str
    title: str
    told: str
    parameters: tuple[Mapping[str, Any], ...]
    takes: str | None
    body: str | None
    answers: tuple[tuple[str, str, str | None], ...]


@blueprint.get("/api")
def page() -> str:
    """For who writes a client; nothing on it comes from elsewhere."""
    g.scripts = g.asks = True
    spec = cast(dict[str, Any], cast(APIFlask, current_app).spec)
    return render_template("api.html", info=spec["info"], groups=_groups(spec))


def _groups(spec: Mapping[str, Any]) -> dict[str, list[Call]]:
    groups: dict[str, list[Call]] = {}
    for path, operations in spec["paths"].items():
        shared = operations.get("parameters", [])
        for method, operation in operations.items():
            if method != "parameters":
                tag = operation.get("tags", ["Packets"])[0]
                groups.setdefault(tag, []).append(_call(spec, method, path, operation, shared))
    return groups


def _call(
    spec: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any], shared: list[Any]
) -> Call:
    content = operation.get("requestBody", {}).get("content", {})
    takes = next(iter(content), None)
    schema = content[takes].get("schema") if takes == "application/json" else None
    return Call(
        method.upper(),
        path,
        operation.get("summary", ""),
        operation.get("description", ""),
        (*shared, *operation.get("parameters", [])),
        takes,
        json.dumps(_example(spec, schema), indent=2, ensure_ascii=False) if schema else None,
        tuple(_answers(spec, operation)),
    )


def _answers(spec: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    for status, answer in operation["responses"].items():
        for media, content in (answer.get("content") or {"": {}}).items():
            schema = content.get("schema")
            shown = _example(spec, schema) if schema and status != "default" else None
            text = None if shown is None else json.dumps(shown, indent=2, ensure_ascii=False)
            yield status, f"{answer['description']} {media}".strip(), text


def _example(spec: Mapping[str, Any], schema: Mapping[str, Any], level: int = 0) -> Any:
    """A value of this schema: what it says itself, else the name of its kind."""
    if "$ref" in schema:
        schema = spec["components"]["schemas"][schema["$ref"].removeprefix(_SCHEMA)]
    if level > DEEPEST:
        return "…"
    for given in ("example", "default", "const"):
        if schema.get(given) is not None:
            return schema[given]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _example(spec, schema["anyOf"][0], level)
    if schema.get("type") == "array":
        return [_example(spec, schema.get("items", {}), level + 1)]
    if "properties" in schema:
        return {name: _example(spec, part, level + 1) for name, part in schema["properties"].items()}
    return {"object": {}, "boolean": True, "integer": 1, "number": 1.0, "string": "text"}.get(
        str(schema.get("type")), "…"
    )
