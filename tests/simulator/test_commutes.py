"""What is wrong with a file of commutes is said in one plain line that names the place."""

import gzip
from datetime import time
from pathlib import Path

import pytest

from common.geo import Point
from dispatch.simulator.replay.commutes import COLUMNS, BadCommutes, Commute, read_commutes
from dispatch.simulator.replay.world import CENTRE

HEADER = ",".join(COLUMNS)
ROW = "35.028112,-85.143854,35.050563,-85.290914,07:25:30,17:48:45"


def file_of(folder: Path, *lines: str, name: str = "commutes.csv") -> Path:
    file = folder / name
    text = "\n".join(lines)
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return file


@pytest.mark.parametrize("name", ["commutes.csv", "commutes.csv.gz"])
def test_a_good_row_is_read_plain_or_packed(tmp_path: Path, name: str) -> None:
    commutes = read_commutes(file_of(tmp_path, HEADER, ROW, name=name), CENTRE)

    assert commutes == [
        Commute(Point(35.028112, -85.143854), Point(35.050563, -85.290914), time(7, 25, 30), time(17, 48, 45))
    ]


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    lines = (
        "person,leaves_work,leaves_home,work_lon,work_lat,home_lon,home_lat",
        "7,17:00,08:00,-85.2,35.0,-85.1,35.1",
    )

    (commute,) = read_commutes(file_of(tmp_path, *lines), CENTRE)

    assert (commute.home, commute.work) == (Point(35.1, -85.1), Point(35.0, -85.2))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "is empty"),
        ([HEADER], "holds no commutes"),
        ([HEADER.replace("work_lat,", ""), ROW], "has no column work_lat; it has home_lat"),
        ([HEADER, ROW, ROW.replace("35.028112", "north")], "line 3: home_lat is 'north'"),
        ([HEADER, ROW.replace("35.028112", "")], "line 2: home_lat is empty"),
        ([HEADER, ROW.replace("35.028112", "nan")], "line 2: home_lat is nan, outside"),
        ([HEADER, ROW.replace("35.028112", "135.0")], "line 2: home_lat is 135.0, outside -90 to 90 degrees"),
        ([HEADER, ROW.replace("35.050563,-85.290914", "36.16,-86.78")], "line 2: work at 36.16, -86.78 lies 189 km"),
        ([HEADER, ROW.replace("17:48:45", "a quarter to six")], "line 2: leaves_work is 'a quarter to six'"),
        ([HEADER, "35.0,-85.1"], "line 2: work_lat is empty"),
    ],
)
def test_the_first_fault_is_named_with_its_place(tmp_path: Path, lines: list[str], says: str) -> None:
    with pytest.raises(BadCommutes, match=says):
        read_commutes(file_of(tmp_path, *lines), CENTRE)


def test_a_name_that_does_not_say_what_is_inside_is_told(tmp_path: Path) -> None:
    plain = file_of(tmp_path, HEADER, ROW)
    misnamed = plain.rename(tmp_path / "commutes.csv.gz")

    with pytest.raises(BadCommutes, match=r"named \.gz and is not packed"):
        read_commutes(misnamed, CENTRE)


def test_a_packed_file_that_is_cut_off_is_told(tmp_path: Path) -> None:
    file = file_of(tmp_path, HEADER, *[ROW] * 500, name="commutes.csv.gz")
    file.write_bytes(file.read_bytes()[:-20])

    with pytest.raises(BadCommutes, match="cannot be read"):
        read_commutes(file, CENTRE)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    picture = tmp_path / "commutes.csv"
    picture.write_bytes(b"\x89PNG\r\n\xff\xfe\xff")

    with pytest.raises(BadCommutes, match="There is no file"):
        read_commutes(tmp_path / "nowhere.csv", CENTRE)
    with pytest.raises(BadCommutes, match="not text in UTF-8"):
        read_commutes(picture, CENTRE)
