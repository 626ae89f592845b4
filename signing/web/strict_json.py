"""Reads JSON without guessing: a key twice, NaN or half a character is an error, not a choice."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from typing import Any

from flask import Request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

DEEPEST = 20  # levels; a request for a packet has about five


class StrictJson(DefaultJSONProvider):
    """Flask's JSON, strict when it reads. ``loads`` raises ValueError with a sentence in English."""

    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            value = json.loads(s, object_pairs_hook=_unique, parse_constant=_refuse, **kwargs)
        except UnicodeDecodeError:
            raise ValueError("the body is not UTF-8") from None
        except json.JSONDecodeError as error:
            raise ValueError(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        _check(value)
        return value


class StrictRequest(Request):
    """A request that says what is wrong with its body."""

    def get_data(self, *args: Any, **kwargs: Any) -> Any:
        """Raises RequestEntityTooLarge also for a body in chunks, which werkzeug cuts off at the limit."""
        data = super().get_data(*args, **kwargs)
        limit = self.max_content_length
        if self.content_length is None and limit is not None and len(data) >= limit:
            raise RequestEntityTooLarge()
        return data

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> BytesIO:
        """An upload stays in memory, as its page promises; the limits keep it small."""
        return BytesIO()

    def on_json_loading_failed(self, e: ValueError | None) -> Any:
        """Raises BadRequest with the sentence of StrictJson."""
        raise BadRequest(f"The body is not clean JSON: {e}. Correct it; nothing was made.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        # Counted in one pass: comparing every key with every other took hours for a body of 10 MB.
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {twice[:60]!r} occurs twice in one object")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON value")


def _check(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError(f"it is nested more than {DEEPEST} levels deep")
        level = [child for parent in level for child in _children(parent)]


def _children(value: Any) -> list[Any]:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("a text holds half a character (a lone surrogate)") from None
        return []
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
