"""The components in templates/components, as pages use them."""

import re
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory

from common.templatetags.look import split_bar

ROOT = Path(__file__).resolve().parents[2]
ICONS = {path.stem for path in (ROOT / "templates/components/icons").glob("*.svg")}


class Address(forms.Form):
    """A form with help and a refusal."""

    zip_code = forms.CharField(label="ZIP", min_length=5, help_text="Five digits.")
    when = forms.ChoiceField(label="When", choices=[("a", "Now"), ("b", "Later")], widget=forms.RadioSelect)
    gate = forms.BooleanField(label="There is a gate", required=False)


def drawn(source: str, **context: object) -> str:
    """What a page with this source shows; cotton's tags are compiled as its loader does."""
    from django_cotton.compiler_regex import CottonCompiler

    request = RequestFactory().get("/")
    return engines["django"].from_string(CottonCompiler().process(source)).render(context, request)


def test_a_refused_field_points_at_its_help_and_its_refusal() -> None:
    page = drawn('<c-field :field="form.zip_code" />', form=Address({"zip_code": "37"}))

    assert 'for="id_zip_code"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_zip_code_helptext id_zip_code_error"' in page
    assert all(f'id="{name}"' in page for name in ("id_zip_code_helptext", "id_zip_code_error"))


def test_choices_are_a_group_with_a_legend() -> None:
    page = drawn('<c-field :field="form.when" />', form=Address())

    assert "<fieldset" in page
    assert "<legend" in page
    assert page.count('class="radio radio-primary"') == 2


def test_a_checkbox_keeps_its_label_beside_it() -> None:
    page = drawn('<c-field :field="form.gate" />', form=Address())

    assert re.search(r'<label class="hw-check" for="id_gate"><input type="checkbox"', page)


def test_words_given_to_a_component_are_escaped() -> None:
    page = drawn('<c-empty-state title="{{ bad }}" text="{{ bad }}" />', bad="<script>alert(1)</script>")

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_stepper_posts_the_new_number_without_script() -> None:
    page = drawn('<c-stepper action="/basket/" :value="2" :max="2" label="Bananas" />')

    assert 'value="1" aria-label="One less: Bananas"' in page
    assert re.search(r'value="3" aria-label="One more: Bananas"\s+disabled', page)
    assert "csrfmiddlewaretoken" in page


def test_a_product_turns_from_add_into_a_stepper() -> None:
    tile = '<c-product-tile name="Bananas" :price="69" add-url="/basket/" :quantity="n" :sold-out="gone" />'

    assert "Add" in drawn(tile, n=0, gone=False)
    assert "hw-stepper" in drawn(tile, n=2, gone=False)
    assert "Sold out" in drawn(tile, n=0, gone=True)


def test_a_tile_inside_a_page_takes_nothing_from_the_page() -> None:
    page = drawn('<c-product-tile name="Bananas" :price="69" />', badge="leaked", note="leaked", unit="leaked")

    assert "leaked" not in page


def test_the_parts_of_a_bar_fill_it() -> None:
    parts = split_bar([{"name": "driver", "cents": 620}, {"name": "store", "cents": 375}])

    assert float(parts[-1].x) + float(parts[-1].width) == pytest.approx(1000, abs=0.2)
    assert [part.number for part in parts] == [1, 2]


def test_a_bar_of_nothing_is_drawn_too() -> None:
    assert [part.width for part in split_bar([{"name": "driver", "cents": 0}])] == ["0.0"]


def test_every_icon_named_in_a_page_exists() -> None:
    named = {
        name
        for page in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'<c-icon name="([a-z0-9-]+)"', page.read_text())
        + re.findall(r'<c-(?:badge|notice|empty-state)[^>]*? icon="([a-z0-9-]+)"', page.read_text())
    }

    assert named - ICONS == set()
