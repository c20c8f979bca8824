"""R45: whatever people type or paste is cleaned once and judged once, by fields of ours, and refused in our words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils import translation

from common import api_fields
from common.fields.base import Ours
from common.fields.shares import DollarsField, PercentField
from common.fields.texts import Code, Mail, Phone, PlaceText, Text, Zip
from common.fields.values import Degrees, Money, Number, Pounds, Whole
from tests.conventions.every_form import admin_fields, form_fields, serializer_fields

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("city")]
OURS = (Ours, api_fields.Ours)
# Fields that may stay the framework's, each with its reason.
EXCEPTIONS: Mapping[str, str] = {}
NOT_OURS_TO_SAY = re.compile(
    r"ensure |valid (value|choice|uuid|integer|number|string|email|date|time|pk|json|list)|this field|required pattern"
    r"|constraint|is violated|already exists|not one of the available|submitted|encoding type"
)


def every_field() -> Iterator[tuple[str, Any]]:
    yield from form_fields()
    yield from serializer_fields()
    yield from admin_fields()


def test_every_field_of_every_form_is_one_of_ours() -> None:
    foreign = {
        f"{where}: {type(field).__name__}"
        for where, field in every_field()
        if not isinstance(field, OURS) and where not in EXCEPTIONS
    }

    assert foreign == set()


def test_the_exceptions_are_still_there() -> None:
    assert set(EXCEPTIONS) <= {where for where, _field in every_field()}


def test_no_field_has_a_sentence_of_the_framework() -> None:
    """Codes of complaint that a field can raise: its own, and those of its validators."""
    found = {
        f"{where} {code}: {message}"
        for where, field in every_field()
        for code, message in sentences(field).items()
        if NOT_OURS_TO_SAY.search(str(message).lower())
    }

    assert found == set()


def sentences(field: Any) -> dict[str, Any]:
    """What a field says, by code; a validator's own words count where the field has none for its code.

    The validator of NUL never speaks: what nobody can see is gone before it looks.
    """
    said = dict(field.error_messages)
    for validator in field.validators:
        if not isinstance(validator, ProhibitNullCharactersValidator):
            said.setdefault(getattr(validator, "code", "invalid"), getattr(validator, "message", ""))
    return said


UNSEEN = "\u200b\u202e\u2060\ufeff\u00ad\u3164"
TEXTS: Mapping[str, str] = {
    f"  Ann{UNSEEN} \u00a0 O\u2019Neil\t": "Ann O\u2019Neil",
    "\u202eevil\u202c": "evil",
    "Nguye\u0302\u0303n Thi\u0323 Hu\u031bo\u031bng": "Nguy\u1ec5n Th\u1ecb H\u01b0\u01a1ng",
    "\u738b\u5c0f\u660e": "\u738b\u5c0f\u660e",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Ring \U0001f468\u200d\U0001f469\u200d\U0001f467 twice": "Ring \U0001f468\u200d\U0001f469\u200d\U0001f467 twice",
    "S\u200dam": "Sam",
    "\uff33am": "\uff33am",
}
NOTHING = ("", " ", "\u00a0\t", UNSEEN, "\u2800", "\x00")
WHOLES: Mapping[str, int] = {"12": 12, " 12 ": 12, "\u00a012\u200b": 12, "\uff11\uff12": 12, "12.0": 12}
NUMBERS: Mapping[str, str] = {"1.5": "1.5", " 1.5\u00a0": "1.5", "\uff11.5": "1.5", "1,5": "1.5", "2": "2", ".5": "0.5"}
NO_NUMBERS = (
    "1e2", "1_0", "-0", "-0.00", "NaN", "Infinity", "+5", "\u0665", "\u0661\u0662", "\u096b", "0x10", "five", "1 2.3.4",
    "1,00,0", "\u00bd", "--1", "9" * 400, "9" * 50_000, "1,5,5",
)  # fmt: skip
PHONES: Mapping[str, str] = {
    "615-555-0143": "+16155550143",
    "\u202d(615) 555\u20110143\u202c": "+16155550143",
    "1 (615) 555\u20130143 x204": "+16155550143 x204",
    "+1 615 555 0143 ext. 12": "+16155550143 x12",
    "\uff16\uff11\uff15 555 0143": "+16155550143",
    "+52 55 1234 5678": "+525512345678",
}
NO_PHONES = (
    "(((((((",
    "-------",
    "+......",
    "555-01",
    "\u0666\u0661\u0665\u0665\u0665\u0665\u0660\u0661\u0664\u0663",
    "x",
)
ZIPS: Mapping[str, str] = {
    "37206": "37206", "37206-1234": "37206", "372061234": "37206", "37206\u20111234": "37206", "TN 37206": "37206",
    "37 206": "37206", "\uff13\uff17\uff12\uff10\uff16": "37206", "37206\u00a0": "37206", "02903": "02903",
}  # fmt: skip
NO_ZIPS = ("2903", "3720", "372067", "\u0663\u0667\u0662\u0660\u0666", "Nashville", "-37206-")
MAILS: Mapping[str, str] = {
    "sam@example.com\u200b": "sam@example.com",
    " Sam@Example.com\u00a0": "Sam@Example.com",
    "sam+food@example.com": "sam+food@example.com",
    "sam@espa\u00f1ol.example": "sam@xn--espaol-zwa.example",
}
NO_MAILS = (
    "a@[127.0.0.1]", "a@localhost", f"{'b' * 245}@example.com", "n\u0131na@example.org", "sam", "@", "a b@example.com",
    f"a@{'b' * 300}.com", "a@\u2026.com", "a@" + "\u0430" * 300 + ".com",
)  # fmt: skip


def fields_of(*kinds: type) -> list[Any]:
    """Form fields of some kinds in the whole project, admin included; those that many forms share, once a label."""
    return [field for _where, field in (*form_fields(), *admin_fields()) if type(field) in kinds]


def accepts(field: Any, typed: str) -> Any:
    """What a field keeps of what was typed; None for a refusal. Limits of a field are not what is tried here."""
    try:
        return field.to_python(typed)
    except forms.ValidationError:
        return None


def test_people_write_as_they_like_and_nothing_unseen_is_kept() -> None:
    fields = fields_of(Text)

    assert len(fields) > 15
    assert [(f.label, t) for f in fields for t, kept in TEXTS.items() if accepts(f, t) != kept] == []
    assert [(f.label, t) for f in fields for t in NOTHING if accepts(f, t) != f.empty_value] == []


@pytest.mark.parametrize(
    ("kinds", "taken", "refused"),
    [
        ((Whole,), WHOLES, (*NO_NUMBERS, "1.5")),
        ((Number, Pounds, Money), NUMBERS, (*NO_NUMBERS, "-1")),
        ((Degrees,), {"36.2": 36.2, "-86.7": -86.7, " 36.2\u00a0": 36.2}, NO_NUMBERS[:8]),
        ((Phone,), PHONES, NO_PHONES),
        ((Zip,), ZIPS, NO_ZIPS),
        ((DollarsField,), {"$9.95": 995, "9,95": 995, "1,000": 100_000, "\uff19": 900}, (*NO_NUMBERS, "-1", "9.955")),
        ((PercentField,), {"9.75": 975, "9.75 %": 975, "9,75": 975}, (*NO_NUMBERS, "100.01", "9.755")),
    ],
)
def test_one_table_of_inputs_goes_through_every_field_of_its_kind(
    kinds: tuple[type, ...], taken: Mapping[str, Any], refused: tuple[str, ...]
) -> None:
    fields = fields_of(*kinds)

    assert fields
    wrong = [(f.label, t, accepts(f, t)) for f in fields for t, kept in taken.items() if not same(accepts(f, t), kept)]
    assert wrong == []
    assert [(f.label, t, accepts(f, t)) for f in fields for t in refused if accepts(f, t) is not None] == []
    assert [(f.label, t) for f in fields for t in NOTHING if accepts(f, t) not in f.empty_values] == []


def same(found: Any, kept: Any) -> bool:
    """Whether a field kept what it should; a decimal stands in the table as text."""
    return found is not None and (found == kept or str(found).rstrip("0").rstrip(".") == kept)


@pytest.mark.parametrize("typed", NO_MAILS)
def test_an_address_that_reaches_nobody_or_looks_like_anothers_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError, match="Enter an e-mail address"):
        Mail().clean(typed)


def test_an_address_is_kept_in_one_spelling() -> None:
    assert {typed: Mail().clean(typed) for typed in MAILS} == dict(MAILS)


@pytest.mark.parametrize("language", ["en", "es"])
def test_money_is_typed_as_people_write_it(language: str) -> None:
    with translation.override(language):
        for typed, kept in {"5": 5, "$5.50": 5.5, "5,50": 5.5, "US$ 5": 5, "1,000.00": 1000, "5 USD": 5}.items():
            assert Money().clean(typed) == kept, typed


def test_a_comma_before_three_digits_is_a_thousand_or_nothing() -> None:
    with translation.override("en"):
        assert Money().clean("1,000") == 1000
        assert accepts(Pounds(), "1,235") is None
    with translation.override("es"):
        assert accepts(Money(), "1,000") is None
        assert str(Pounds().clean("1,235")) == "1.235"


def test_an_amount_with_a_third_place_is_refused() -> None:
    assert [t for t in ("5.555", "1.000", "5,5555") if accepts(Money(), t) is not None] == []


def test_every_code_in_every_form_may_have_blanks_around_it() -> None:
    for _where, field in form_fields():
        if isinstance(field, Code) and type(field).pattern == r"[0-9]{4}":
            assert [field.to_python(t) for t in ("4821 ", " 4821", "48 21", "4821\t", "\uff14821")] == ["4821"] * 5


def test_a_place_is_read_in_full_width_and_keeps_its_half() -> None:
    places = fields_of(PlaceText)

    assert len(places) > 5
    for field in places:
        assert field.to_python(f" \uff13\uff17\uff12\uff10\uff16{UNSEEN}\u00a0") == "37206"
        assert field.to_python("123\u00bd Main St") == "123\u00bd Main St"
