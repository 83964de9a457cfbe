"""Whether somebody may administer documents: a password, and a pause for those who guess."""

from __future__ import annotations

import hmac
import math
import time
from collections.abc import Callable
from threading import Lock

from ingest import WenceError

_TRIES = 5  # wrong ones in a row before everybody waits: 14,400 a day, where eight letters have 2e11 forms
_PAUSE = 30.0  # seconds


class AdmissionError(WenceError):
    """Somebody is not let in."""


class WrongPasswordError(AdmissionError):
    """The password is another."""

    def __init__(self) -> None:
        super().__init__("管理密码不正确。请核对后重新输入；密码由 WENCE_ADMIN_PASSWORD 设置。")


class TooManyTriesError(AdmissionError):
    """Too many passwords in a row were wrong.

    Attributes:
        seconds: How long to wait.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"管理密码连续输错 {_TRIES} 次，已暂停验证。请在 {seconds} 秒后重试。")
        self.seconds = seconds


class Admission:
    """The door of one serving process, used by any number of threads.

    The pause is for everybody: who asks cannot be told apart behind a proxy.
    """

    def __init__(self, password: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._password = _bytes(password)
        self._clock = clock
        self._lock = Lock()
        self._wrong = 0
        self._closed_until = -math.inf

    def check(self, given: str) -> None:
        """Return if the password is right.

        Raises:
            WrongPasswordError: It is not.
            TooManyTriesError: It was not looked at, because too many before were wrong.
        """
        right = hmac.compare_digest(_bytes(given), self._password)
        with self._lock:
            left = self._closed_until - self._clock()
            if left > 0:
                raise TooManyTriesError(math.ceil(left))
            self._wrong = 0 if right else self._wrong + 1
            if self._wrong == _TRIES:
                self._wrong, self._closed_until = 0, self._clock() + _PAUSE
        if not right:
            raise WrongPasswordError


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")  # what a program sends need not be characters
