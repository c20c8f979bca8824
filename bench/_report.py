"""What every measurement says of itself, and where its numbers are kept."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def machine() -> str:
    """Processor, cores, memory and Python of this machine."""
    model = next((v for k, v in _pairs("/proc/cpuinfo") if k == "model name"), platform.machine())
    memory = next((v for k, v in _pairs("/proc/meminfo") if k == "MemTotal"), "? kB")
    gigabytes = int(memory.split()[0]) / 1e6 if memory[0].isdigit() else 0
    return f"{model}, {os.cpu_count()} cores, {gigabytes:.0f} GB, Python {platform.python_version()}"


def commit() -> str:
    """The commit that was measured; `+` when files had changed since."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, cwd=RESULTS.parent, check=False
    )
    return described.stdout.strip() or "unknown"


def save(name: str, result: Mapping[str, object]) -> Path:
    """Keep a result as JSON beside those of other commits."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{commit()}.json"
    about = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), "commit": commit()}
    path.write_text(json.dumps(about | dict(result), indent=2) + "\n", encoding="utf-8")
    return path


def _pairs(path: str) -> list[tuple[str, str]]:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [(key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines)]
