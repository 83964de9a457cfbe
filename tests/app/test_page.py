"""The tab 问答 and the page as a whole in a real browser, at a desk's and at a phone's width."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import docx

from app.chat_model import ChatModel
from app.settings import ModelSettings, Settings
from tests.app.browser import (
    NEEDS_BROWSER,
    ask,
    click,
    count,
    opened,
    page,
    tab,
    violations,
    wait_for,
    wait_for_file,
    wait_until,
    write,
)
from tests.model_server import says, serving
from vectorstore import Retriever

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = NEEDS_BROWSER


def shown_source(browser: Chrome) -> str:
    """Return the marked words once they are in sight."""
    words = wait_for(browser, "#source mark")
    box = "const r = document.querySelector('#source mark').getBoundingClientRect();"
    wait_until(browser, box + "return r.top >= 0 && r.bottom <= innerHeight")
    settled = "const same = window.wasAt === r.top; window.wasAt = r.top; return same"
    wait_until(browser, box + settled)  # the page has stopped moving
    return words


def test_a_question_is_answered_and_its_source_opens_at_the_quoted_words(browser: Chrome) -> None:
    ask(browser, "义务教育优质均衡评估目标是多少")
    assert "义务教育优质均衡发展县省级评估通过率达到90%" in wait_for(browser, ".turn .answer", "90%")
    assert browser.execute_script("return document.querySelector('.turn .answer strong').innerText") == "90%"
    assert "二、9" in wait_for(browser, ".turn .card")
    assert "2025年（目标）" in wait_for(browser, ".turn .card")
    click(browser, ".turn .mark")
    assert shown_source(browser) == "义务教育优质均衡发展县省级评估通过率达到90%"
    click(browser, "#source .outline summary")
    click(browser, "#source .outline li:last-child a")
    assert wait_for(browser, "#source .here").startswith("24.加强教育对外交流合作")
    click(browser, ".turn .card")
    assert browser.execute_script("return document.querySelector('.turn .card').getAttribute('aria-current')")


def test_a_refusal_looks_another_and_offers_the_nearest_clauses(browser: Chrome) -> None:
    ask(browser, "乐清2025年公办园在园幼儿占比目标")
    wait_for(browser, ".turn.not_in_documents .outcome", "文件没有回答")
    assert wait_for(browser, ".turn .reason") == "找到的段落没有说到乐清市。"
    assert count(browser, ".card, .mark") == 0
    click(browser, ".turn .related button")
    shown_source(browser)
    ask(browser, "")
    assert "问题为空" in wait_for(browser, "#notice", "问题为空")


def test_a_follow_up_says_what_was_understood(browser: Chrome) -> None:
    ask(browser, "公办园在园幼儿占比2025年要达到多少")
    wait_for(browser, ".turn .answer", "75%")
    ask(browser, "那2024年呢")
    wait_for(browser, ".turn .answer", "70.77%")
    assert wait_for(browser, ".turn .understood").startswith("您问的是：2024年")


def test_filters_restrict_what_answers(browser: Chrome) -> None:
    write(browser, "#question [name=year]", "2024")
    assert wait_for(browser, "#question .chosen", "2024年")
    ask(browser, "公办园在园幼儿占比是多少")
    assert "70.77%" in wait_for(browser, ".turn .answer", "%")
    assert wait_for(browser, ".turn .understood", "只查") == "只查：2024年"


def test_a_conversation_is_kept_by_the_browser_until_a_new_one(browser: Chrome, address: str) -> None:
    ask(browser, "今年要新增多少普高学位")
    wait_for(browser, ".turn .answer", "2800")
    wait_until(browser, "return localStorage.getItem('wence-conversation')?.length > 100")
    browser.get(address)
    wait_for(browser, ".turn .answer", "2800")
    ask(browser, "那2024年呢")
    wait_until(browser, "return document.querySelectorAll('.turn').length === 2")
    click(browser, "[data-do=clear]")
    wait_until(browser, "return !document.querySelector('.turn')")
    wait_until(browser, "return !!document.querySelector('#examples').offsetHeight")


def test_a_link_asks_its_question_again(browser: Chrome, address: str) -> None:
    ask(browser, "公办园在园幼儿占比2025年要达到多少")
    wait_for(browser, ".turn .answer", "75%")
    link = browser.execute_script("return document.querySelector('[data-link]').dataset.link")
    click(browser, "[data-do=clear]")
    wait_until(browser, "return !document.querySelector('.turn')")
    browser.get(address + link)
    wait_for(browser, ".turn .answer", "75%")
    browser.get(f"{address}?q=公办园占比&year=2024")
    assert "70.77%" in wait_for(browser, ".turn .answer", "70.77%")


def test_an_answer_is_copied_and_asked_again(browser: Chrome) -> None:
    ask(browser, "义务教育优质均衡评估目标是多少")
    wait_for(browser, ".turn .answer", "90%")
    copied = browser.execute_script("return document.querySelector('[data-copy]').dataset.copy")
    assert copied.startswith("义务教育优质均衡发展县省级评估通过率达到90%\n\n[1] 《温州市教育局")
    click(browser, "[data-copy]")
    wait_for(browser, ".turn .done", "已复制")
    before = browser.execute_script("return document.querySelector('.turn').dataset.turn")
    click(browser, "[data-do=retry]")
    time.sleep(0.3)
    wait_for(browser, ".turn .answer", "90%")
    assert count(browser, ".turn") == 1
    assert browser.execute_script("return document.querySelector('.turn').dataset.turn") == before


def test_a_conversation_is_taken_away(browser: Chrome, data: Path) -> None:
    for old in data.glob("问策问答记录*"):
        old.unlink()
    ask(browser, "今年要新增多少普高学位")
    wait_for(browser, ".turn .answer", "2800")
    click(browser, "[data-form=md]")
    click(browser, "[data-form=docx]")
    wait_for_file(data, "问策问答记录*.md")
    text = wait_for_file(data, "问策问答记录*.md").read_text(encoding="utf-8")
    assert "今年要新增多少普高学位" in text
    paragraphs = [p.text for p in docx.Document(str(wait_for_file(data, "问策问答记录*.docx"))).paragraphs]
    assert any("2800" in paragraph for paragraph in paragraphs)


def test_what_people_say_of_answers_is_kept(browser: Chrome, data: Path) -> None:
    (data / "feedback.jsonl").unlink(missing_ok=True)
    ask(browser, "今年要新增多少普高学位")
    wait_for(browser, ".turn .answer", "2800")
    click(browser, "[data-opinion=unhelpful]")
    click(browser, "[data-reason=出处不对]")
    click(browser, "form.opinion [type=submit]")
    wait_for(browser, ".turn .done", "谢谢")
    deadline = time.monotonic() + 10
    while len(lines := (data / "feedback.jsonl").read_text(encoding="utf-8").splitlines()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    said = json.loads(lines[-1])
    assert (said["verdict"], said["reason"], said["question"]) == ("unhelpful", "出处不对", "今年要新增多少普高学位")
    assert said["mark"]
    assert said["citations"]


def test_a_half_written_reason_stays_with_its_answer(browser: Chrome) -> None:
    ask(browser, "今年要新增多少普高学位")
    wait_for(browser, ".turn .answer", "2800")
    click(browser, "[data-opinion=unhelpful]")
    write(browser, "form.opinion textarea", "出处不全")
    ask(browser, "义务教育优质均衡评估目标是多少")
    wait_until(browser, "return document.querySelectorAll('.turn').length === 2")
    reasons = (
        "return [...document.querySelectorAll('form.opinion')].map(f => [f.hidden, f.querySelector('textarea').value])"
    )
    wait_until(browser, f'return JSON.stringify((() => {{ {reasons} }})()) === \'[[true,""],[false,"出处不全"]]\'')


def test_the_same_source_opens_again(browser: Chrome) -> None:
    ask(browser, "义务教育优质均衡评估目标是多少")
    wait_for(browser, ".turn .answer", "90%")
    click(browser, ".turn .mark")
    shown_source(browser)
    browser.execute_script("document.querySelector('#source .text').scrollTo(0, 0); scrollTo(0, 0)")
    click(browser, ".turn .card")
    shown_source(browser)


def test_the_page_is_used_without_a_mouse(browser: Chrome) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    box = browser.find_element(By.CSS_SELECTOR, "#question textarea")
    box.send_keys("今天", Keys.SHIFT, Keys.ENTER)
    assert count(browser, ".turn") == 0
    box.send_keys(Keys.ESCAPE)
    assert box.get_property("value") == ""
    box.send_keys("义务教育优质均衡评估目标是多少", Keys.ENTER)
    wait_for(browser, ".turn .answer", "90%")
    browser.execute_script("document.querySelector('.turn .mark').focus()")
    ActionChains(browser).send_keys(Keys.ENTER).perform()
    shown_source(browser)
    browser.execute_script("document.querySelector('#asking-tab-button').focus()")
    ActionChains(browser).send_keys(Keys.ARROW_RIGHT).perform()
    wait_until(browser, "return document.activeElement.id === 'checking-tab-button'")
    wait_until(browser, "return !!document.querySelector('#draft')?.offsetHeight")
    ActionChains(browser).send_keys(Keys.END).perform()
    wait_until(browser, "return document.activeElement.id === 'evaluation-tab-button'")


def test_letters_grow_and_colours_turn_and_stay_so(browser: Chrome, address: str) -> None:
    click(browser, "[data-size]")
    click(browser, "[data-theme]")
    for _ in range(2):
        wait_until(browser, "return document.body.classList.contains('dark')")
        assert browser.execute_script("return getComputedStyle(document.documentElement).fontSize") == "18px"
        browser.get(address)
        wait_for(browser, "#question")


def test_nothing_is_said_in_english(browser: Chrome) -> None:
    ask(browser, "公办园占比目标")
    wait_for(browser, ".turn .answer", "75%")
    for name in ("asking", "checking", "library", "evaluation"):
        tab(browser, name)
        words = browser.execute_script(
            "return document.body.innerText + [...document.querySelectorAll('[aria-label], [title], [placeholder]')]"
            ".map(e => [e.ariaLabel, e.title, e.placeholder].join(' ')).join(' ')"
        )
        for known in ("Word", "CSV", "Markdown", "WENCE_ADMIN_PASSWORD", "wence eval", "ESI"):
            words = words.replace(known, "")
        assert not [word for word in words.split() if word.isascii() and word.isalpha() and len(word) > 2]
    assert browser.execute_script("return document.documentElement.lang") == "zh-CN"


def test_nobody_is_shut_out(browser: Chrome) -> None:
    assert violations(browser) == []
    for question in ("公办园在园幼儿占比2024年和2025年分别是多少", "今天天气怎么样"):
        ask(browser, question)
        wait_for(browser, ".turn .question", question)
    click(browser, ".turn .mark")
    shown_source(browser)
    click(browser, "[data-opinion=unhelpful]")
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert violations(browser) == []
    click(browser, "[data-theme]")
    assert violations(browser) == []


def test_a_language_model_writes_sentence_by_sentence(browser: Chrome, retriever: Retriever, data: Path) -> None:
    text = (
        "优质均衡发展县省级评估通过率要达到90%【1】。学前教育的目标 a < b 是95%【1】。其余县要加快申请省级评估【1】。"
    )
    with (
        serving(says(text, size=1, pause=0.02)) as server,
        page(retriever, Settings(data=data), ChatModel(ModelSettings(server.url, "m"))) as address,
    ):
        opened(browser, address)
        ask(browser, "义务教育优质均衡评估目标是多少")
        assert "正在撰写" in wait_for(browser, ".turn [role=status]", "正在撰写")
        wait_for(browser, ".turn .answer", "90%")
        assert wait_for(browser, ".turn del", "95%") == "学前教育的目标 a < b 是95%。"
        assert "没有“95%”这个数字" in wait_for(browser, ".turn .why", "95%")
        wait_for(browser, ".turn .answer", "加快申请省级评估")
        wait_until(browser, "return !document.querySelector('.turn [data-do=stop]')")
        click(browser, ".turn .mark")
        assert "达到90%" in wait_for(browser, "#source mark", "90%")


def test_what_a_language_model_writes_can_be_stopped(browser: Chrome, retriever: Retriever, data: Path) -> None:
    text = "优质均衡发展县省级评估通过率要达到90%【1】。" + "其余县要加快申请省级评估【1】。" * 20
    with (
        serving(says(text, size=1, pause=0.03)) as server,
        page(retriever, Settings(data=data), ChatModel(ModelSettings(server.url, "m"))) as address,
    ):
        opened(browser, address)
        ask(browser, "义务教育优质均衡评估目标是多少")
        wait_for(browser, ".turn .answer", "90%")
        click(browser, "[data-do=stop]")
        wait_for(browser, ".turn .understood", "已停止")
        time.sleep(1)
        assert "已停止" in wait_for(browser, ".turn .understood", "已停止")
        assert len(wait_for(browser, ".turn .answer")) < len(text)
        assert count(browser, ".turn [data-do=retry]") == 1


def test_what_is_written_meanwhile_stays_and_a_new_conversation_is_one(
    browser: Chrome, retriever: Retriever, data: Path
) -> None:
    text = "优质均衡发展县省级评估通过率要达到90%【1】。" + "其余县要加快申请省级评估【1】。" * 6
    with (
        serving(says(text, size=1, pause=0.02)) as server,
        page(retriever, Settings(data=data), ChatModel(ModelSettings(server.url, "m"))) as address,
    ):
        opened(browser, address)
        ask(browser, "义务教育优质均衡评估目标是多少")
        wait_for(browser, ".turn .answer", "90%")
        write(browser, "#question textarea", "我的下一个问题")
        wait_for(browser, ".turn .answer", "加快申请省级评估")
        assert browser.execute_script("return document.querySelector('#question textarea').value") == "我的下一个问题"
        click(browser, "[data-do=clear]")
        wait_until(browser, "return !document.querySelector('.turn')")
        time.sleep(2)
        assert count(browser, ".turn") == 0


def test_a_question_asked_meanwhile_takes_no_other_away(browser: Chrome, retriever: Retriever, data: Path) -> None:
    text = "优质均衡发展县省级评估通过率要达到90%【1】。"
    with (
        serving(says(text, size=1, pause=0.06), says("2025年新增公办普高学位2800个【1】。")) as server,
        page(retriever, Settings(data=data), ChatModel(ModelSettings(server.url, "m"))) as address,
    ):
        opened(browser, address)
        ask(browser, "义务教育优质均衡评估目标是多少")
        wait_for(browser, ".turn [role=status]", "正在撰写")
        ask(browser, "今年要新增多少普高学位")
        wait_for(browser, "#conversation", "2800个")
        wait_for(browser, "#conversation", "90%")
        wait_until(browser, "return !document.querySelector('.turn [data-do=stop]')")
        assert count(browser, ".turn") == 2
