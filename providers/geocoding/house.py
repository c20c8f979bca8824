"""The number at the beginning of a street address, in the ways that American streets are numbered."""

import re

GRID = re.compile(r"[nsew]\s?\d{1,5}\s?[nsew]\s?(\d{1,5})\s+", re.ASCII | re.IGNORECASE)  # N6W23001, in Wisconsin
RANGE = re.compile(r"(\d{1,6})\s?-\s?(\d{1,6})[a-z]?\s+", re.ASCII | re.IGNORECASE)
PLAIN = re.compile(r"(\d{1,6})(?:-?[a-z])?(?:\s+\d/\d)?\s+", re.ASCII | re.IGNORECASE)
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
LONGEST_RANGE = 100


def house_of(line: str) -> tuple[int, str]:
    """The house's number, 0 for none, and the line without it.

    "912-914 8th St" is the first of a range; "37-06 82nd St", as in Queens, is the sixth house of block 37;
    "123 1/2" lies behind 123.
    """
    if match := GRID.match(line):
        return int(match[1]), line[match.end() :]
    if match := RANGE.match(line):
        return _ranged(match[1], match[2]), line[match.end() :]
    if match := PLAIN.match(line):
        return int(match[1]), line[match.end() :]
    first, _, rest = line.partition(" ")
    return (WORDS[first.lower()], rest) if first.lower() in WORDS and " " in rest else (0, line)


def _ranged(first: str, second: str) -> int:
    """The first of a range, or one number of two parts."""
    is_range = len(first) >= 3 and 0 <= int(second) - int(first) <= LONGEST_RANGE
    return int(first) if is_range else int(first + second) % 10**6
