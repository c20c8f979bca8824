"""Every measurement runs, at its smallest size: one that has rotted is found here and not when its figure is wanted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMALLEST = {
    "cycle": "--size 20x10 --cycles 2 --seconds 0.2",
    "dispatch": "--sizes 20x10 --kinds metro --methods nearest,insertion,steps:200",
    "hostile": "--problems 40",
    "meal_days": "--days 0 --steps 20 --methods arrival:90,homeward:2",
    "orders": "--orders 12 --clients 2",
    "overload": "--seconds 4",
    "public": "--methods insertion,steps:200",
    "rolling": "--orders 30 --trips 15 --methods arrival,homeward:0.1",
    "routing": "--sizes 20",
    "split": "--size 60x30 --large= --seconds 0.3",
}
# Two customers, each with a pick-up, around a depot: the form of Li & Lim.
TINY_SET = """5\t20\t1
0\t40\t50\t0\t0\t1236\t0\t0\t0
1\t45\t68\t10\t0\t900\t10\t0\t2
2\t45\t70\t-10\t0\t1000\t10\t1\t0
3\t30\t40\t10\t0\t900\t10\t0\t4
4\t25\t35\t-10\t0\t1000\t10\t3\t0
"""
TINY_DAY = {
    "instance_parameters.txt": "meters_per_minute\tpickup service minutes\tdropoff service minutes\t"
    "target click-to-door\tmaximum click-to-door\tpay per order\tguaranteed pay per hour\n320\t4\t4\t40\t90\t10\t15\n",
    "couriers.txt": "courier\tx\ty\ton_time\toff_time\nc1\t1000\t1000\t0\t400\nc2\t3000\t3000\t0\t400\n",
    "restaurants.txt": "restaurant\tx\ty\nr1\t1500\t1500\nr2\t2500\t2500\n",
    "orders.txt": "order\tx\ty\tplacement_time\trestaurant\tready_time\n"
    "o1\t1800\t1200\t60\tr1\t70\no2\t2800\t2600\t65\tr2\t75\no3\t2000\t2200\t90\tr1\t100\n",
}


def programs() -> list[str]:
    """Names of all programs of bench/, those of helpers left out."""
    return sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Published sets in miniature, so that what reads them runs wherever the sets themselves are absent."""
    (tmp_path / "lilim").mkdir()
    (tmp_path / "lilim" / "lc101.txt").write_text(TINY_SET)
    day = tmp_path / "mdrp" / "0o100t100s1p100"
    day.mkdir(parents=True)
    for name, text in TINY_DAY.items():
        (day / name).write_text(text)
    return tmp_path


def test_every_program_has_a_smallest_size() -> None:
    assert sorted(SMALLEST) == programs()


@pytest.mark.parametrize("name", sorted(SMALLEST))
def test_a_program_runs_at_its_smallest_size(name: str, data: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment |= {"HOMEWARD_DATA": str(data), "NO_COLOR": "1"}

    ran = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *SMALLEST[name].split()],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, f"{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}"
    assert "skipped" not in ran.stdout.replace("skipped pdptw", "")
    assert "was not measured" not in ran.stdout
