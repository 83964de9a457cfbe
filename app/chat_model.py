"""A language model behind a server of OpenAI's protocol, and everything that can go wrong on the way there.

LangChain's `ChatOpenAI` speaks with it. Its types stay in this module, which is imported only where a model is set.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

import openai
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_openai import ChatOpenAI
from langsmith.run_helpers import tracing_context
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from app.language_model import CutShortError, LanguageModelError
from app.prompts import Messages
from app.settings import ModelSettings
from app.tokens import Counter, load_counter

_T = TypeVar("_T")

_ATTEMPTS = 3
_FIRST_WAIT, _LONGEST_WAIT = 0.4, 4.0  # seconds between attempts; whoever waits for an answer waits for these too
_FAILURES = 3  # in a row, before the model is left alone
_PAUSE = 60  # seconds it is left alone for; questions asked meanwhile are answered at once from the documents
MAX_ANSWER_TOKENS = 2000  # five sentences with their marks take about 300; the rest is for models that think aloud

_REASONS = {
    400: "请求不被接受（400），请检查模型名称和上下文长度",
    401: "密钥无效（401），请检查 WENCE_LLM_API_KEY",
    402: "账户余额不足（402）",
    403: "没有使用权限（403），请检查密钥和模型名称",
    404: "没有找到模型或地址（404），请检查 WENCE_LLM_BASE_URL 和 WENCE_LLM_MODEL",
    413: "内容过长（413），请调小 WENCE_LLM_CONTEXT",
    429: "请求过于频繁（429）",
}
_RETRIED = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))
_OF_QUESTION = frozenset((400, 413, 422))  # these say nothing of whether the next question can be answered
_AT_ONCE = 24  # requests at a time; threads of the server wait for them, and it has 40


@dataclass(frozen=True, slots=True)
class _Opened:
    """An answer that has begun: its first words, and the rest."""

    first: BaseMessage
    rest: AsyncIterator[BaseMessage]
    until: float


class _Breaker:
    """Leaves a model alone for a while that failed several times in a row. Nothing waits for anything here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    def check(self) -> None:
        """Raise if the model is left alone; afterwards let one question try it."""
        with self._lock:
            if self._failures >= _FAILURES:
                if time.monotonic() < self._closed_until:
                    raise LanguageModelError(f"连续 {_FAILURES} 次未能使用，{_PAUSE} 秒内不再尝试")
                self._closed_until = time.monotonic() + _PAUSE

    def count(self, failed: bool) -> None:
        """Take note of how a question ended."""
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            self._closed_until = time.monotonic() + _PAUSE


