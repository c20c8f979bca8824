"""What is known about a demo that runs from this folder: its address and its logins."""

import fcntl
import json
import os
from contextlib import suppress
from typing import Any

from common.local_services.place import default_folder

FILE, LOCK = "demo.json", "demo.lock"


def demo_facts() -> dict[str, Any]:
    """What the seed and the supervisor wrote down, whether or not the demo runs now."""
    with suppress(OSError, ValueError):
        facts = json.loads((default_folder() / FILE).read_text())
        return facts if isinstance(facts, dict) else {}
    return {}


def tell_demo_facts(facts: dict[str, Any]) -> None:
    """Write facts down beside those already there, whole or not at all."""
    folder = default_folder()
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{FILE}.part"
    half.write_text(json.dumps({**demo_facts(), **facts}, indent=2))
    half.rename(folder / FILE)


def running_demo() -> dict[str, Any]:
    """The facts of the demo if one runs now; empty when none does."""
    try:
        lock = os.open(default_folder() / LOCK, os.O_RDWR)
    except OSError:
        return {}
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return demo_facts()
    else:
        return {}
    finally:
        os.close(lock)
