"""A server of OpenAI's protocol on this machine that says what a test tells it to, and can fail in every way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Handler"], None]
"""What the server does with a request."""

KEY = "sk-test-0123456789abcdef"


class Handler(BaseHTTPRequestHandler):
    """Answers each request with the next act of the script; the last one is repeated."""

    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def do_POST(self) -> None:  # noqa: N802 - the name http.server asks for
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        act = self.server.next_act(body, dict(self.headers))
        try:
            act(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left += 1
        self.close_connection = True

    def begin(self, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        given = {"content-type": "text/event-stream", "connection": "close"}
        for name, value in (given | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            self.send_header(name, value)
        self.end_headers()

    def send(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def send_piece(self, text: str, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.send(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class ScriptedServer(ThreadingHTTPServer):
    """The server, its script and what it was asked.

    Attributes:
        asked: The body of each request, in order.
        headers: The headers of each.
        left: How often the client went away before the end.
        first_piece: When the first piece of the last answer was sent, by `time.perf_counter`.
    """

    daemon_threads = True

    def __init__(self, script: Sequence[Act]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = list(script)
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.left = 0
        self.first_piece = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def next_act(self, body: dict[str, Any], headers: dict[str, str]) -> Act:
        self.asked.append(body)
        self.headers.append({name.lower(): value for name, value in headers.items()})
        return self.script[min(len(self.asked), len(self.script)) - 1]

    @property
    def prompt(self) -> str:
        """What the last request asked, as one text."""
        return "\n".join(str(message["content"]) for message in self.asked[-1]["messages"])


@contextmanager
def serving(*script: Act) -> Iterator[ScriptedServer]:
    """Run a server with a script."""
    server = ScriptedServer(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def says(text: str, size: int = 3, pause: float = 0.0, finish: str | None = "stop") -> Act:
    """Send a text in pieces of some characters, with a pause between them."""

    def act(handler: Handler) -> None:
        handler.begin()
        handler.server.first_piece = time.perf_counter()
        for start in range(0, len(text), size):
            handler.send_piece(text[start : start + size])
            time.sleep(pause)
        handler.send_piece("", finish)
        handler.send("data: [DONE]\n\n")

    return act


def fails(status: int, message: str = f"wrong, and your key is {KEY}", **headers: str) -> Act:
    """Answer with a status and a message that holds the key."""

    def act(handler: Handler) -> None:
        body = json.dumps({"error": {"message": message, "type": "error"}}).encode()
        handler.begin(status, content_type="application/json", content_length=str(len(body)), **headers)
        handler.wfile.write(body)

    return act


def is_silent(seconds: float, comments: bool = False) -> Act:
    """Begin an answer and send no word of it, only comments that keep the connection open."""

    def act(handler: Handler) -> None:
        handler.begin()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if comments:
                handler.send(": keep-alive\n\n")
            time.sleep(0.05)

    return act


def stops_at(text: str) -> Act:
    """Send a text, then close the connection without an end."""

    def act(handler: Handler) -> None:
        handler.begin()
        handler.send_piece(text)

    return act


def sends(raw: str) -> Act:
    """Send something that is not of the protocol."""

    def act(handler: Handler) -> None:
        handler.begin()
        handler.send(raw)

    return act


def never_ends(text: str) -> Act:
    """Send a text again and again."""

    def act(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.send_piece(text)

    return act


def thinks(seconds: float, text: str) -> Act:
    """Send what some servers send while a model thinks, pieces without content, then a text."""

    def act(handler: Handler) -> None:
        handler.begin()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            delta = {"role": "assistant", "content": None, "reasoning_content": "想"}
            choice = {"index": 0, "delta": delta, "finish_reason": None}
            handler.send(f"data: {json.dumps({'id': '1', 'object': 'x', 'model': 'm', 'choices': [choice]})}\n\n")
            time.sleep(0.1)
        handler.send_piece(text, "stop")
        handler.send("data: [DONE]\n\n")

    return act
