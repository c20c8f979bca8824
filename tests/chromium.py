"""Where the browser for the journeys is: Debian's Chromium, never one that a test tool downloads."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """The browser's program; without one the run fails, it does not skip.

    Raises:
        FileNotFoundError: no Chromium on this machine.
    """
    chosen = os.environ.get("CHROMIUM_PATH")
    for name in (chosen, *NAMES):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise FileNotFoundError("Chromium is missing: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.")
