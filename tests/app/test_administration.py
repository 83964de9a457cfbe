import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import administration
from app.administration import SeveralFilesError, UploadError, keep_upload, preview
from app.opening import open_for_reading, open_index
from app.outline import OutlineLine, outline
from app.settings import Settings
from ingest import Limits, ReadError, WenceError
from vectorstore import CorrectionError, DocumentRecord, SameDocumentError, UnknownDocumentError, reading

TEXT = "东海市教育局关于{}的通知\n一、目标。新增{}300个。\n二、2024年工作总结\n1.经费。安排经费20万元。"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=str(tmp_path / "index"), data=tmp_path / "data")


def notice(folder: Path, name: str, subject: str) -> Path:
    path = folder / name
    path.write_text(TEXT.format(subject, subject), encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return notice(tmp_path, "学位.txt", "学位")


def records(settings: Settings) -> list[DocumentRecord]:
    return open_for_reading(settings).records()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("通知.txt", "通知.txt"),
        ("../../x.txt", "x.txt"),
        ("a/b.txt", "b.txt"),
        ("..\\..\\C:\\b.TXT", "b.TXT"),
        (".hidden.txt", "hidden.txt"),
        ("~$通知.txt", "通知.txt"),
        ("a\x00b\r\nc\u202e.txt", "abc.txt"),
        ("甲?*<b>.txt", "甲___b_.txt"),
        ("通知.txt. . ", "通知.txt"),
        ("通" * 300 + ".txt", "通" * 65 + ".txt"),
        ("a" * 300 + ".txt", "a" * 196 + ".txt"),
    ],
)
def test_an_upload_is_kept_under_a_name_of_its_own_folder(settings: Settings, file: Path, name: str, kept: str) -> None:
    place = keep_upload(settings, file, name)
    assert place == settings.data / "uploads" / kept
    assert place.read_bytes() == file.read_bytes()
    assert [path.name for path in place.parent.iterdir()] == [kept]


@pytest.mark.parametrize(
    "name", [".hidden", "", "..", "/", "a.exe", ".txt", "txt", "a.txt/", "a.txt/b", "a.txt\x00.sh"]
)
def test_an_upload_of_no_format_that_is_read_is_refused(settings: Settings, file: Path, name: str) -> None:
    with pytest.raises(ReadError, match="暂不支持的格式"):
        keep_upload(settings, file, name)
    assert not settings.data.exists()


def test_uploads_of_one_name_are_told_apart_by_their_bytes(settings: Settings, tmp_path: Path) -> None:
    one, two, three = (notice(tmp_path, f"{subject}.txt", subject) for subject in ("甲", "乙", "丙"))
    names = [keep_upload(settings, path, "通知.txt").name for path in (one, two, one, three, two)]
    assert names == ["通知.txt", "通知（2）.txt", "通知.txt", "通知（3）.txt", "通知（2）.txt"]
    with ThreadPoolExecutor(8) as pool:
        places = set(pool.map(lambda path: keep_upload(settings, path, "公告.txt"), [one, two] * 20))
    assert {place.read_bytes() for place in places} == {one.read_bytes(), two.read_bytes()}
    assert {place.name for place in places} == {"公告.txt", "公告（2）.txt"}


def test_an_upload_that_cannot_be_kept_is_said(settings: Settings, file: Path, tmp_path: Path) -> None:
    small = Settings(settings.index, settings.data, limits=Limits(file_mb=1))
    large = tmp_path / "大.txt"
    large.write_bytes(b"a" * (2**20 + 1))
    with pytest.raises(ReadError, match="WENCE_MAX_FILE_MB"):
        keep_upload(small, large, "大.txt")
    with pytest.raises(ReadError, match="未找到"):
        keep_upload(settings, tmp_path / "无.txt", "无.txt")
    settings.data.write_text("no folder")
    with pytest.raises(UploadError, match="无法保存上传的文件 通知.txt"):
        keep_upload(settings, file, "通知.txt")


def test_a_preview_shows_the_outline_and_makes_no_index(settings: Settings, file: Path) -> None:
    document = preview(settings, file)
    assert list(outline(document)) == [
        OutlineLine(0, "东海市教育局关于学位的通知", 0, "开头"),
        OutlineLine(0, "一、目标", document.text.index("一、目标"), "一"),
        OutlineLine(0, "二、2024年工作总结", document.text.index("二、2024年"), "二", 2024, "done"),
        OutlineLine(1, "1.经费", document.text.index("1.经费"), "二、1", 2024, "done"),
    ]
    assert not Path(settings.index).exists()


