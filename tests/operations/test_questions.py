"""Questions wait for their turn, are shared by all who ask the same, and end when nobody waits."""

import gc
import threading
import weakref
from concurrent.futures import CancelledError

import pytest

from eyrie.basics.errors import Unavailable
from eyrie.basics.trace import request_id, within
from eyrie.operations.questions import Questions


@pytest.fixture
def questions():
    questions = Questions(at_once=1)
    yield questions
    questions.close()


class Slow:
    """Work that ends when it is told to, or is stopped."""

    def __init__(self):
        self.begun, self.may_end, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.times = 0

    def __call__(self, cancel):
        self.times += 1
        stopped = threading.Event()
        cancel.watch(stopped.set)
        self.begun.set()
        while not (self.may_end.wait(0.005) or stopped.is_set()):
            pass
        cancel.rest()
        self.ended.set()
        if not self.may_end.is_set():
            raise Unavailable("The question was cancelled.")
        return 42


def test_the_same_question_is_worked_out_once(questions):
    slow = Slow()
    waiting = [questions.ask("q", slow) for _ in range(5)]
    slow.may_end.set()
    assert [each.answer() for each in waiting] == [42] * 5
    assert slow.times == 1


def test_a_question_asked_again_afterwards_is_worked_out_again(questions):
    slow = Slow()
    slow.may_end.set()
    for times in (1, 2):
        waiting = questions.ask("q", slow)
        assert waiting.answer() == 42
        waiting.leave()
        assert slow.times == times


def test_an_error_comes_to_all_who_wait(questions):
    waiting = [questions.ask("q", lambda _: 1 // 0) for _ in range(2)]
    for each in waiting:
        with pytest.raises(ZeroDivisionError):
            each.answer()


def test_what_failed_is_tried_again(questions):
    with pytest.raises(ZeroDivisionError):
        questions.ask("q", lambda _: 1 // 0).answer()
    assert questions.ask("next", lambda _: "in between").answer() == "in between"
    assert questions.ask("q", lambda _: "result").answer() == "result"


def test_a_question_is_stopped_when_the_last_one_leaves(questions):
    slow = Slow()
    first, second = questions.ask("q", slow), questions.ask("q", slow)
    slow.begun.wait()
    first.leave()
    assert not slow.ended.wait(0.05)
    second.leave()
    assert slow.ended.wait(10)
    assert questions.ask("other", lambda _: "next").answer() == "next"


def test_whoever_comes_while_a_question_is_being_stopped_asks_anew(questions):
    first, second = Slow(), Slow()
    leaving = questions.ask("q", first)
    first.begun.wait()
    leaving.leave()
    staying = questions.ask("q", second)
    second.may_end.set()
    assert staying.answer() == 42


def test_a_question_that_waits_for_its_turn_is_never_begun_when_nobody_waits(questions):
    slow, unwanted = Slow(), Slow()
    running, leaving = questions.ask("slow", slow), questions.ask("unwanted", unwanted)
    slow.begun.wait()
    assert (running.has_begun, leaving.has_begun) == (True, False)
    leaving.leave()
    slow.may_end.set()
    assert running.answer() == 42
    assert questions.ask("last", lambda _: "last").answer() == "last"
    assert unwanted.times == 0


def test_questions_have_their_turns_in_the_order_in_which_they_came(questions):
    slow, order = Slow(), []
    waiting = [questions.ask("slow", slow)]
    waiting += [questions.ask(n, lambda _, n=n: order.append(n)) for n in range(20)]
    slow.may_end.set()
    for each in waiting:
        each.answer()
    assert order == list(range(20))


def test_the_work_knows_the_request_it_belongs_to(questions):
    with within(request_id, "req_1"):
        waiting = questions.ask("q", lambda _: request_id.get())
    assert waiting.answer() == "req_1"


def test_an_answer_is_gone_with_its_last_reference(questions):
    class Answer:
        pass

    asked = threading.Event()
    gc.disable()
    try:
        waiting = questions.ask("q", lambda _: asked.wait() and Answer())
        asked.set()
        answer = weakref.ref(waiting.answer())
        waiting.leave()
        del waiting
        questions.ask("next", lambda _: None).answer()  # so that the thread has let go of it, too
        assert answer() is None
    finally:
        gc.enable()


def test_closing_stops_what_runs_and_drops_what_waits():
    questions, slow = Questions(at_once=1), Slow()
    running, behind = questions.ask("slow", slow), questions.ask("behind", Slow())
    slow.begun.wait()
    questions.close()
    with pytest.raises(Unavailable):
        running.answer()
    with pytest.raises(CancelledError):
        behind.answer()
    assert questions.count == 0
