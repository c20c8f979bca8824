"""All bundles of up to three orders that a trip could carry, with their least detour: what exact bounds are made of.

Nothing of the engine is used: every order of stops is driven and held against the limits.
"""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bench._metros import Instance

Ints = NDArray[np.int64]
MOST = 3


@dataclass(frozen=True, slots=True)
class Bundles:
    """Bundles by row; the sequence is the best order of stops, 2 * place in the bundle, + 1 for the door."""

    trip: Ints
    orders: Ints  # (B, 3), -1 where there are fewer
    detour: Ints
    sequence: Ints  # row of that bundle size's table

    @property
    def size(self) -> Ints:
        """Orders in each bundle."""
        return np.asarray((self.orders >= 0).sum(axis=1), np.int64)

    def route(self, row: int) -> list[int]:
        """Stop codes of one bundle."""
        orders = self.orders[row][self.orders[row] >= 0]
        table = _sequences(len(orders))[self.sequence[row]]
        return [int(2 * orders[code // 2] + code % 2) for code in table]


def all_bundles(instance: Instance) -> Bundles:
    """List every bundle of an instance; smaller bundles of a feasible one are feasible, so pairs grow from singles."""
    matrix = instance.matrix()
    tables = [_sequences(k) for k in range(1, MOST + 1)]
    numbers = np.column_stack([instance.store, instance.door, instance.ready, instance.due, instance.size])
    found: list[tuple[int, Ints, Ints, Ints]] = []
    for t in range(len(instance.depart)):
        origin, end = int(instance.origin[t]), int(instance.end[t])
        times = (instance.depart[t], instance.latest[t], matrix[origin, end] + instance.budget[t])
        limits = np.array([origin, end, *times, instance.room[t], instance.pick_s, instance.drop_s], np.int64)
        sets = np.arange(len(numbers))[:, None]
        singles = np.zeros(0, np.int64)
        for k in range(1, min(MOST, int(instance.most[t])) + 1):
            detour, sequence = _drive_all(matrix, numbers, limits, sets, tables[k - 1])
            fits = detour >= 0
            sets = sets[fits]
            singles = sets[:, 0] if k == 1 else singles
            found.append((t, sets, detour[fits] - int(matrix[origin, end]), sequence[fits]))
            sets = _grown(sets, singles)
    filled = [np.pad(sets, ((0, 0), (0, MOST - sets.shape[1])), constant_values=-1) for _, sets, _, _ in found]
    return Bundles(
        trip=np.concatenate([np.full(len(sets), t) for t, sets, _, _ in found]),
        orders=np.concatenate(filled),
        detour=np.concatenate([detour for _, _, detour, _ in found]),
        sequence=np.concatenate([sequence for _, _, _, sequence in found]),
    )


def _grown(sets: Ints, singles: Ints) -> Ints:
    """Sets with one order more, each once, all of whose parts that leave out one of the last two are known."""
    if len(sets) == 0:
        return np.zeros((0, sets.shape[1] + 1), np.int64)
    rows, more = np.nonzero(singles[None, :] > sets[:, [-1]])
    grown = np.column_stack([sets[rows], singles[more]])
    if sets.shape[1] == 1:
        return grown
    key = 1 << 32
    known = sets[:, 0] * key + sets[:, 1]
    both = np.isin(grown[:, 0] * key + grown[:, 2], known) & np.isin(grown[:, 1] * key + grown[:, 2], known)
    return np.asarray(grown[both], np.int64)


def _sequences(k: int) -> Ints:
    """Every order of k pick-ups and drops in which each pick-up comes before its drop, (S, 2k)."""
    orders = permutations(range(2 * k))
    kept = [codes for codes in orders if all(codes.index(2 * i) < codes.index(2 * i + 1) for i in range(k))]
    return np.array(kept, np.int64)


@njit(cache=True)
def _drive_all(matrix: NDArray[np.int32], numbers: Ints, limits: Ints, sets: Ints, table: Ints) -> tuple[Ints, Ints]:
    """Least driving of each set and in which sequence; -1 where none fits. `numbers`: store, door, ready, due, size."""
    best, sequence = np.full(len(sets), -1), np.full(len(sets), -1)
    origin, end, depart, latest, most, room, pick_s, drop_s = limits
    for row in range(len(sets)):
        for s in range(len(table)):
            here, clock, driven, load, ok = origin, depart, 0, 0, True
            for code in table[s]:
                i, is_drop = sets[row, code // 2], code % 2
                there = numbers[i, is_drop]
                leg = matrix[here, there]
                driven, clock, here = driven + leg, clock + leg, there
                if is_drop:
                    ok = clock <= numbers[i, 3]
                    clock, load = clock + drop_s, load - numbers[i, 4]
                else:
                    clock, load = max(clock, numbers[i, 2]) + pick_s, load + numbers[i, 4]
                    ok = load <= room
                if not ok:
                    break
            driven, clock = driven + matrix[here, end], clock + matrix[here, end]
            if ok and clock <= latest and driven <= most and (best[row] < 0 or driven < best[row]):
                best[row], sequence[row] = driven, s
    return best, sequence
