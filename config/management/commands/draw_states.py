"""Writes docs/states.md anew."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.state_pages import states_page


class Command(BaseCommand):
    help = "Draw docs/states.md from the tables of moves."

    def handle(self, **options: Any) -> None:
        """Write the page and say where it is."""
        page = Path(settings.BASE_DIR) / "docs" / "states.md"
        page.write_text(states_page())
        self.stdout.write(f"Drew {page.relative_to(settings.BASE_DIR)}.")
