"""Parts of pages that htmx asks for: each that is named exists in the file it is named with."""

import ast
import re

import pytest
from django.template.loader import get_template

from tests.conventions.test_files import ROOT, tracked

NAMED = re.compile(r"[a-z_/]+\.html#[a-z_]+")
IN_TEMPLATE = re.compile(r"""["']([a-z_/]+\.html#[a-z_]+)["']""")


def _in_code() -> set[str]:
    found = set()
    for path in tracked("*.py"):
        if "tests" in path.relative_to(ROOT).parts:
            continue
        words = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
        found |= {word for word in words if isinstance(word, str) and NAMED.fullmatch(word)}
    return found


def _in_templates() -> set[str]:
    return {name for path in tracked("templates/*.html") for name in IN_TEMPLATE.findall(path.read_text())}


def _is_bare(part: ast.expr) -> bool:
    """Whether this piece of an f-string ends where a part's name would be put in."""
    return isinstance(part, ast.Constant) and str(part.value).endswith((".html", ".html#"))


def _built_names() -> list[str]:
    """Names of parts that code puts together: nobody could check those."""
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in tracked("*.py")
        if "tests" not in path.relative_to(ROOT).parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        if any(_is_bare(part) for part in node.values[:-1])
    ]


def test_some_parts_are_named() -> None:
    assert {"shop/parts/step_window.html#windows", "shop/basket.html#basket"} <= _in_code()


@pytest.mark.parametrize("name", sorted(_in_code() | _in_templates()))
def test_every_part_that_is_named_exists(name: str) -> None:
    get_template(name)


def test_no_code_builds_the_name_of_a_part() -> None:
    assert _built_names() == []
