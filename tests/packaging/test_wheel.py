"""What pip installs: the wheel holds every file the program reads, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import vrd_core

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PACKAGES = ("vrd_core", "demo_films", "dashboard", "pages")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this folder without network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (file,) = folder.iterdir()
    with zipfile.ZipFile(file) as opened:
        yield opened


@pytest.mark.slow
def test_the_wheel_holds_the_four_packages_with_their_data_and_nothing_else(wheel):
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    # Said by name too: a file that is missing here as well would not be missed above.
    assert {
        "vrd_core/fingerprints/catalogue.json",
        "vrd_core/fingerprints/weights/reusenet.keras",
        "dashboard/static/logo.svg",
        "dashboard/sequences/player_parts/player.js",
        "pages/sequences.py",
    } <= expected
    held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == expected | {"dashboard/.streamlit/config.toml"}


@pytest.mark.slow
def test_the_wheel_carries_the_dashboards_settings_unchanged(wheel):
    assert wheel.read("dashboard/.streamlit/config.toml") == (ROOT / ".streamlit" / "config.toml").read_bytes()


@pytest.mark.slow
def test_the_wheel_brings_the_command_and_the_version(wheel):
    texts = {Path(name).name: wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/" in name}
    assert "vrd = vrd_core.cli.main:main" in texts["entry_points.txt"]
    assert f"Version: {vrd_core.__version__}\n" in texts["METADATA"]
