"""What is wrong, where and after doing what; and what was covered."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.browser.robot.watch import view_name

logger = logging.getLogger("robot")  # `pytest --log-file found.txt` tells while it walks


@dataclass(slots=True)
class Told:
    """The findings of one role, each said once, and where its time went."""

    role: str
    lines: list[str] = field(default_factory=list)
    known: set[tuple[str, str]] = field(default_factory=set)

    def tell(self, url: str, did: str, faults: Iterable[str]) -> None:
        """Keep what is wrong with a page after something was done there."""
        parts = urlsplit(url)
        where = f"{view_name(url)}{'?' if parts.query else ''}{parts.query}"
        for fault in faults:
            line = f"{self.role} | {where} | {did} | {fault}"
            if (view_name(url), fault) not in self.known:
                self.known.add((view_name(url), fault))
                self.lines.append(line)
                logger.warning(line)
