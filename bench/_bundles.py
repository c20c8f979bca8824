"""All bundles of up to three orders that a trip could carry, with their least detour: what exact bounds are made of.

Nothing of the engine is used: every order of stops is driven and held against the limits.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bench._metros import Instance

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
MOST = 3
DEPTH = 2 * MOST
CODE_BITS, CODE_MASK = 3, 7
# Whole seconds keep the triangle inequality but for float32: leaving a stop out may cost a second more in each leg.
ROUNDING = DEPTH
ORIGIN, END, DEPART, LATEST, DRIVING, ROOM, PICK, DROP = range(8)  # one trip's limits
STORE, DOOR, READY, DUE, SIZE = range(5)  # one order's numbers


@dataclass(frozen=True, slots=True)
class Bundles:
    """Bundles by row, those of a trip next to each other."""

    trip: Ints32
    orders: Ints32  # (B, 3) rising, -1 where there are fewer
    detour: Ints32  # of the best order of stops
    sequence: Ints32  # that order of stops, see `route`

    @property
    def size(self) -> Ints:
        """Orders in each bundle."""
        return np.asarray((self.orders >= 0).sum(axis=1), np.int64)

    def route(self, row: int) -> list[int]:
        """Stop codes of one bundle."""
        orders, packed = self.orders[row], int(self.sequence[row])
        codes = [packed >> (CODE_BITS * k) & CODE_MASK for k in range(2 * int((orders >= 0).sum()))]
        return [int(2 * orders[code // 2] + code % 2) for code in codes]

    def some(self, rows: NDArray[np.integer]) -> "Bundles":
        """Some of the bundles."""
        return Bundles(self.trip[rows], self.orders[rows], self.detour[rows], self.sequence[rows])


def all_bundles(instance: Instance, may: NDArray[np.bool_] | None = None) -> Bundles:
    """List every bundle of an instance, in time that grows with their number; 2.6 million at 500 x 250.

    With `may`, (orders, trips), only of orders that a trip may carry at all.
    """
    matrix = instance.matrix()
    numbers = np.column_stack([instance.store, instance.door, instance.ready, instance.due, instance.size])
    found, everyone = [np.zeros((0, 3 + MOST), np.int32)], np.arange(len(numbers))
    for t in range(len(instance.depart)):
        origin, end = int(instance.origin[t]), int(instance.end[t])
        direct = int(matrix[origin, end])
        times = (instance.depart[t], instance.latest[t], direct + instance.budget[t])
        limits = np.array([origin, end, *times, instance.room[t], instance.pick_s, instance.drop_s], np.int64)
        some = everyone if may is None else np.flatnonzero(may[:, t])
        rows = _bundles_of(matrix, numbers, limits, some, int(instance.most[t]))
        rows[:, 0], rows[:, 1] = t, rows[:, 1] - direct
        found.append(rows)
    table = np.concatenate(found)
    return Bundles(*(np.ascontiguousarray(column) for column in (table[:, 0], table[:, 3:], table[:, 1], table[:, 2])))


@njit(cache=True)
def _bundles_of(  # noqa: C901  # compiled: one loop for each size of a bundle
    matrix: Ints32, numbers: Ints, limits: Ints, some: Ints, most: int
) -> Ints32:
    """Bundles of some orders on one trip: (B, 3 + MOST) with 0, driving, packed order of stops, orders.

    What a bundle is part of must fit as well, up to rounding: pairs grow from singles, threes from pairs.
    """
    out = np.zeros((1024, 3 + MOST), np.int32)
    count, few = 0, 0
    orders, singles = np.full(MOST, -1), np.zeros(len(some), np.int64)
    for i in some:
        orders[0] = i
        count, out = _add(matrix, numbers, limits, orders, 1, out, count)
        if _best(matrix, numbers, limits, orders, 1, ROUNDING)[0] >= 0:
            singles[few] = i
            few += 1
    if most < 2:
        return out[:count]
    pairs = np.zeros((few, few), np.bool_)
    for a in range(few):
        for b in range(a + 1, few):
            orders[0], orders[1], orders[2] = singles[a], singles[b], -1
            count, out = _add(matrix, numbers, limits, orders, 2, out, count)
            pairs[a, b] = _best(matrix, numbers, limits, orders, 2, ROUNDING)[0] >= 0
    for a in range(few if most > 2 else 0):
        for b in range(a + 1, few):
            for c in range(b + 1, few if pairs[a, b] else 0):
                if pairs[a, c] and pairs[b, c]:
                    orders[0], orders[1], orders[2] = singles[a], singles[b], singles[c]
                    count, out = _add(matrix, numbers, limits, orders, 3, out, count)
    return out[:count]


@njit(cache=True)
def _add(
    matrix: Ints32, numbers: Ints, limits: Ints, orders: Ints, size: int, out: Ints32, count: int
) -> tuple[int, Ints32]:
    """Add one bundle to the table if it can be driven; the table grows when it is full."""
    driven, sequence = _best(matrix, numbers, limits, orders, size, 0)
    if driven < 0:
        return count, out
    if count == len(out):
        more = np.zeros((2 * count, out.shape[1]), np.int32)
        more[:count] = out
        out = more
    out[count, 1], out[count, 2] = driven, sequence
    for k in range(MOST):
        out[count, 3 + k] = orders[k]
    return count + 1, out


@njit(cache=True)
def _best(  # noqa: C901  # the innermost loop: one step down, aside or back
    matrix: Ints32, numbers: Ints, limits: Ints, orders: Ints, size: int, slack: int
) -> tuple[int, int]:
    """Least driving of some orders and in which order of stops, depth first; -1 where none fits the limits + slack."""
    best, sequence = -1, -1
    here, clock, driven = np.zeros(DEPTH + 1, np.int64), np.zeros(DEPTH + 1, np.int64), np.zeros(DEPTH + 1, np.int64)
    load, code, gone = np.zeros(DEPTH + 1, np.int64), np.full(DEPTH + 1, -1), np.zeros(DEPTH, np.bool_)
    here[0], clock[0] = limits[ORIGIN], limits[DEPART]
    depth, end = 0, limits[END]
    while depth >= 0:
        last = code[depth]
        if last >= 0:
            gone[last] = False
        step = last + 1
        while step < 2 * size and (gone[step] or (step % 2 == 1 and not gone[step - 1])):
            step += 1
        if step == 2 * size:
            code[depth] = -1
            depth -= 1
            continue
        code[depth], gone[step] = step, True
        i, at = orders[step // 2], depth + 1
        there = numbers[i, step % 2]
        leg = matrix[here[depth], there]
        here[at], driven[at], clock[at] = there, driven[depth] + leg, clock[depth] + leg
        if step % 2:
            if clock[at] > numbers[i, DUE] + slack:
                continue
            clock[at], load[at] = clock[at] + limits[DROP], load[depth] - numbers[i, SIZE]
        else:
            load[at] = load[depth] + numbers[i, SIZE]
            if load[at] > limits[ROOM]:
                continue
            clock[at] = max(clock[at], numbers[i, READY]) + limits[PICK]
        least, home = driven[at] + matrix[there, end], clock[at] + matrix[there, end]
        if at < 2 * size:
            hopeless = least > limits[DRIVING] + slack + ROUNDING or home > limits[LATEST] + slack + ROUNDING
            if not hopeless and (best < 0 or least <= best + ROUNDING):
                depth = at
        elif least <= limits[DRIVING] + slack and home <= limits[LATEST] + slack and (best < 0 or least < best):
            best, sequence = least, 0
            for k in range(2 * size):
                sequence |= code[k] << (CODE_BITS * k)
    return best, sequence
