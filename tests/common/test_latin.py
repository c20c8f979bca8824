"""Names in the letters of old formats: every Latin letter by its usual spelling, and no other script guessed."""

import unicodedata

import pytest

from common.latin import is_latin, plain_latin, plain_sign


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("\u0141ukasz W\u00f3jcik", "Lukasz Wojcik"),
        ("S\u00f8ren \u00d8deg\u00e5rd", "Soren Odegard"),
        ("\u0110\u1eb7ng V\u0103n \u0110\u1ee9c", "Dang Van Duc"),
        ("Wei\u00df", "Weiss"),
        ("Kj\u00e6r", "Kjaer"),
        ("\u00deorbj\u00f6rg", "THorbjorg"),
        ("O\u2019Brien", "O'Brien"),
        ("Smith\u2013Jones", "Smith-Jones"),
        ("\u02bbIolani", "'Iolani"),
        ("e\u0301", "e"),
    ],
)
def test_a_latin_name_loses_no_letter(name: str, plain: str) -> None:
    assert plain_latin(name) == plain
    assert is_latin(name)


@pytest.mark.parametrize(
    "name", ["\u738b\u5c0f\u660e", "\u041c\u0443\u0441\u0430", "\U0001f642", "\u200b", "", "Ann \u738b"]
)
def test_another_script_is_not_guessed(name: str) -> None:
    assert not is_latin(name)


def test_every_letter_of_the_common_latin_blocks_has_a_spelling() -> None:
    letters = [chr(sign) for block in ((0xC0, 0x180), (0x1E00, 0x1E9C), (0x1EA0, 0x1EFA)) for sign in range(*block)]
    unspelled = [
        sign for sign in letters if unicodedata.category(sign) in {"Lu", "Ll"} and not plain_sign(sign).isascii()
    ]

    assert [f"{sign} {unicodedata.name(sign)}" for sign in unspelled] == []
