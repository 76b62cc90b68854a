"""Answers worked out once: bounded, the ones used last stay, one for all who ask at once, forgotten together."""

import threading

import pytest

from geo.core.cache import cached, forget, forget_of


def test_an_answer_is_worked_out_once_and_is_the_same_object() -> None:
    calls = []

    @cached(4)
    def pair(left: int, right: int = 0) -> list[int]:
        """Make a pair."""
        calls.append((left, right))
        return [left, right]

    assert pair(1, right=2) is pair(1, right=2)
    assert pair(1) == [1, 0]
    assert calls == [(1, 2), (1, 0)]
    assert (pair.__name__, pair.__doc__) == ("pair", "Make a pair.")


def test_none_is_an_answer_too() -> None:
    calls = []

    @cached(4)
    def nothing() -> None:
        calls.append(1)

    assert nothing() is None
    assert nothing() is None
    assert calls == [1]


def test_no_more_are_kept_than_asked_and_those_used_last_stay() -> None:
    calls = []

    @cached(2)
    def double(number: int) -> int:
        calls.append(number)
        return 2 * number

    for number in (1, 2, 1, 3):     # 2 is the one used longest ago when 3 comes
        assert double(number) == 2 * number
    assert calls == [1, 2, 3]
    assert double(1) == 2
    assert calls == [1, 2, 3]
    assert double(2) == 4
    assert calls == [1, 2, 3, 2]
    assert double(3) == 6
    assert calls == [1, 2, 3, 2, 3]     # 3 made room for 2


def test_what_the_answer_does_not_depend_on_makes_no_other() -> None:
    calls = []

    @cached(4, key=lambda name, *, colour: name)
    def paint(name: str, *, colour: str) -> str:
        calls.append((name, colour))
        return f"{name} in {colour}"

    assert paint("door", colour="red") == "door in red"
    assert paint("door", colour="blue") == "door in red"
    assert paint("wall", colour="blue") == "wall in blue"
    assert calls == [("door", "red"), ("wall", "blue")]


def test_readers_at_once_wait_for_one_answer() -> None:
    calls = []
    started = threading.Event()

    @cached(4)
    def slow(number: int) -> int:
        calls.append(number)
        started.wait(0.2)
        return 2 * number

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(slow(7))) for _ in range(5)]
    for thread in threads:
        thread.start()
    started.set()
    for thread in threads:
        thread.join()
    assert calls == [7]
    assert found == [14] * 5


def test_an_answer_that_is_kept_does_not_wait_for_one_that_is_being_worked_out() -> None:
    working, finish = threading.Event(), threading.Event()

    @cached(4)
    def slow(number: int) -> int:
        if number == 2:
            working.set()
            assert finish.wait(10)
        return 2 * number

    assert slow(1) == 2
    found: list[int] = []
    at_work = threading.Thread(target=lambda: found.append(slow(2)))
    at_work.start()
    assert working.wait(10)
    asking = threading.Thread(target=lambda: found.append(slow(1)))
    asking.start()
    asking.join(2)
    finish.set()
    at_work.join()
    assert found == [2, 4]


def test_an_answer_may_ask_for_another_of_its_own_kind() -> None:
    @cached(8)
    def factorial(number: int) -> int:
        return number * factorial(number - 1) if number else 1

    assert factorial(5) == 120


def test_a_failure_is_not_kept() -> None:
    calls = []

    @cached(4)
    def third(number: int) -> int:
        calls.append(number)
        if len(calls) < 3:
            raise ValueError("not yet")
        return number

    for _ in range(2):
        with pytest.raises(ValueError, match="not yet"):
            third(1)
    assert third(1) == third(1) == 1
    assert calls == [1, 1, 1]


def test_all_are_forgotten_together() -> None:
    calls = []

    @cached(4)
    def first(number: int) -> int:
        calls.append("first")
        return number

    @cached(4)
    def second(number: int) -> int:
        calls.append("second")
        return number

    for _ in range(2):
        assert first(1) == second(1) == 1
    assert calls == ["first", "second"]
    forget()
    assert first(1) == second(1) == 1
    assert calls == ["first", "second"] * 2


def test_answers_of_one_thing_are_forgotten_and_others_stay() -> None:
    asked: list[str] = []
    one, other = object(), object()

    @cached(9)
    def alone(owner: object, word: str) -> str:
        asked.append(word)
        return word

    @cached(9, key=lambda owner, word: (owner, word, (word,)))
    def keyed(owner: object, word: str) -> str:
        asked.append(word)
        return word

    for function in (alone, keyed):
        for owner in (one, other):
            function(owner, "a")
    forget_of(one)
    for function in (alone, keyed):
        for owner in (one, other):
            function(owner, "b" if owner is one else "a")
    assert asked == ["a"] * 4 + ["b"] * 2


def test_what_makes_room_is_told_of() -> None:
    left: list[int] = []

    @cached(2, gone=left.append)
    def double(number: int) -> int:
        return 2 * number

    for number in (1, 2, 1, 3, 4):
        double(number)
    assert left == [4, 2]


def test_so_many_are_kept_for_each() -> None:
    calls = []

    @cached(2, each=lambda name: name[0][0])
    def pair(owner: str, number: int) -> tuple[str, int]:
        calls.append((owner, number))
        return owner, number

    for number in (1, 2, 3):
        pair("ours", number)
        pair("theirs", number)
    pair("ours", 1)
    assert [number for owner, number in calls if owner == "ours"] == [1, 2, 3, 1]
    assert [number for owner, number in calls if owner == "theirs"] == [1, 2, 3]
    pair("theirs", 2)
    pair("theirs", 3)
    assert len(calls) == 7


def test_what_is_forgotten_with_its_owner_is_told_too() -> None:
    told: list[str] = []
    owner = object()

    @cached(2, gone=told.append)
    def named(of: object, name: str) -> str:
        return name

    named(owner, "mine")
    named(object(), "other")
    forget_of(owner)
    assert told == ["mine"]
    named(owner, "mine")
    named(owner, "again")
    assert told == ["mine", "other"]
