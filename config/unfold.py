"""How the admin looks."""

from typing import Any

UNFOLD: dict[str, Any] = {"SITE_TITLE": "Homeward", "SITE_HEADER": "Homeward"}
