"""`dashboard` opens the dashboard from any folder, with the project's looks and without TensorFlow."""

import os
import re
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from streamlit import config

from vrd_core.cli.dashboard import streamlit_variables
from vrd_core.cli.main import main

ROOT = Path(__file__).parents[2]


def test_each_option_of_the_file_reaches_streamlit_under_the_name_it_listens_to():
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    known = {option.env_var: option.key for option in config.get_config_options().values()}
    given = dict(streamlit_variables())
    assert set(given) <= set(known)
    assert len(given) == len(re.findall(r"^\w+ = ", text, re.MULTILINE))
    assert given["STREAMLIT_SERVER_ENABLE_CORS"] == "true"
    assert given["STREAMLIT_THEME_DARK_SIDEBAR_BACKGROUND_COLOR"] == "#1d1f22"
    sizes = tomllib.loads(text)["theme"]["headingFontSizes"]
    assert given["STREAMLIT_THEME_HEADING_FONT_SIZES"] == str(sizes).replace("'", '"')


def test_a_page_that_does_not_exist_is_refused(capsys):
    assert main(["dashboard", "--page", "seqences"]) == 2
    assert "Received: 'seqences'" in capsys.readouterr().err


def wait_until_healthy(process, port):
    end = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5) as answer:
                assert answer.read() == b"ok"
                return
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.2)


@pytest.mark.slow
def test_it_answers_from_another_folder_keeps_the_workspace_there_and_ends_when_asked(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "VRD_WORKSPACE"}
    process = subprocess.Popen(
        [sys.executable, "-m", "vrd_core", "dashboard", "--port", str(port)],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_healthy(process, port)
        # The media route: Streamlit alone answers 200 to everything.
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://localhost:{port}/vrd/video/a/b", timeout=30)
        assert (tmp_path / "workspace").is_dir()
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=30)
    assert f"localhost:{port}" in said
    assert "Traceback" not in said
