"""What a memory keeps, and what it forgets."""

import pytest

from eyrie.operations.memory import ENTRY_BYTES, Memory

SIZE = 10_000


@pytest.fixture
def memory():
    """Room for three things of `SIZE`."""
    return Memory(3 * (SIZE + ENTRY_BYTES))


def kept(memory, keys):
    return [key for key in keys if memory.find(key) is not None]


def test_what_was_kept_is_found(memory):
    memory.keep("a", "apple", SIZE)
    assert memory.find("a") == "apple"
    assert memory.find("b") is None


def test_the_least_used_is_forgotten_first(memory):
    for key in "abc":
        memory.keep(key, "thing", SIZE)
    memory.find("a")
    memory.keep("d", "thing", SIZE)
    assert kept(memory, "abcd") == ["a", "c", "d"]


def test_small_things_count_too():
    memory = Memory(10 * ENTRY_BYTES)
    for number in range(100):
        memory.keep(number, "thing", 0)
    assert kept(memory, range(100)) == list(range(90, 100))


def test_the_newest_is_kept_whatever_its_size(memory):
    memory.keep("a", "thing", SIZE)
    memory.keep("b", "huge", 100 * SIZE)
    assert kept(memory, "ab") == ["b"]
    memory.keep("c", "tiny", 0)
    assert kept(memory, "bc") == ["c"]
    assert memory.bytes == ENTRY_BYTES


def test_a_thing_in_the_place_of_another_counts_once(memory):
    for _ in range(10):
        memory.keep("a", "thing", SIZE)
    assert memory.bytes == SIZE + ENTRY_BYTES
    memory.keep("b", "thing", SIZE)
    assert kept(memory, "ab") == ["a", "b"]
