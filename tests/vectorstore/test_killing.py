"""Whatever moment indexing is killed at, documents are whole or not there, and the next run completes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.files import PROJECT


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes to be killed are forked")
@pytest.mark.parametrize("seed", range(5))
def test_ten_kills_at_random_moments_leave_whole_documents(seed: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.vectorstore.killing", str(tmp_path), "10", str(seed)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
