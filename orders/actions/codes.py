"""Numbers and codes that people read out to one another."""

from secrets import randbelow

# Without 0 and O, 1, I and L, U and V, 2 and Z, 5 and S, 8 and B: read over a phone, none sounds or looks like another.
ALPHABET = "3467ACDEFGHJKMNPQRTWXY9"
LENGTH = 7
NUMBERS = len(ALPHABET) ** LENGTH  # 3.4 thousand million
STEP = 2_147_483_647  # a prime that shares no factor with NUMBERS: multiplying by it visits every number once


def order_number(serial: int) -> str:
    """A short number for people, as "K7M-4Q3R": different for every serial, and not telling how many came before."""
    rest = serial * STEP % NUMBERS
    letters = ""
    for _ in range(LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        letters += ALPHABET[digit]
    return f"{letters[:3]}-{letters[3:]}"


def door_code(*, other_than: str = "") -> str:
    """Four digits that nobody can guess from the order; `other_than` is the code they take the place of."""
    code = f"{randbelow(10_000):04}"
    return code if code != other_than else door_code(other_than=other_than)
