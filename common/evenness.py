"""How evenly something is spread over people: two indexes with their sources."""

from collections.abc import Sequence


def jain(amounts: Sequence[float]) -> float:
    """Jain's index of fairness: 1 when everybody has the same, 1/n when one has all; 1 of nothing.

    (sum x)^2 / (n * sum x^2): Jain, Chiu and Hawe, A quantitative measure of fairness, DEC-TR-301, 1984.
    """
    squares = sum(amount * amount for amount in amounts)
    return sum(amounts) ** 2 / (len(amounts) * squares) if squares else 1.0


def gini(amounts: Sequence[float]) -> float:
    """Gini's coefficient: 0 when everybody has the same, near 1 when one has all; 0 of nothing.

    Mean difference between any two, as a share of twice the mean: Gini, Variabilita e mutabilita, 1912. For sorted
    amounts that is sum((2k - n - 1) * x_k) / (n * sum x), k from 1.
    """
    total, n = sum(amounts), len(amounts)
    if not total:
        return 0.0
    return sum((2 * k - n - 1) * amount for k, amount in enumerate(sorted(amounts), start=1)) / (n * total)
