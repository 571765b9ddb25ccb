"""What a memory keeps, and what it forgets."""

import pytest

from eyrie.operations.memory import ENTRY_BYTES, Memory

SIZE = 10_000


@pytest.fixture
def memory():
    """Room for three things of `SIZE`."""
    return Memory(3 * (SIZE + ENTRY_BYTES), len)


def test_what_was_kept_is_found(memory):
    memory.keep("a", b"1")
    assert memory.find("a") == b"1"
    assert memory.find("b") is None


def test_the_least_used_is_forgotten_first(memory):
    for key in "abc":
        memory.keep(key, bytes(SIZE))
    memory.find("a")
    memory.keep("d", bytes(SIZE))
    assert [key for key in "abcd" if memory.find(key) is not None] == ["a", "c", "d"]


def test_small_things_count_too():
    memory = Memory(10 * ENTRY_BYTES, len)
    for number in range(100):
        memory.keep(number, b"")
    assert [number for number in range(100) if memory.find(number) is not None] == list(range(90, 100))


def test_the_newest_is_kept_whatever_its_size(memory):
    memory.keep("a", bytes(SIZE))
    memory.keep("b", bytes(100 * SIZE))
    assert memory.find("a") is None
    assert len(memory.find("b")) == 100 * SIZE
    memory.keep("c", b"")
    assert (memory.find("b"), memory.find("c")) == (None, b"")


def test_a_thing_in_the_place_of_another_counts_once(memory):
    for _ in range(10):
        memory.keep("a", bytes(SIZE))
    assert memory.bytes == SIZE + ENTRY_BYTES
    memory.keep("b", bytes(SIZE))
    assert memory.find("a") is not None
