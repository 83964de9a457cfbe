import json
import time
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from app.api import create_api
from app.chat_model import ChatModel
from app.settings import ModelSettings
from ingest import WenceError
from tests.model_server import never_ends, says, serving
from vectorstore import Retriever


@pytest.fixture(scope="module")
def client(retriever: Retriever) -> TestClient:
    return TestClient(create_api(retriever))


def test_ask_answers_as_the_command_does(client: TestClient) -> None:
    answer = client.get("/api/ask", params={"question": "义务教育优质均衡评估目标是多少"}).json()
    assert answer["answer"] == "义务教育优质均衡发展县省级评估通过率达到90%"


def test_a_follow_up_is_understood_from_the_questions_before(client: TestClient) -> None:
    history = ["公办园在园幼儿占比2025年要达到多少"]
    answer = client.get("/api/ask", params={"question": "那2024年呢", "history": history}).json()
    assert "70.77%" in answer["answer"]
    assert answer["steps"][0]["detail"].startswith("您问的是：2024年")


def test_search_takes_filters(client: TestClient) -> None:
    found = client.get("/api/search", params={"query": "公办园占比", "year": 2024, "limit": 2}).json()
    assert [hit["path"][1] for hit in found["hits"]] == ["2024年工作总结"] * 2


def test_documents_can_be_listed_and_read(client: TestClient) -> None:
    (record,) = client.get("/api/documents").json()
    document = client.get(f"/api/documents/{record['document_id']}").json()
    assert len(document["clauses"]) == record["clauses"]


@pytest.mark.parametrize(
    ("path", "params", "status", "said"),
    [
        ("/api/ask", {"question": " "}, 422, "问题为空"),
        ("/api/ask", {"question": "长" * 2000}, 422, "问题过长"),
        ("/api/documents/none", {}, 404, "没有文件「none」"),
    ],
)
def test_wrong_requests_get_a_sentence(
    client: TestClient, path: str, params: dict[str, str], status: int, said: str
) -> None:
    response = client.get(path, params=params)
    assert response.status_code == status
    assert said in response.json()["detail"]


def test_an_answer_can_be_read_as_it_grows(retriever: Retriever) -> None:
    text = "义务教育优质均衡发展县省级评估通过率达到90%【1】。学前教育的目标是95%【1】。"
    with serving(says(text)) as server:
        client = TestClient(create_api(retriever, ChatModel(ModelSettings(server.url, "m"))))
        response = client.get("/api/ask/stream", params={"question": "义务教育优质均衡评估目标是多少"})
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = [block for block in response.text.split("\n\n") if block.startswith("event: ")]
    events = [(block.split("\n")[0][7:], json.loads(block.split("\ndata: ")[1])) for block in blocks]
    assert [name for name, _ in events] == ["sentence", "sentence", "answer"]
    assert "达到90%" in events[0][1]["citations"][0]["quote"]
    assert "95%" in events[1][1]["reason"]
    assert events[2][1]["answer"] == "义务教育优质均衡发展县省级评估通过率达到90%【1】。"


def test_without_a_model_the_stream_is_the_answer(client: TestClient) -> None:
    response = client.get("/api/ask/stream", params={"question": "义务教育优质均衡评估目标是多少"})
    assert response.text.count("event: ") == 1
    assert "90%" in response.text
    assert client.get("/api/ask/stream", params={"question": " "}).status_code == 422


def test_who_goes_away_ends_the_request_to_the_model(retriever: Retriever) -> None:
    import asyncio

    with serving(never_ends("优质均衡发展县省级评估通过率要达到90%【1】。")) as server:
        api = create_api(retriever, ChatModel(ModelSettings(server.url, "m")))

        async def leave() -> None:
            scope = {
                "type": "http",
                "method": "GET",
                "path": "/api/ask/stream",
                "headers": [],
                "asgi": {"version": "3.0"},
            }
            query = urlencode({"question": "义务教育优质均衡评估目标是多少"}).encode()
            gone = asyncio.Event()

            async def receive() -> dict[str, object]:
                await gone.wait()
                return {"type": "http.disconnect"}

            async def send(message: dict[str, object]) -> None:
                if message["type"] == "http.response.body":
                    gone.set()

            await api(scope | {"query_string": query}, receive, send)  # type: ignore[arg-type]

        asyncio.run(leave())
        until = time.monotonic() + 5
        while not server.left and time.monotonic() < until:
            time.sleep(0.05)
        assert server.left == 1


def test_what_goes_wrong_on_the_way_is_said(retriever: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Retriever) -> bool:
        raise WenceError("索引无法打开。")

    monkeypatch.setattr(Retriever, "refresh", broken)
    response = TestClient(create_api(retriever)).get("/api/ask/stream", params={"question": "公办园占比目标"})
    assert response.text.startswith("event: error")
    assert json.loads(response.text.split("data: ")[1]) == {"detail": "索引无法打开。"}
