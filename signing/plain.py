"""Values as others may have them: reports as JSON-ready values and back, addresses half hidden."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def to_plain(value: Any) -> Any:
    """A dataclass as JSON-ready values; times as ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(member) for member in value]
    return value


def from_plain(kind: Any, value: Any) -> Any:
    """The value of type ``kind`` that ``to_plain`` wrote; raises ``ValueError`` for anything else."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        return _dataclass(kind, value)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return from_plain(next(member for member in get_args(kind) if member is not type(None)), value)
    if origin is tuple:
        return tuple(from_plain(get_args(kind)[0], member) for member in _expect(list, value))
    if origin is Literal:
        return _one_of(get_args(kind), value)
    if origin is not None:
        return {str(key): str(member) for key, member in _expect(dict, value).items()}
    return datetime.fromisoformat(_expect(str, value)) if kind is datetime else _expect(kind, value)


def _dataclass(kind: Any, value: Any) -> Any:
    given = _expect(dict, value)
    hints = _hints(kind)
    if given.keys() != hints.keys():
        raise ValueError(f"{kind.__name__} has other members than it should")
    return kind(**{name: from_plain(hints[name], given[name]) for name in hints})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _expect(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{kind.__name__} was expected, not {type(value).__name__}")
    return value


def _one_of(allowed: tuple[Any, ...], value: Any) -> Any:
    if value not in allowed:
        raise ValueError(f"one of {allowed} was expected")
    return value


def masked(address: str) -> str:
    """An address or number that its owner recognises and nobody can use: ``a…@voorbeeld.nl``, ``…78``."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}…@{domain}" if at else f"…{address[-2:]}"
