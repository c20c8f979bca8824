"""What the components in templates/components need to draw fields and bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BAR_WIDTH = 1000
BAR_GAP = 6
WIDGET_CLASSES: Sequence[tuple[type[forms.Widget], str]] = (
    (forms.CheckboxInput, "checkbox checkbox-primary"),
    (forms.RadioSelect, "radio radio-primary"),
    (forms.CheckboxSelectMultiple, "checkbox checkbox-primary"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-input"),
)


@dataclass(frozen=True, slots=True)
class BarPart:
    """One coloured part of a bar: its name, its cents, where it lies and which colour it has."""

    name: str
    cents: int
    number: int
    x: str
    width: str


@register.filter
def widget_kind(field: BoundField) -> str:
    """How a field is laid out: `checkbox`, `choices` or `line`."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "line"


@register.filter
def dressed(field: BoundField, words: str = "") -> SafeString:
    """The field's input with our class, pointing at its help and its refusal."""
    widget = field.field.widget
    attrs: dict[str, str | bool] = {"class": f"{_class_of(widget)} {widget.attrs.get('class', '')}".strip()}
    if described := _described_by(field, words):
        attrs["aria-describedby"] = described
    placeholder = str(widget.attrs.get("placeholder", ""))
    if field.label and placeholder.lower().startswith(str(field.label).lower()):
        attrs["placeholder"] = False  # it would only repeat the label
    return field.as_widget(attrs=attrs)


@register.filter
def dressed_choice(choice: BoundWidget) -> SafeString:
    """One radio button or checkbox of a group, without its label."""
    kind = "radio" if choice.data["type"] == "radio" else "checkbox"
    choice.data["attrs"]["class"] = f"{kind} {kind}-primary"
    return choice.tag(wrap_label=False)


@register.filter
def describing(field: BoundField, words: str = "") -> SafeString:
    """The attributes of a group of choices that point at its help and its refusal."""
    described = _described_by(field, words)
    return format_html('aria-describedby="{}"', described) if described else mark_safe("")


@register.filter
def one_to(count: int) -> range:
    """Numbers from one up to and with `count`."""
    return range(1, int(count) + 1)


@register.filter
def split_bar(parts: Sequence[Mapping[str, object]]) -> list[BarPart]:
    """Lay parts (`name`, `cents`) side by side over a bar of 1,000 units, with a hair between them."""
    shown = [(str(part["name"]), int(str(part["cents"]))) for part in parts]
    total = sum(amount for _, amount in shown) or 1
    room = BAR_WIDTH - BAR_GAP * (len(shown) - 1)
    placed, x = [], 0.0
    for number, (name, amount) in enumerate(shown, start=1):
        width = room * amount / total
        placed.append(BarPart(name, amount, min(number, 4), f"{x:.1f}", f"{width:.1f}"))
        x += width + BAR_GAP
    return placed


@register.filter
def tone_of(level: str) -> str:
    """The tone of a toast for a Django message level."""
    return "refuse" if level == "error" else ""


def _class_of(widget: forms.Widget) -> str:
    return next((name for kind, name in WIDGET_CLASSES if isinstance(widget, kind)), "input")


def _described_by(field: BoundField, words: str) -> str:
    ids = [f"{field.auto_id}_helptext"] if words or field.help_text else []
    ids += [f"{field.auto_id}_error"] if field.errors else []
    return " ".join(ids)
