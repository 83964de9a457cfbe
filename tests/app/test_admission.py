from concurrent.futures import ThreadPoolExecutor

import pytest

from app.admission import Admission, AdmissionError, TooManyTriesError, WrongPasswordError

RIGHT = "温州教育-2025"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admission(clock: Clock) -> Admission:
    return Admission(RIGHT, clock)


def guess(admission: Admission, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongPasswordError, match="管理密码不正确"):
            admission.check("password")


@pytest.mark.parametrize("given", ["", "温州教育-202", f"{RIGHT} ", "\ud800", "x" * 100_000])
def test_only_the_password_is_let_in(admission: Admission, given: str) -> None:
    admission.check(RIGHT)
    with pytest.raises(WrongPasswordError) as caught:
        admission.check(given)
    assert RIGHT not in str(caught.value)


def test_after_five_wrong_tries_everybody_waits(admission: Admission, clock: Clock) -> None:
    guess(admission, 5)
    clock.now = 9.5
    for given in ("password", RIGHT):
        with pytest.raises(TooManyTriesError, match="连续输错 5 次，已暂停验证。请在 21 秒后重试"):
            admission.check(given)
    clock.now = 30.0
    admission.check(RIGHT)


def test_the_pause_comes_again(admission: Admission, clock: Clock) -> None:
    guess(admission, 5)
    clock.now = 31.0
    guess(admission, 5)
    with pytest.raises(TooManyTriesError):
        admission.check(RIGHT)


def test_a_right_one_in_between_starts_the_count_anew(admission: Admission) -> None:
    for _ in range(3):
        guess(admission, 4)
        admission.check(RIGHT)


def test_many_threads_get_no_more_tries_than_one(admission: Admission) -> None:
    def kind(_: int) -> type[AdmissionError]:
        with pytest.raises(AdmissionError) as caught:
            admission.check("password")
        return caught.type

    with ThreadPoolExecutor(8) as pool:
        kinds = list(pool.map(kind, range(200)))
    assert (kinds.count(WrongPasswordError), kinds.count(TooManyTriesError)) == (5, 195)
