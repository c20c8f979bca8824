"""Input that no field can hold is refused before any page sees it."""

import json

import pytest

from common.http import depth_of, is_clean, json_is_clean


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"a": 1, "a": 2}',
        b'{"a": NaN}',
        b"[" * 100_000,
        b"[" * 40 + b"]" * 40,
        b"\xff\xfe",
        b"",
    ],
)
def test_hostile_json_is_not_clean(body: bytes) -> None:
    assert not json_is_clean(body)


def test_ordinary_json_is_clean() -> None:
    assert json_is_clean(json.dumps({"tip_cents": 500, "note": "café 🥑", "lines": [{"id": 1}]}).encode())


def test_depth_counts_levels() -> None:
    assert depth_of({"a": [{"b": 1}]}) == 4


def test_text_with_a_nul_is_not_clean() -> None:
    assert not is_clean("a\x00b")