class ChatModel:
    """A language model behind a server of OpenAI's protocol.

    Requests run on an event loop in a thread of its own, several at a time, where they can be ended at any moment.

    Attributes:
        name: The model's name, as the server knows it.
        room: Tokens that a prompt may take, so that there is room for the answer.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self.name = settings.model
        self.room = settings.context - MAX_ANSWER_TOKENS
        self._counter: Counter = load_counter(settings.vocabulary)
        self._settings = settings
        self._breaker = _Breaker()
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="language-model", daemon=True).start()
        options = {"temperature": 0.0, "extra_body": {"max_tokens": MAX_ANSWER_TOKENS}}
        self._chains = [_chain(settings, options), _chain(settings, {})]

    def count(self, text: str) -> int:
        """Return how many tokens a text takes at most."""
        return self._counter(text)

    def stream(self, messages: Messages, seconds: float | None = None) -> Generator[str]:
        """Yield what the model writes, piece by piece; what fails before the first piece is tried again."""
        self._breaker.check()
        if not self._places.acquire(blocking=False):
            raise LanguageModelError("同时提问的人过多")
        try:
            yield from self._answer(messages, time.monotonic() + (seconds or self._settings.total_seconds))
            self._breaker.count(failed=False)
        except CutShortError:
            self._breaker.count(failed=False)
            raise
        except LanguageModelError as error:
            if not error.of_question:
                self._breaker.count(failed=True)
            raise
        finally:
            self._places.release()

    def _answer(self, messages: Messages, until: float) -> Generator[str]:
        retrying = Retrying(
            retry=retry_if_exception(partial(_is_worth_another, until=until)),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=_wait,
            reraise=True,
        )
        opened: _Opened = retrying(self._open, messages, until)
        try:
            yield from self._pieces(opened)
        finally:
            with suppress(Exception):  # whoever stops reading must not see how the connection ends
                self._run(opened.rest.aclose())  # type: ignore[attr-defined]

    def _pieces(self, opened: _Opened) -> Iterator[str]:
        chunk: BaseMessage | None = opened.first
        reason = held = last = ""
        while chunk is not None:
            text, held = self._without_key(held + chunk.text)
            if text:
                last = text.strip() or last
                yield text
            reason = chunk.response_metadata.get("finish_reason") or reason
            chunk = self._run(self._next(opened.rest, opened.until))
        if held:
            yield held
        if reason not in ("", "stop"):
            raise CutShortError("回答未写完")
        if not reason and not (held.strip() or last).endswith(_ENDS):
            raise LanguageModelError("回答中断")

    def _open(self, messages: Messages, until: float) -> _Opened:
        """Ask, and wait for the first words."""
        try:
            return self._run(self._begin(self._chains[0], messages, until))
        except LanguageModelError as error:
            if len(self._chains) == 1 or getattr(error.__cause__, "status_code", 0) != HTTPStatus.BAD_REQUEST:
                raise
        # Some models refuse to be told how freely or how long to write; then they are not told again.
        opened = self._run(self._begin(self._chains[-1], messages, until))
        self._chains = self._chains[-1:]
        return opened

    async def _begin(self, chain: Runnable[Messages, BaseMessage], messages: Messages, until: float) -> _Opened:
        rest = chain.astream(messages)
        while (chunk := await self._next(rest, until)) is not None:
            if chunk.text:
                return _Opened(chunk, rest, until)
        raise LanguageModelError("返回的内容为空", transient=True)

    async def _next(self, chunks: AsyncIterator[BaseMessage], until: float) -> BaseMessage | None:
        """Return the next piece, None behind the last; one without words shows that the model is thinking.

        Raises:
            LanguageModelError: It does not come in time, or cannot be had.
        """
        left = min(self._settings.first_token_seconds, until - time.monotonic())
        try:
            with tracing_context(enabled=False):  # LangChain's own setting would send questions elsewhere
                return await asyncio.wait_for(anext(chunks), max(left, 0.0))
        except StopAsyncIteration:
            return None
        except LanguageModelError:
            raise
        except Exception as error:  # whatever a server sends, the question is answered without it
            raise _explained(error) from error

    def _run(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _without_key(self, text: str) -> tuple[str, str]:
        """Return what a server sent without the key, which some echo, and what may be the beginning of it."""
        key = self._settings.api_key
        if len(key) < _LEAST_KEY:
            return text, ""
        text = text.replace(key, "")
        held = next((n for n in range(min(len(key) - 1, len(text)), 0, -1) if text.endswith(key[:n])), 0)
        return text[: len(text) - held], text[len(text) - held :]


_LEAST_KEY = 12  # characters; a shorter one is a word such as ollama, and no secret
_ENDS = tuple('。！？!?】]）)”"」.')


def _chain(settings: ModelSettings, options: dict[str, Any]) -> Runnable[Messages, BaseMessage]:
    chat = ChatOpenAI(
        base_url=settings.base_url,
        model=settings.model,
        api_key=SecretStr(settings.api_key or "none"),  # without one, the client would look for another server's
        timeout=openai.Timeout(settings.total_seconds, connect=settings.connect_seconds),
        max_retries=0,  # done here, where it is known whether anything was shown yet
        stream_usage=False,
        use_responses_api=False,
        http_async_client=openai.DefaultAsyncHttpxClient(
            follow_redirects=False,  # what is asked goes to the server that was named
            trust_env=not _is_here(settings.base_url),  # no proxy stands between this machine and itself
            event_hooks={"request": [_without_account]},
        ),
        **options,
    )
    return RunnableLambda(_as_chat) | chat


def _is_here(address: str) -> bool:
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")


async def _without_account(request: Any) -> None:
    """Take out what the client adds from the environment: the account of another server."""
    for name in ("openai-organization", "openai-project"):
        request.headers.pop(name, None)


def _as_chat(messages: Messages) -> list[BaseMessage]:
    return [SystemMessage(messages.system), HumanMessage(messages.user)]


def _explained(error: Exception) -> LanguageModelError:
    """Return what went wrong, in words of our own: a server's may hold the key."""
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return LanguageModelError("等待超时")  # who waited once that long need not wait again
    if isinstance(error, openai.APIConnectionError):
        return LanguageModelError("无法连接", transient=True)
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        server_fault = "服务出错" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "请求失败"
        return LanguageModelError(
            _REASONS.get(status, f"{server_fault}（{status}）"),
            transient=status in _RETRIED,
            of_question=status in _OF_QUESTION,
            wait=_seconds(error.response.headers.get("retry-after")),
        )
    return LanguageModelError("返回的内容无法读取", transient=True)


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None


def _is_worth_another(error: BaseException, until: float) -> bool:
    if not (isinstance(error, LanguageModelError) and error.transient):
        return False
    return (error.wait or 0.0) <= _LONGEST_WAIT and time.monotonic() < until


_backoff = wait_exponential_jitter(multiplier=_FIRST_WAIT, max=_LONGEST_WAIT)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return max(_backoff(state), getattr(error, "wait", None) or 0.0)
