"""Problems to measure dispatch on: made-up metros, real commuters, a delivery company's days.

All share one formulation: orders (store, door, ready, due, size) onto trips (origin, destination, departure, latest
arrival, most extra driving, room, most orders), whole seconds, 120 s at the store and 180 s at the door.
"""

import csv
import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from dispatch.engine.problem import NO_LIMIT, Deliveries, Problem, Trips
from dispatch.engine.travel import Travel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DATA = Path(os.environ.get("HOMEWARD_DATA", Path(__file__).parents[2] / "shared" / "data"))
CIRCUITY, METRES_PER_SECOND = 1.3, 12.5
PICK_S, DROP_S = 120, 180


@dataclass(frozen=True, slots=True)
class Instance:
    """One problem to measure: places in metres, stores, orders at doors, trips from origins to ends."""

    name: str
    place: Floats  # stores, doors, origins, ends; metres, (L, 2)
    seconds_a_metre: float
    stores: int
    store: Ints
    ready: Ints
    due: Ints
    size: Ints
    depart: Ints
    latest: Ints
    budget: Ints
    room: Ints
    most: Ints
    pick_s: int = PICK_S
    drop_s: int = DROP_S

    @property
    def door(self) -> Ints:
        """Location of each order's door."""
        return self.stores + np.arange(len(self.store))

    @property
    def origin(self) -> Ints:
        """Location of each trip's origin."""
        return self.stores + len(self.store) + np.arange(len(self.depart))

    @property
    def end(self) -> Ints:
        """Location of each trip's destination."""
        return self.origin + len(self.depart)

    def matrix(self) -> NDArray[np.int32]:
        """Whole seconds between all locations, (L, L): for the peers that need it dense."""
        place = self.place.astype(np.float32)
        rows = [np.sqrt(((place[i : i + 512, None] - place) ** 2).sum(axis=2)) for i in range(0, len(place), 512)]
        return np.ceil(np.concatenate(rows) * np.float32(self.seconds_a_metre)).astype(np.int32)

    def problem(self) -> Problem:
        """The same as the engine takes it."""
        n, m = len(self.store), len(self.depart)
        free, unlimited, none = np.zeros(n, np.int64), np.full(m, NO_LIMIT), np.zeros(m, np.int64)
        deliveries = Deliveries(
            pickup=self.store,
            dropoff=self.door,
            store=self.store,
            ready_s=self.ready,
            pick_by_s=free + NO_LIMIT,
            drop_from_s=free - NO_LIMIT,
            due_s=self.due,
            pick_s=free + self.pick_s,
            drop_s=free + self.drop_s,
            units=self.size,
            grams=free,
            heaviest_grams=free,
            needs=free,
            ride_s=free + NO_LIMIT,
            urgency=free + 1,
            trip=free - 1,
        )
        trips = Trips(
            origin=self.origin,
            destination=self.end,
            depart_s=self.depart,
            leave_by_s=unlimited,
            latest_s=self.latest,
            extra_s=self.budget,
            extra_m=unlimited,
            route_m=unlimited,
            units=self.room,
            grams=unlimited,
            item_grams=unlimited,
            max_orders=self.most,
            refuses=none,
            waited_s=none,
            fixed_cost=none,
            stops_from=np.zeros(m + 1, np.int64),
            stops=np.zeros(0, np.int64),
            barred_stores=np.zeros((0, 2), np.int64),
            barred_deliveries=np.zeros((0, 2), np.int64),
        )
        return Problem(deliveries, trips, Travel.paced(self.place, self.seconds_a_metre, CIRCUITY))


def metro(orders: int, trips: int, seed: int, stores: int = 24, radius: float = 22_000.0) -> Instance:
    """A made-up metro: stores on a ragged ring, doors around them, 70 % commuters and 30 % short trips."""
    r = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, stores, endpoint=False) + r.normal(0, 0.25, stores)
    away = radius * np.sqrt(r.uniform(0.05, 1, stores))
    store_at = np.c_[away * np.cos(angle), away * np.sin(angle)]
    store = r.choice(stores, orders, p=r.dirichlet(np.full(stores, 4.0)))
    distance = np.minimum(r.gamma(2.0, 2300.0, orders), 14_000.0)
    turn = r.uniform(0, 2 * np.pi, orders)
    door = store_at[store] + np.c_[distance * np.cos(turn), distance * np.sin(turn)]

    def homes() -> Floats:
        return np.asarray(store_at[r.choice(stores, trips)] + r.normal(0, 4500, (trips, 2)), np.float64)

    core, suburb, local = r.normal(0, 5000, (trips, 2)), homes(), homes()
    kind = r.choice(3, trips, p=[0.45, 0.25, 0.30])[:, None]
    origin = np.where(kind == 0, core, np.where(kind == 1, suburb, local))
    end = np.where(kind == 0, suburb, np.where(kind == 1, core, local + r.normal(0, 3500, (trips, 2))))
    place = np.r_[store_at, door, origin, end]
    return _with_times(f"metro-{orders}x{trips}-s{seed}", r, place, stores, store, trips)


