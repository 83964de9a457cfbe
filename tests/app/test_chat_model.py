"""The client against a server that speaks the protocol, and fails in every way there is."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tenacity import wait_none

from app import chat_model
from app.chat_model import ChatModel
from app.language_model import LanguageModelError
from app.prompts import Messages
from app.settings import ModelSettings
from tests.model_server import (
    KEY,
    Act,
    ScriptedServer,
    fails,
    is_silent,
    never_ends,
    says,
    sends,
    serving,
    stops_at,
    thinks,
)

ASKED = Messages("你回答问题。", "问题：一加一等于几")
QUICK = ModelSettings("http://127.0.0.1:9/v1", "m", KEY, connect_seconds=3, first_token_seconds=3, total_seconds=15)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less between tries than for a real server."""
    monkeypatch.setattr(chat_model, "_backoff", wait_none())


@contextmanager
def asking(*script: Act, **settings: Any) -> Iterator[tuple[ScriptedServer, ChatModel]]:
    with serving(*script) as server:
        yield server, ChatModel(replace(QUICK, base_url=server.url, **settings))


def written(model: ChatModel) -> str:
    return "".join(model.stream(ASKED))


def test_what_the_server_says_comes_piece_by_piece() -> None:
    with asking(says("等于二。", size=1)) as (server, model):
        assert list(model.stream(ASKED)) == ["等", "于", "二", "。"]
        (body,) = server.asked
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["stream"] is True
    assert (body["temperature"], body["max_tokens"]) == (0.0, chat_model.MAX_ANSWER_TOKENS)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "first",
    [
        fails(429, retry_after="0"),
        fails(500),
        fails(503),
        fails(529),
        stops_at(""),
        says(""),
        sends("data: {not json}\n\n"),
        sends("<html>Bad Gateway</html>"),
    ],
    ids=["429", "500", "503", "529", "closed", "empty", "malformed", "no stream"],
)
def test_what_passes_is_tried_again(first: Act) -> None:
    with asking(first, says("等于二。")) as (server, model):
        assert written(model) == "等于二。"
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("act", "reason", "tries"),
    [
        (fails(401), "密钥无效", 1),
        (fails(402), "余额不足", 1),
        (fails(403), "没有使用权限", 1),
        (fails(404), "没有找到模型或地址", 1),
        (fails(429), "过于频繁", 3),
        (fails(429, retry_after="60"), "过于频繁", 1),
        (fails(418), "请求失败（418）", 1),
        (fails(500), "服务出错（500）", 3),
        (says(""), "内容为空", 3),
        (sends("data: {not json}\n\n"), "无法读取", 3),
    ],
)
def test_what_does_not_pass_has_a_reason_in_words_of_our_own(act: Act, reason: str, tries: int) -> None:
    with asking(act) as (server, model), pytest.raises(LanguageModelError, match=reason) as caught:
        written(model)
    assert len(server.asked) == tries
    assert KEY not in str(caught.value)


def test_what_a_server_does_not_want_to_be_told_is_left_out() -> None:
    with asking(fails(400), says("等于二。")) as (server, model):
        assert written(model) == "等于二。"
    assert "temperature" not in server.asked[1]
    assert "max_tokens" not in server.asked[1]


def test_nobody_listening_is_said() -> None:
    with pytest.raises(LanguageModelError, match="无法连接"):
        written(ChatModel(QUICK))


@pytest.mark.parametrize("comments", [False, True], ids=["silent", "kept alive"])
def test_the_first_words_are_waited_for_only_so_long(comments: bool) -> None:
    started = time.monotonic()
    with (
        asking(is_silent(8, comments), first_token_seconds=0.5, total_seconds=1.2) as (_, model),
        pytest.raises(LanguageModelError, match="等待超时"),
    ):
        written(model)
    assert time.monotonic() - started < 6


def test_a_whole_answer_is_waited_for_only_so_long() -> None:
    with asking(says("等于二。" * 100, size=1, pause=0.05), total_seconds=0.6) as (_, model):
        started = time.monotonic()
        with pytest.raises(LanguageModelError, match="等待超时"):
            written(model)
        assert time.monotonic() - started < 4


@pytest.mark.parametrize("act", [stops_at("等于"), says("等于", finish=None)], ids=["closed", "no end"])
def test_an_answer_that_breaks_off_is_no_answer(act: Act) -> None:
    with asking(act) as (server, model), pytest.raises(LanguageModelError, match="中断|无法连接|无法读取"):
        written(model)
    assert len(server.asked) == 1, "what was begun is not asked for again"


def test_who_stops_reading_ends_the_request() -> None:
    with asking(never_ends("等于二。")) as (server, model):
        pieces = model.stream(ASKED)
        assert next(pieces) == "等于二。"
        pieces.close()
        until = time.monotonic() + 5
        while not server.left and time.monotonic() < until:
            time.sleep(0.02)
        assert server.left == 1


def test_a_model_that_fails_again_and_again_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_model, "_PAUSE", 0.3)
    with asking(fails(401), stops_at("等"), fails(401), says("等于二。")) as (server, model):
        for _ in range(3):
            with pytest.raises(LanguageModelError, match="密钥无效|中断|无法连接|无法读取"):
                written(model)
        with pytest.raises(LanguageModelError, match="不再尝试"):
            written(model)
        assert len(server.asked) == 3
        time.sleep(0.35)
        assert written(model) == "等于二。"


def test_a_question_that_is_not_taken_says_nothing_of_the_next() -> None:
    with asking(*[fails(400)] * 6, says("等于二。")) as (_, model):
        for _ in range(3):
            with pytest.raises(LanguageModelError, match="请求不被接受"):
                written(model)
        assert written(model) == "等于二。"


def test_a_model_that_thinks_is_waited_for() -> None:
    with asking(thinks(1.2, "等于二。"), first_token_seconds=1, total_seconds=10) as (server, model):
        assert written(model) == "等于二。"
        assert len(server.asked) == 1


@pytest.mark.parametrize("size", [1, 4, 100])
def test_the_key_is_in_no_log_and_no_answer(caplog: pytest.LogCaptureFixture, size: int) -> None:
    with caplog.at_level(logging.DEBUG), asking(fails(500), says(f"密钥是{KEY}。", size=size)) as (_, model):
        assert written(model) == "密钥是。"
    assert KEY not in caplog.text


def test_a_word_that_serves_as_a_key_stays_a_word() -> None:
    with asking(says("达到95%。"), api_key="5") as (_, model):
        assert written(model) == "达到95%。"


def test_only_the_server_that_is_named_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-another")
    with serving(says("好。")) as other:
        monkeypatch.setenv("HTTP_PROXY", other.url)
        with asking(says("好。"), says("好。")) as (server, model):
            assert written(model) == "好。"
            assert "of-another" not in str(server.headers)
        with asking(fails(307, location=other.url)) as (_, model), pytest.raises(LanguageModelError):
            written(model)
        assert other.asked == []


def test_no_key_is_no_other_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-server")
    with asking(says("好。"), api_key="") as (server, model):
        assert written(model) == "好。"
    assert "sk-of-another-server" not in str(server.headers)


def test_questions_are_not_traced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (("LANGSMITH_TRACING", "true"), ("LANGSMITH_API_KEY", "x")):
        monkeypatch.setenv(name, value)
    with serving(says("")) as collector:
        monkeypatch.setenv("LANGSMITH_ENDPOINT", collector.url)
        with asking(says("好。")) as (_, model):
            written(model)
            time.sleep(0.3)
        assert collector.asked == []