def test_a_preview_of_what_cannot_be_read_says_why(settings: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.touch()
    with pytest.raises(ReadError, match="文件没有文字内容：空.txt"):
        preview(settings, empty)
    archive = tmp_path / "两份.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("甲.txt", "乙.txt"):
            packed.write(notice(tmp_path, name, name[0]), name)
    with pytest.raises(SeveralFilesError, match="两份.zip 中可以读取的文件有 2 份"):
        preview(settings, archive)


def test_a_thread_that_serves_others_reads_in_another_process(
    settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int | None] = []
    processes = reading._processes

    def watched(count: int | None = None) -> object:
        started.append(count)
        return processes(count)

    monkeypatch.setattr(reading, "_processes", watched)
    preview(settings, file)
    assert not started
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(preview, settings, file).result() == preview(settings, file)
    assert len(started) == 1


def test_files_are_added_and_removed_and_progress_is_told(settings: Settings, file: Path) -> None:
    (file.parent / "空.txt").touch()
    notice(file.parent, "教师.txt", "教师")
    told: list[tuple[int, int, str]] = []
    reports = administration.add(settings, [file.parent], lambda *step: told.append(step))
    assert [report.status for report in reports] == ["added", "added", "failed"]
    assert told == [(number, 3, report.source) for number, report in enumerate(reports, start=1)]
    (first, _, _) = reports
    assert first.record is not None
    assert administration.remove(settings, first.record.id) == first.record
    assert len(records(settings)) == 1
    with pytest.raises(UnknownDocumentError):
        administration.remove(settings, first.record.id)
    settings.data.mkdir()
    with pytest.raises(WenceError, match="没有可收录的文件"):
        administration.add(settings, [settings.data])


def test_without_an_index_only_adding_makes_one(settings: Settings, file: Path) -> None:
    for act in (
        lambda: administration.remove(settings, "甲"),
        lambda: administration.reindex(settings),
        lambda: administration.replace(settings, "甲", file),
        lambda: administration.correct(settings, "甲", {"title": "乙"}),
    ):
        with pytest.raises(WenceError, match="未找到索引"):
            act()
    assert not Path(settings.index).exists()


def test_a_document_is_replaced_only_by_what_can_be_read(settings: Settings, file: Path, tmp_path: Path) -> None:
    administration.add(settings, [file])
    (old,) = records(settings)
    empty = tmp_path / "空.txt"
    empty.touch()
    with pytest.raises(ReadError, match="没有文字内容"):
        administration.replace(settings, old.id, empty)
    with pytest.raises(SameDocumentError):
        administration.replace(settings, old.id, keep_upload(settings, file, "副本.txt"))
    assert records(settings) == [old]
    report = administration.replace(settings, old.id, notice(tmp_path, "教师.txt", "教师"))
    assert (report.status, [report.record]) == ("replaced", records(settings))


def test_documents_are_read_again_and_those_whose_files_are_gone_stay(
    settings: Settings, file: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "文件.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(notice(tmp_path, "经费.txt", "经费"), "二〇二五/经费.txt")
    gone = notice(tmp_path, "教师.txt", "教师")
    administration.add(settings, [file, archive, gone])
    before = records(settings)
    corrected = administration.correct(settings, "学位.txt", {"title": "北山市教育局2023年年报"})
    gone.unlink()
    told: list[tuple[int, int, str]] = []
    reports = administration.reindex(settings, progress=lambda *step: told.append(step))
    assert {Path(report.source).name: report.status for report in reports} == {
        "教师.txt": "failed",
        "学位.txt": "replaced",
        "经费.txt": "replaced",
    }
    assert "原文件已不存在" in (reports[0].reason or "")
    assert [step[:2] for step in told] == [(1, 3), (2, 3), (3, 3)]
    assert records(settings) == [corrected if record.id == corrected.id else record for record in before]
    assert [report.status for report in administration.reindex(settings, [corrected.id])] == ["replaced"]
    with pytest.raises(UnknownDocumentError):
        administration.reindex(settings, [corrected.id, "没有的"])


def test_a_wrong_correction_changes_nothing(settings: Settings, file: Path) -> None:
    administration.add(settings, [file])
    before = records(settings)
    with pytest.raises(CorrectionError, match="施行日期"):
        administration.correct(settings, before[0].id, {"title": "年报", "effective": "明天"})
    assert records(settings) == before


def test_a_page_that_is_asked_meanwhile_sees_each_change(settings: Settings, file: Path) -> None:
    administration.add(settings, [file])
    retriever = open_index(settings)

    def ask() -> int:
        retriever.refresh()
        return len(retriever.search("新增学位多少个"))

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(10)]
        changing = pool.submit(administration.add, settings, [notice(file.parent, "教师.txt", "教师")])
        asking += [pool.submit(ask) for _ in range(10)]
        assert all(job.result() for job in asking)
        (report,) = changing.result()
    ask()
    assert report.record in retriever.records
    assert "新增教师300个" in retriever.search("新增教师多少个")[0].text


def test_two_who_write_at_once_both_do(settings: Settings, tmp_path: Path) -> None:
    files = [notice(tmp_path, f"{subject}.txt", subject) for subject in ("学位", "教师")]
    administration.add(settings, [notice(tmp_path, "经费.txt", "经费")])
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda path: administration.add(settings, [path]), files))
    assert len(records(settings)) == 3
