"""The Spanish catalogue as tests read it: each text with where it is used and how it is said."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = ROOT / "locale" / "es" / "LC_MESSAGES"
IN_ENGLISH = (
    "templates/ops/", "templates/firm/", "templates/staff/", "templates/admin/", "templates/unfold/",
    "templates/desk.html", "templates/look.html", "dispatch/views/ops", "dispatch/views/staff/", "dispatch/ops_",
    "dispatch/staff_", "orders/staff_", "orders/views/staff/", "payouts/views/firm.py", "common/views_look.py",
)  # fmt: skip  # operations, store desks and firms work in English
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%\(\w+\)\.\d+f|%[sd]")
FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")')


@dataclass(slots=True)
class Entry:
    """One text of the catalogue."""

    files: list[str] = field(default_factory=list)
    flags: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def english(self) -> list[str]:
        """The text, and its plural where it counts."""
        return [self.texts[name] for name in ("msgid", "msgid_plural") if name in self.texts]

    @property
    def spanish(self) -> list[str]:
        """Its translation, in as many forms as it has."""
        return [text for name, text in self.texts.items() if name.startswith("msgstr")]

    @property
    def is_for_drivers_or_shoppers(self) -> bool:
        """Whether it is shown anywhere outside the pages that are in English."""
        return any(not file.startswith(IN_ENGLISH) for file in self.files)


def entries() -> list[Entry]:
    """Every text of the catalogue, without its header."""
    blocks = (MESSAGES / "django.po").read_text(encoding="utf-8").split("\n\n")
    return [entry for entry in map(_entry, blocks) if entry.texts.get("msgid")]


def _entry(block: str) -> Entry:
    entry, name = Entry(), ""
    for line in block.splitlines():
        if line.startswith("#:"):
            entry.files += line[2:].split()
        elif line.startswith("#,"):
            entry.flags += line[2:]
        elif found := FIELD.fullmatch(line):
            name = found[1]
            entry.texts[name] = ast.literal_eval(found[2])
        elif line.startswith('"'):
            entry.texts[name] += ast.literal_eval(line)
    return entry


def translated_in_templates() -> Iterator[tuple[str, str]]:
    """Every text that a template for drivers or shoppers gives to `translate`, with the template."""
    for file in sorted((ROOT / "templates").rglob("*.*")):
        name = str(file.relative_to(ROOT))
        if file.suffix in {".html", ".txt"} and not name.startswith(IN_ENGLISH):
            for text in re.findall(r'{% translate "([^"]*)"', file.read_text(encoding="utf-8")):
                yield name, text
