"""Reads the rule packs under `packs/`: the law as data, one file a jurisdiction, one edition a change.

A pack is the default editions in force, then its own in force on top, each naming only what it
changes. A date is all that decides, so a pay run for last March uses last March's law.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from common.errors import DomainError
from rules.pack import PayFloor, RulePack, Source, StatutoryFee

PACKS = Path(__file__).parent / "packs"
DEFAULT = "default"


class UnknownRulePack(DomainError):
    """There is no rule pack of that name."""

    code = "unknown_rule_pack"
    status = 400


def pack_codes() -> list[str]:
    """Names of all packs, in order; a market names one of them."""
    return sorted(path.stem for path in PACKS.glob("*.toml"))


def pack_names() -> list[tuple[str, str]]:
    """Code and name of every pack, in order of the codes."""
    return [(code, str(_file(code)["name"])) for code in pack_codes()]


@lru_cache(maxsize=512)
def pack_for(code: str, on: date) -> RulePack:
    """Rules of a jurisdiction on a day.

    Raises:
        UnknownRulePack: no pack has that code.
        ValueError: the day lies before the first default edition.
    """
    editions = _in_force(DEFAULT, on)
    if not editions:
        raise ValueError(f"no rules are on file for {on:%Y-%m-%d}")
    if code != DEFAULT:
        editions += _in_force(code, on)
    merged: dict[str, Any] = {}
    for edition in editions:
        merged.update(edition)
    return _parsed(code, _file(code)["name"], editions, merged)


@cache
def _file(code: str) -> Mapping[str, Any]:
    path = PACKS / f"{code}.toml"
    if code not in pack_codes():
        raise UnknownRulePack(f"There is no rule pack called {code!r}.")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _in_force(code: str, on: date) -> list[Mapping[str, Any]]:
    """Editions of one file that have begun, oldest first, each marked with the file it is of."""
    begun = [edition for edition in _file(code)["edition"] if edition["from"] <= on]
    return [{**edition, "file": code} for edition in sorted(begun, key=lambda edition: edition["from"])]


def _parsed(code: str, name: str, editions: list[Mapping[str, Any]], merged: Mapping[str, Any]) -> RulePack:
    plain = {key: value for key, value in merged.items() if key not in _NOT_PLAIN}
    return RulePack(
        code=code,
        name=name,
        version=_version(editions),
        review_on=editions[-1].get("review_on"),
        pay_floor=PayFloor(**merged["pay_floor"]),
        statutory_fees=tuple(StatutoryFee(**fee) for fee in merged["statutory_fee"]),
        suggested_tips_bp=tuple(merged["suggested_tips_bp"]),
        sources=tuple(Source(**source) for edition in editions for source in edition["source"]),
        **plain,
    )


_NOT_PLAIN = {"from", "file", "review_on", "pay_floor", "statutory_fee", "suggested_tips_bp", "source"}


def _version(editions: list[Mapping[str, Any]]) -> str:
    """Latest edition of each file that took part, as in `default@2026-01-01+nyc@2026-04-01`."""
    latest = {edition["file"]: edition["from"] for edition in editions}
    return "+".join(f"{file}@{begins:%Y-%m-%d}" for file, begins in latest.items())
