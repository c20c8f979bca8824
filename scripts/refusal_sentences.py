"""Collect the sentences of refusals for translators, who otherwise see only what is marked.

A refusal's sentence is the docstring of its class, or what it is raised with. `python -m scripts.refusal_sentences`
writes them, marked, to common/refusal_sentences.py, where `makemessages` finds them.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "common" / "refusal_sentences.py"
FOLDERS = (
    "accounts",
    "common",
    "dispatch",
    "drivers",
    "orders",
    "payouts",
    "providers/geocoding",
    "providers/payments",
)
HEAD = '''"""The sentences of all refusals, for translators. Written by `python -m scripts.refusal_sentences`."""

from django.utils.translation import gettext_noop

# ruff: noqa: E501
# fmt: off
SENTENCES = (
'''


def modules() -> Iterator[ast.Module]:
    """Every module in which drivers and shoppers are refused something."""
    for folder in FOLDERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if not {"simulator", "local_services", "migrations"} & set(file.parts):
                yield ast.parse(file.read_text())


def refusals(trees: list[ast.Module]) -> dict[str, ast.ClassDef]:
    """Every class that descends from DomainError, by name."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found: dict[str, ast.ClassDef] = {}
    while True:
        names = {"DomainError", *found}
        more = {one.name: one for one in classes if names & {getattr(base, "id", "") for base in one.bases}}
        if more.keys() <= found.keys():
            return found
        found |= more


def texts(node: ast.AST) -> Iterator[str]:
    """The literal texts that an expression may come to."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def raised_with(node: ast.AST, names: set[str]) -> Iterator[str]:
    """The sentences in a call that makes a refusal."""
    if not isinstance(node, ast.Call) or not node.args:
        return
    made = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if made in names or (made == "__init__" and isinstance(node.func, ast.Attribute)):
        yield from texts(node.args[0])


def sentences() -> list[str]:
    """All sentences, once each, in the order of the alphabet."""
    trees = list(modules())
    known = refusals(trees)
    said = {(ast.get_docstring(one) or "").strip() for one in known.values()}
    for tree in trees:
        for node in ast.walk(tree):
            said.update(raised_with(node, set(known)))
    return sorted(one for one in said if " " in one and "\n" not in one)


def module() -> str:
    """The text of the module that marks them."""
    return HEAD + "".join(f"    gettext_noop({_quoted(one)}),\n" for one in sentences()) + ")\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


if __name__ == "__main__":
    TARGET.write_text(module())
