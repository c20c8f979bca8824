"""Read JSON and CSV into frozen dataclasses, strictly: a missing, unknown or ill-typed field is named."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import time
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Row = Mapping[str, Any]


class BadData(ValueError):
    """A data file does not have the shape that its dataclass says."""


def build(kind: type[T], row: Row) -> T:
    """Make a dataclass from a JSON object, nested ones too. Raises BadData with the path of the field at fault."""
    hints = get_type_hints(kind)
    names = {field.name for field in fields(cast(Any, kind))}
    if names != set(row):
        raise BadData(f"{kind.__name__}: missing {sorted(names - set(row))}, unknown {sorted(set(row) - names)}")
    return kind(**{name: _value(hints[name], row[name], f"{kind.__name__}.{name}") for name in names})


def build_from_text(kind: type[T], row: Mapping[str, str]) -> T:
    """Make a flat dataclass from a CSV row: 0 and 1 for booleans, blanks between the parts of a tuple."""
    hints = get_type_hints(kind)
    return build(kind, {name: _from_text(hints.get(name, str), text) for name, text in row.items()})


def _from_text(hint: Any, text: str) -> object:
    if hint is bool:
        return {"0": False, "1": True}.get(text, text)
    if hint is int:
        return int(text)
    if get_origin(hint) is tuple:
        return text.split()
    return text or None if isinstance(hint, UnionType) else text


def _value(hint: Any, raw: object, path: str) -> object:
    if isinstance(hint, UnionType):
        return None if raw is None else _value(_without_none(hint), raw, path)
    if get_origin(hint) is tuple and isinstance(raw, list):
        return tuple(_value(get_args(hint)[0], each, path) for each in raw)
    if is_dataclass(hint) and isinstance(raw, dict):
        return build(cast(type[object], hint), raw)
    if hint is time and isinstance(raw, str):
        return time.fromisoformat(raw)
    if hint is Decimal and isinstance(raw, str):
        return Decimal(raw)
    if get_origin(hint) is None and isinstance(hint, type) and type(raw) is hint:
        return raw
    raise BadData(f"{path}: {raw!r} is not {hint}")


def _without_none(hint: UnionType) -> Any:
    return next(each for each in get_args(hint) if each is not NoneType)
