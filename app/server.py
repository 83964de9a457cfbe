"""The serving process: the chat page and the HTTP interface on one port."""

from __future__ import annotations

import os
import socket

import click

from app.settings import Settings
from ingest import WenceError

_SHUTDOWN_SECONDS = 3  # an open page keeps its connection; who stops the server does not wait for it


class PortError(WenceError):
    """The address cannot be listened on."""


def run_server(settings: Settings) -> None:
    """Serve until interrupted.

    Raises:
        PortError: The port is taken or the address is not this machine's.
        VectorstoreError: The index cannot be used.
    """
    _check_port(settings.host, settings.port)
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read by gradio when it is imported
    os.environ["HF_HUB_OFFLINE"] = "1"  # gradio asks the hub for nothing we use
    import uvicorn

    from app.api import create_api
    from app.opening import open_for_writing, open_index, open_language_model
    from app.web import mount_page

    open_for_writing(settings)  # an empty index is served, too: the page says how to fill it
    retriever, model = open_index(settings), open_language_model(settings)
    server = create_api(retriever, model, settings)
    mount_page(server, retriever, model, settings)
    click.echo(f"问策已启动：http://{settings.host}:{settings.port}  （按 Ctrl+C 停止）", err=True)
    uvicorn.run(
        server,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortError(
                f"无法在 {host}:{port} 上启动：{error.strerror}。请用 --port 换一个端口，或停止占用它的程序。"
            ) from error
