"""The one page that Gradio serves, made ours: in Chinese whatever the browser speaks, naming no other host.

Gradio has no setting for what is changed here: it takes its language from the browser, names a picture and a script of
other hosts in the head of its page, decides by itself between light and dark, and rewrites the styles given to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASSETS = Path(__file__).parent / "assets"
_REMOVED = re.compile(
    r'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*/?>'
    r'|<link rel="manifest"[^>]*/?>'
    r"|<script>\s*\(\(\) => \{\s*const root = (?:(?!</script>).)*?iframeResizer(?:(?!</script>).)*</script>"
    r"|https://github\.com/gradio-app/gradio/[^\"\\]*",
    re.DOTALL,
)
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\s*body \{(.*?)\}\s*\}", re.DOTALL)
_PREVIEW = """<meta name="description" content="向政策文件提问，得到逐字引用的原文和出处。">
<link rel="icon" href="data:,">"""


class ChinesePage:
    """Passes everything on as it is, but for pages of HTML under the root."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        script, style = ((_ASSETS / name).read_text(encoding="utf-8") for name in ("before.js", "page.css"))
        self._head = f"{_PREVIEW}<script>{script}</script><style>{style}</style>"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = bytearray()

        async def rewrite(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(dict(message["headers"])):
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    page = self._rewritten(body.decode()).encode()
                    others = [(name, value) for name, value in start["headers"] if name != b"content-length"]
                    await send({**start, "headers": [*others, (b"content-length", str(len(page)).encode())]})
                    await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, rewrite)

    def _rewritten(self, page: str) -> str:
        page = _DARK.sub(r"html.dark body {\1}", _REMOVED.sub("", page))
        page = page.replace('lang="en"', 'lang="zh-CN"', 1)
        return page.replace('<meta charset="utf-8" />', f'<meta charset="utf-8" />{self._head}', 1)


def _is_html(headers: Mapping[bytes, bytes]) -> bool:
    return headers.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in headers
