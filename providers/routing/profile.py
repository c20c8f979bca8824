"""What the estimator knows, and the file it is kept in: figures of the formula, and the landmarks of each region."""

import hashlib
from dataclasses import astuple, dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from providers.routing.landmarks import Landmarks

SUFFIX = ".profile.npz"


class BadProfile(ValueError):
    """The file is not a profile of the estimator."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How roads stretch a straight line, and how speed rises with the length of a drive.

    Both curves are concave and start at 0, so by the formula a drive is never longer than one through a third point.
    """

    circuity: float = 1.27  # road metres per straight metre of a long drive
    wriggle_metres: float = 220.0  # road metres a short drive has beyond that, at most
    cruise_metres_per_second: float = 17.5  # speed that very long drives come to
    slow_start_seconds: float = 150.0  # time lost on side streets at both ends, at most
    slow_start_metres: float = 2_500.0  # straight metres over which most of it is lost

    @property
    def figures(self) -> tuple[float, ...]:
        """The five of them, in this order."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class Region:
    """Streets the estimator was fitted to: figures of their own, and landmarks."""

    profile: Profile
    landmarks: Landmarks


@dataclass(frozen=True, slots=True)
class Fitted:
    """Everything a file of `build_roads` tells the estimator."""

    regions: tuple[Region, ...] = field(default=())

    @property
    def digest(self) -> str:
        """Short, and another for every other content; empty where nothing was fitted."""
        digest = hashlib.sha256()
        for part in (part for region in self.regions for part in _arrays(region)):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()[:12] if self.regions else ""


def profile_beside(roads: Path) -> Path:
    """Where the profile of a file of roads is kept: beside it."""
    return roads.with_name(roads.name.removesuffix(".npz") + SUFFIX)


def save_profile(fitted: Fitted, path: Path) -> None:
    """Write a profile, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name.removesuffix(".npz") + ".partial.npz")
    arrays = {f"{i}_{j}": part for i, region in enumerate(fitted.regions) for j, part in enumerate(_arrays(region))}
    np.savez_compressed(partial, allow_pickle=False, **arrays)
    partial.replace(path)


def load_profile(path: Path) -> Fitted:
    """Read a file of `save_profile`.

    Raises:
        BadProfile: it is not one.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            count = len({name.split("_")[0] for name in stored.files})
            return Fitted(tuple(_region(*(stored[f"{i}_{j}"] for j in range(5))) for i in range(count)))
    except (KeyError, ValueError, TypeError, OSError, EOFError, BadZipFile) as error:
        raise BadProfile(f"{path} is not a profile of the estimator: {error}") from error


def _arrays(region: Region) -> tuple[np.ndarray, ...]:
    marks = region.landmarks
    figures = np.array([*region.profile.figures, *marks.mix, marks.bend])
    return figures, marks.cells, marks.towards, marks.away, np.array([len(marks.cells)])


def _region(figures: np.ndarray, cells: np.ndarray, towards: np.ndarray, away: np.ndarray, count: np.ndarray) -> Region:
    if len(cells) != int(count[0]) or len(figures) != 10 or not np.isfinite(figures).all():
        raise ValueError("its arrays do not fit together")
    landmarks = Landmarks(cells, towards, away, figures[5:9], float(figures[9]))
    return Region(Profile(*(float(figure) for figure in figures[:5])), landmarks)
