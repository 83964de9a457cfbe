"""The client against a server that we did not write: `transformers serve` with a tiny model made on the spot."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.answering import answer_question
from app.chat_model import ChatModel
from app.language_model import CutShortError
from app.prompts import Messages
from app.serialise import answer_json
from app.settings import ModelSettings
from tests.conftest import POLICY
from vectorstore import Retriever

SERVE = shutil.which("transformers", path=str(Path(sys.executable).parent))

pytestmark = pytest.mark.skipif(SERVE is None, reason="needs the command of transformers")


def make_model(folder: Path) -> None:
    """Make a language model of 100 kB that says anything."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(0)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet)
    tokenizer.train_from_iterator([POLICY.read_text(encoding="utf-8")], trainer)
    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special)  # type: ignore[no-untyped-call]
    fast.chat_template = "{% for m in messages %}{{ m['content'] }}\n{% endfor %}"
    fast.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=8192,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    LlamaForCausalLM(config).save_pretrained(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatModel]:
    folder = tmp_path_factory.mktemp("tiny")
    make_model(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(SERVE), "serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu", str(folder)]
    quiet = {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "HOME": str(folder)}
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, env=os.environ | quiet, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        try:
            wait_for(port, process)
            yield ChatModel(ModelSettings(f"http://127.0.0.1:{port}/v1", str(folder), "none", total_seconds=60))
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError("the server did not start")


def test_it_speaks_and_its_nonsense_is_not_shown(model: ChatModel, retriever: Retriever) -> None:
    pieces = []
    with suppress(CutShortError):  # it never comes to an end by itself
        for piece in model.stream(Messages("你是助手。", "说点什么")):
            pieces.append(piece)
    assert len(pieces) > 1
    question = "义务教育优质均衡评估目标是多少"
    answer = answer_question(retriever, question, model=model)
    assert answer.text == answer_question(retriever, question).text
    assert answer_json(answer)["unsupported"]
