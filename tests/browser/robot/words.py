"""Words that nobody should ever read: the framework's, the database's, a template's; and English in Spanish pages."""

import re
from collections.abc import Iterable

RAW = re.compile(
    r"constraint|Ensure this|Select a valid choice|is not one of the available choices|violates|duplicate key"
    r"|Traceback|IntegrityError|DataError|DoesNotExist|matching query|Exception (?:Type|Value)|This page yielded"
    r"|Enter a (?:valid (?:value|integer|slug|UUID|JSON)|whole number\.|number\.)|may not be (?:null|blank)|Not a valid"
    r"|Unable to parse|value too long|out of range for|invalid input syntax|ManagementForm|with this .{1,40} already"
    r"|\{\{|\{%|\[object |\bundefined\b|\bNaN\b|<class |&lt;|&amp;|&#\d|%\(\w+\)s|\btok_|\bhold_\w|None(?: None|\.)"
    r"|Server Error|Internal Server|DEBUG = True"
)
ENGLISH = re.compile(
    r"\b(?:the|your|you|and|is|are|of|to|with|for|this|that|not|have|has|will|we|it|be|can|was|by|from|at|on|or|an|"
    r"when|what|until|if|only|all|there|here)\b",
    re.IGNORECASE,
)


def raw_words(text: str) -> list[str]:
    """The lines of a page's text that carry such words, cut short."""
    return [f"says “{line.strip()[:140]}”" for line in text.splitlines() if RAW.search(line)]


def english(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """The texts of a Spanish page that are English: two small words of that language, beside what people named."""
    known = [name for name in names if name]
    found = []
    for text in texts:
        rest = text
        for name in known:
            rest = rest.replace(name, "")
        if len(ENGLISH.findall(rest)) >= 2:
            found.append(f"in Spanish it says “{text[:100]}”")
    return found
