import json

import pytest
from fastapi.testclient import TestClient

from app.api import create_api
from app.chat_model import ChatModel
from app.settings import ModelSettings
from tests.model_server import says, serving
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
    assert events[0][1]["citations"] == [1]
    assert "95%" in events[1][1]["reason"]
    assert events[2][1]["answer"] == "义务教育优质均衡发展县省级评估通过率达到90%【1】。"


def test_without_a_model_the_stream_is_the_answer(client: TestClient) -> None:
    response = client.get("/api/ask/stream", params={"question": "义务教育优质均衡评估目标是多少"})
    assert response.text.count("event: ") == 1
    assert "90%" in response.text
    assert client.get("/api/ask/stream", params={"question": " "}).status_code == 422
