"""The memory of answers: each is worked out once, and the least used makes room."""

import threading

import pytest

from eyrie.operations.memory import Memory

SECONDS_PATIENCE = 20


def kept(memory, *keys):
    """Which of the keys are answered from memory, asked from the last to the first."""
    told = {key: memory.get(key, lambda: "") != "" for key in reversed(keys)}
    return [key for key in keys if told[key]]


def test_a_result_is_worked_out_once_for_all_who_ask_meanwhile():
    memory, worked, together = Memory(100, len), [], threading.Barrier(4)
    begun, go_on = threading.Event(), threading.Event()

    def work():
        worked.append("once")
        begun.set()
        go_on.wait(SECONDS_PATIENCE)
        return "result"

    def ask(told):
        together.wait(SECONDS_PATIENCE)
        told.append(memory.get("key", work))

    told = []
    asking = [threading.Thread(target=ask, args=(told,)) for _ in range(4)]
    for each in asking:
        each.start()
    assert begun.wait(SECONDS_PATIENCE)
    go_on.set()
    for each in asking:
        each.join()
    assert (told, worked) == (["result"] * 4, ["once"])


def test_the_least_used_is_forgotten_first():
    memory = Memory(10, len)  # each result weighs one more than its letters
    memory.get("a", lambda: "aaaa")
    memory.get("b", lambda: "bbbb")
    memory.get("a", lambda: "")
    memory.get("c", lambda: "cccc")
    assert kept(memory, "a", "c") == ["a", "c"]
    assert kept(memory, "b") == []


def test_the_newest_is_kept_even_if_it_is_too_large():
    memory = Memory(10, len)
    memory.get("small", lambda: "s")
    assert memory.get("large", lambda: "l" * 99) == "l" * 99
    assert kept(memory, "large") == ["large"]
    assert kept(memory, "small") == []


def test_what_failed_is_tried_again():
    memory = Memory(10, len)
    with pytest.raises(ZeroDivisionError):
        memory.get("key", lambda: 1 / 0)
    assert memory.get("key", lambda: "result") == "result"


class Key:
    """A key that notes in which thread it is looked for."""

    def __init__(self):
        self.looked = []
        self.looked_for = threading.Condition()

    def __hash__(self):
        with self.looked_for:
            self.looked.append(threading.current_thread())
            self.looked_for.notify_all()
        return 1

    def wait_until_looked_for(self, thread, times):
        with self.looked_for:
            assert self.looked_for.wait_for(lambda: self.looked.count(thread) >= times, SECONDS_PATIENCE)


def test_a_result_that_two_worked_out_after_a_failure_weighs_once():
    """Who waits for work that fails does it again, beside others who come later and wait for nobody."""
    memory, key = Memory(10, len), Key()
    second = threading.Thread(target=lambda: memory.get(key, lambda: memory.get(key, lambda: "aaa")))

    def fail():
        second.start()
        key.wait_until_looked_for(second, times=2)  # once in what is kept, once for its turn
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        memory.get(key, fail)
    second.join()
    memory.get("other", lambda: "bbbb")
    assert kept(memory, key, "other") == [key, "other"]