def chattanooga(orders: int, trips: int, seed: int, stores: int = 12) -> Instance:
    """Real Tennessee commuters drive home; doors are other people's homes; stores are where most of them live."""
    path = DATA / "commutes" / "chattanooga.csv.gz"
    with gzip.open(path, "rt", newline="") as file:
        rows = [
            [float(row[k]) for k in ("home_lat", "home_lon", "work_lat", "work_lon")] for row in csv.DictReader(file)
        ]
    commutes = np.array(rows)
    r = np.random.default_rng(seed)

    def plane(lat: Floats, lng: Floats) -> Floats:
        return np.column_stack([(lng + 85.2) * 111_320 * np.cos(np.radians(35.05)), (lat - 35.05) * 110_540])

    drawn = r.choice(len(commutes), orders + trips, replace=False)
    door = plane(*commutes[drawn[:orders], :2].T)
    origin, end = plane(*commutes[drawn[orders:], 2:].T), plane(*commutes[drawn[orders:], :2].T)
    sample = np.random.default_rng(0).choice(len(commutes), 5000)
    store_at = kmeans2(plane(*commutes[sample, :2].T), stores, rng=3, minit="++")[0]
    near = np.argsort(((door[:, None] - store_at) ** 2).sum(axis=2), axis=1)[:, :3]
    store = near[np.arange(orders), r.choice(3, orders, p=[0.65, 0.25, 0.10])]
    place = np.r_[store_at, door, origin, end]
    return _with_times(f"chatt-{orders}x{trips}-s{seed}", r, place, stores, store, trips)


def _with_times(
    name: str, r: np.random.Generator, place: Floats, stores: int, store: NDArray[np.integer], trips: int
) -> Instance:
    """Times, sizes and budgets of one evening."""
    orders, pace = len(store), CIRCUITY / METRES_PER_SECOND
    ready = r.integers(0, 1201, orders)
    due = ready + r.integers(45 * 60, 90 * 60 + 1, orders)
    size = r.integers(1, 5, orders)
    depart = r.integers(0, 901, trips)
    origin, end = (
        place[stores + orders :][:trips].astype(np.float32),
        place[stores + orders + trips :].astype(np.float32),
    )
    direct = np.ceil(np.sqrt(((origin - end) ** 2).sum(axis=1)) * np.float32(pace)).astype(np.int64)
    budget = r.integers(10 * 60, 35 * 60 + 1, trips)
    return Instance(
        name=name,
        place=place,
        seconds_a_metre=pace,
        stores=stores,
        store=store.astype(np.int64),
        ready=ready,
        due=due,
        size=size,
        depart=depart,
        latest=depart + direct + budget + 25 * 60,
        budget=budget,
        room=r.choice([4, 8, 12], trips, p=[0.3, 0.5, 0.2]),
        most=r.choice([1, 2, 3], trips, p=[0.2, 0.3, 0.5]),
    )


def meal_day(folder: Path, at_minute: int, window: int = 30, most: int = 3) -> Instance:
    """A moment of a Meal Delivery Routing day: orders placed in the last half hour, couriers on duty, back to start."""
    read = (folder / "instance_parameters.txt").read_text().splitlines()[1].split()
    metres_a_minute, pick, drop, limit = float(read[0]), float(read[1]) * 60, float(read[2]) * 60, int(float(read[4]))
    table = {
        kind: [line.split() for line in (folder / f"{kind}.txt").read_text().splitlines()[1:] if line.strip()]
        for kind in ("restaurants", "orders", "couriers")
    }
    orders = [row for row in table["orders"] if at_minute - window < int(row[3]) <= at_minute]
    couriers = [row for row in table["couriers"] if int(row[3]) <= at_minute < int(row[4]) - 10]
    names = sorted({row[4] for row in orders})
    where = {row[0]: (float(row[1]), float(row[2])) for row in table["restaurants"]}
    door, base = (
        np.array([[float(row[1]), float(row[2])] for row in rows]).reshape(-1, 2) for rows in (orders, couriers)
    )
    budget = np.minimum(3600, [(int(row[4]) - at_minute) * 60 for row in couriers]).astype(np.int64)
    room = np.full(len(couriers), most, np.int64)
    return Instance(
        name=f"{folder.name}@{at_minute}",
        place=np.r_[np.array([where[name] for name in names]).reshape(-1, 2), door, base, base],
        seconds_a_metre=60.0 / metres_a_minute,
        stores=len(names),
        store=np.array([names.index(row[4]) for row in orders], np.int64),
        ready=np.array([max(0, (int(row[5]) - at_minute) * 60) for row in orders], np.int64),
        due=np.array([(int(row[3]) + limit - at_minute) * 60 for row in orders], np.int64),
        size=np.ones(len(orders), np.int64),
        depart=np.zeros(len(couriers), np.int64),
        latest=budget + 1800,
        budget=budget,
        room=room,
        most=room,
        pick_s=int(pick),
        drop_s=int(drop),
    )


def instance_of(kind: str, orders: int, trips: int, seed: int) -> Instance:
    """An instance by its kind's name."""
    return {"metro": metro, "chatt": chattanooga}[kind](orders, trips, seed)
