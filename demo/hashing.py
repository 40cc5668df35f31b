"""Reproducible randomness, derived from a hash of the ids: the same on every machine and in every run.

The hash is the finalizer of splitmix64 (Steele, Lea, Flood 2014), which mixes consecutive ids well enough for
rates and orderings.
"""

import hashlib

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]


def hashes(salt: str, *keys: Ints) -> Hashes:
    """A 64-bit hash for each row of one or more key arrays; a different salt gives different hashes."""
    seed = int.from_bytes(hashlib.blake2b(salt.encode(), digest_size=8).digest(), "little")
    mixed: Hashes = np.full(len(keys[0]), seed, dtype=np.uint64)
    for key in keys:
        mixed = _mix(mixed ^ key.astype(np.uint64))
    return mixed


def choose(salt: str, rate: float, days: Ints, *keys: Ints) -> tuple[Mask, Mask]:
    """Choose about `rate` of the rows, and at least one per day, however small the data.

    Returns two masks over the rows: the chosen rows, and the one guaranteed row of each day.
    """
    row_hashes = hashes(salt, *keys)
    order = np.lexsort((row_hashes, days))
    first_of_day = np.ones(len(order), dtype=np.bool_)
    first_of_day[1:] = days[order][1:] != days[order][:-1]
    guaranteed = np.zeros(len(order), dtype=np.bool_)
    guaranteed[order[first_of_day]] = True
    return guaranteed | (row_hashes < np.uint64(rate * 2**64)), guaranteed


def pick(salt: str, count: int, *keys: Ints) -> Ints:
    """A number from 0 to `count` - 1 for each row."""
    return (hashes(salt, *keys) % np.uint64(count)).astype(np.int64)


def _mix(value: Hashes) -> Hashes:
    with np.errstate(over="ignore"):
        value = value + np.uint64(0x9E3779B97F4A7C15)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return value ^ (value >> np.uint64(31))
