"""pyproject.toml and the requirements files name the same packages."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


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
