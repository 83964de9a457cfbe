import pytest
from fastapi.testclient import TestClient

from app.api import create_api
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
