"""What pip installs: the wheel holds every file the program reads, and nothing else; both lists of needs agree."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import vrd_core

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("vrd_core", "demo_films", "dashboard", "pages")


def needs(name):
    """The lines of a requirements file, and of those it includes but the runtime's."""
    found = set()
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r"):
            found |= set() if line.split()[1] == "requirements.txt" else needs(line.split()[1])
        elif line and not line.startswith("#"):
            found.add(line)
    return found


def test_pyproject_and_the_requirements_files_say_the_same():
    extras = {name: set(lines) for name, lines in PROJECT["optional-dependencies"].items()}
    extras["dev"] = extras["dev"] - {"video-reuse-detector[cluster]"} | extras["cluster"]
    assert set(PROJECT["dependencies"]) == needs("requirements.txt")
    assert extras == {name: needs(f"requirements-{name}.txt") for name in extras}


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
