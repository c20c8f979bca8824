"""The choice of bundles as a linear program that grows: columns as they pay, cuts as its answer breaks them.

Fractions of bundles cost less than whole ones. Cuts (subset rows, Jepsen et al. 2008) take some of that away: of all
bundles that hold two of any three orders, a plan has one at most.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from time import process_time
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

from bench._bundles import MOST, Bundles

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]
Cut = tuple[int, int, int]

FIRST_A_TRIP, MORE_A_TRIP = 30, 20  # bundles of each size, bundles that pay
STEADY = 0.5  # share of the best prices in a second set that is tried: the program's own swing to and fro
CUTS_A_ROUND, BROKEN_BY, ROUNDS = 100, 0.03, 8
EXACT, NEARLY = 1e-3, 1e-6


@dataclass(slots=True)
class Packing:
    """Least cost of bundles that use no order and no trip twice and serve at least `wanted` orders.

    `short_cost` is the price of each order missing from `wanted`. `least` bounds that cost from below, finished or
    not (Lagrange); a plan with a bundle in it costs at least `least` plus that bundle's `reduced`.
    """

    bundles: Bundles
    orders: int
    trips: int
    cost: Floats
    wanted: int = 0
    short_cost: float = 0.0
    cuts: list[Cut] = field(default_factory=list)
    least: float = -np.inf
    reduced: Floats = field(init=False)
    share: dict[int, float] = field(default_factory=dict)  # of each bundle in the program's last answer
    _prices: Floats | None = None  # of the orders, the wanted number, the cuts: those that proved `least`
    _size: Ints = field(init=False)
    _runs: Ints = field(init=False)  # first bundle of each trip that has any
    _used: NDArray[np.bool_] = field(init=False)
    _triples: tuple[Ints, Ints] = field(init=False)  # bundles of three sorted by their orders, and which they are

    def __post_init__(self) -> None:
        trip, orders = self.bundles.trip, self.bundles.orders.astype(np.int64)
        self._size = self.bundles.size
        self._runs = np.flatnonzero(np.r_[True, trip[1:] != trip[:-1]][: len(trip)])
        self._used = np.zeros(len(trip), np.bool_)
        self.reduced = np.zeros(len(trip))
        rows = np.flatnonzero(self._size == MOST)
        keys = self._key(orders[rows, 0], orders[rows, 1], orders[rows, 2])
        in_order = np.argsort(keys, kind="stable")
        self._triples = keys[in_order], rows[in_order]
        for size in range(1, MOST + 1):
            self._use_cheapest(np.where(self._size == size, self.cost, np.inf), FIRST_A_TRIP, np.inf)

    def _key(self, i: Ints, j: Ints, k: Ints) -> Ints:
        return (i * self.orders + j) * self.orders + k

    def aim(self, wanted: int) -> None:
        """Ask for another number of served orders; the columns and cuts found so far stay."""
        self.wanted, self.least, self._prices = wanted, -np.inf, None

    def bound(self, seconds: float) -> float:
        """Bound the cost of any plan as well as so many CPU seconds allow: relax, cut, relax again."""
        if len(self.cost) == 0:
            return self.wanted * self.short_cost
        ends_at = process_time() + seconds
        self._relax(ends_at)
        for _ in range(ROUNDS):
            before = self.least
            if process_time() > ends_at or self._cut() == 0:
                break
            self._relax(ends_at)
            if self.least < before + EXACT:
                break
        return self.least

    def _relax(self, ends_at: float) -> None:
        """Solve the relaxed program over all bundles, or as far as time allows."""
        while True:
            value, prices = self._solve_columns()
            added = 0
            if self._prices is not None:
                added = self._add_columns(STEADY * self._prices + (1 - STEADY) * prices)
            added += self._add_columns(prices)
            if value <= self.least + EXACT or added == 0 or process_time() > ends_at:
                return

    def _add_columns(self, prices: Floats) -> int:
        """Price every bundle: note the bound that these prices prove, use the bundles that pay; how many are new."""
        reduced = self._reduced(prices)
        seats = np.minimum(np.minimum.reduceat(reduced, self._runs), 0.0)
        own, served, cut = np.split(prices, [self.orders, self.orders + 1])
        least = float(own.sum() - self.wanted * served[0] + cut.sum() + seats.sum())
        if least > self.least:
            self.least, self._prices = least, prices
            self.reduced = reduced - np.repeat(seats, np.diff([*self._runs, len(reduced)]))
        before = int(self._used.sum())
        self._use_cheapest(reduced, MORE_A_TRIP, -NEARLY)
        return int(self._used.sum()) - before

    def _use_cheapest(self, cost: Floats, most: int, below: float) -> None:
        """Use the cheapest bundles of each trip."""
        for first, last in pairwise([*self._runs.tolist(), len(cost)]):
            mine = cost[first:last]
            best = np.argpartition(mine, most)[:most] if len(mine) > most else np.arange(len(mine))
            self._used[first + best[mine[best] < below]] = True

    def _reduced(self, prices: Floats) -> Floats:
        """What each bundle costs beyond what prices pay for it, the seat on its trip not yet paid, (B,)."""
        pair, reduced = np.zeros((self.orders, self.orders)), np.empty(len(self.cost))
        cut_prices = list(zip(self.cuts, prices[self.orders + 1 :].tolist(), strict=True))
        for cut, price in cut_prices:
            for a, b in combinations(cut, 2):
                pair[a, b] += price
        _reduce(self.bundles.orders, self.cost, prices[: self.orders] - prices[self.orders], pair, reduced)
        for cut, price in cut_prices:
            reduced[self._whole(cut)] += 2 * price  # its three pairs are one cut
        return reduced

    def _whole(self, cut: Cut) -> Ints:
        """Bundles that hold exactly the three orders of a cut."""
        keys, rows = self._triples
        key = self._key(*np.array(cut))
        return rows[np.searchsorted(keys, key) : np.searchsorted(keys, key, side="right")]

    def limits(self, rows: Ints) -> tuple[csr_array, Floats]:
        """Limits on the choice among some bundles: orders, trips, the wanted number, cuts; (limits, bundles)."""
        n, m, k = self.orders, self.trips, len(rows)
        orders, size = self.bundles.orders[rows], self._size[rows]
        heads = [orders[orders >= 0], n + self.bundles.trip[rows], np.full(k, n + m)]
        tails = [np.repeat(np.arange(k), size), np.arange(k), np.arange(k)]
        values = [np.ones(int(size.sum())), np.ones(k), -size]
        inside = np.zeros(n + 1, np.int64)
        for place, cut in enumerate(self.cuts, n + m + 1):
            inside[list(cut)] = 1
            hit = np.flatnonzero(inside[orders].sum(axis=1) > 1)
            inside[:] = 0
            heads.append(np.full(len(hit), place))
            tails.append(hit)
            values.append(np.ones(len(hit)))
        where = (np.concatenate(heads), np.concatenate(tails))
        most = np.r_[np.ones(n + m), -self.wanted, np.ones(len(self.cuts))]
        return csr_array((np.concatenate(values), where), shape=(len(most), k)), most

    def _solve_columns(self) -> tuple[float, Floats]:
        """Solve the program over the bundles in use; its value and prices."""
        rows = np.flatnonzero(self._used)
        table, most = self.limits(rows)
        missing = np.zeros((len(most), 1))
        missing[self.orders + self.trips] = -1
        cost = np.r_[self.cost[rows], self.short_cost]
        found: Any = linprog(cost, hstack([table, csr_array(missing)]), most, method="highs-ipm")  # type: ignore[call-overload]  # sparse limits are allowed, its types leave them out
        price = found.ineqlin.marginals
        self.share = {int(r): float(x) for r, x in zip(rows, found.x, strict=False) if x > NEARLY}
        return float(found.fun), np.r_[price[: self.orders], price[self.orders + self.trips :]]

    def _cut(self) -> int:
        """Add the cuts that the last answer breaks most; how many."""
        together, whole = defaultdict[tuple[int, int], float](float), defaultdict[Cut, float](float)
        for row, share in self.share.items():
            mine = [int(i) for i in self.bundles.orders[row] if i >= 0]
            for a, b in combinations(mine, 2):
                together[a, b] += share
            if len(mine) == MOST:
                whole[mine[0], mine[1], mine[2]] += share
        near = defaultdict[int, set[int]](set)
        for a, b in together:
            near[a].add(b)
            near[b].add(a)
        broken: dict[Cut, float] = {}
        for middle, others in near.items():
            for pair in combinations(others, 2):
                a, b, c = sorted((middle, *pair))
                held = together.get((a, b), 0.0) + together.get((a, c), 0.0) + together.get((b, c), 0.0)
                broken[a, b, c] = held - 2 * whole.get((a, b, c), 0.0) - 1
        known = set(self.cuts)
        new = sorted(
            (cut for cut, by in broken.items() if by > BROKEN_BY and cut not in known), key=lambda c: -broken[c]
        )
        self.cuts += new[:CUTS_A_ROUND]
        if self._prices is not None:
            self._prices = np.r_[self._prices, np.zeros(len(new[:CUTS_A_ROUND]))]
        return len(new[:CUTS_A_ROUND])


@njit(cache=True)
def _reduce(orders: Ints32, cost: Floats, order: Floats, pair: Floats, reduced: Floats) -> None:
    """Cost less prices of the orders and pairs of orders in each bundle."""
    for row in range(len(cost)):
        i, j, k = orders[row]
        left = cost[row] - order[i]
        if j >= 0:
            left -= order[j] + pair[i, j]
        if k >= 0:
            left -= order[k] + pair[i, k] + pair[j, k]
        reduced[row] = left
