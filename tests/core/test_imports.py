"""The imports of the core, read from its syntax trees: they point down and make no circle, also inside functions."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LAYERS = (
    ("text", "arrays", "errors", "settings", "progress", "system"),
    ("store",),
    ("media",),
    ("frames",),
    ("fingerprints",),
    ("neighbours",),
    ("sequences",),
    ("project",),
    ("evaluation", "export"),
    ("cli",),
)
"""From the ground up: a module imports from its own package and from layers below; in the lowest, from each other."""

NOT_MENDED = []
"""Circles that are known; mending one takes its line out."""


def modules(*packages):
    """Return {name: file} of every module of these packages."""
    found = {}
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imported(name, known, *, for_types):
    """Return the modules that a module imports, wherever it does; `for_types` adds what only a type checker imports."""
    tree = ast.parse(known[name].read_text(encoding="utf-8"))
    package = name if known[name].name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    left_out = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not for_types:
            left_out.update(id(inner) for inner in ast.walk(node))
        if id(node) in left_out:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                if (base, alias.name) == ("vrd_core", "__version__"):
                    continue  # The package says it in its first lines, before anything is imported.
                found.add(f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base)
    return found


def circles(known):
    """Return the sets of modules each of which leads back to itself."""
    direct = {name: imported(name, known, for_types=False) & set(known) for name in known}

    def reach(start):
        seen, todo = set(), [start]
        while todo:
            for there in direct[todo.pop()] - seen:
                seen.add(there)
                todo.append(there)
        return seen

    reached = {name: reach(name) for name in known}
    groups = [{other for other in reached[name] if name in reached[other]} for name in known if name in reached[name]]
    return [group for n, group in enumerate(groups) if group not in groups[:n]]


def test_there_is_no_circle():
    found = circles(modules("vrd_core", "demo_films"))
    assert sorted(map(sorted, found)) == sorted(map(sorted, NOT_MENDED))


def test_a_circle_would_be_seen(tmp_path):
    (tmp_path / "a.py").write_text("import b")
    (tmp_path / "b.py").write_text("def f():\n    from c import g")
    (tmp_path / "c.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\nimport d")
    (tmp_path / "d.py").write_text("from a import x")
    known = {name: tmp_path / f"{name}.py" for name in "abcd"}
    assert circles(known) == [{"a", "b", "c", "d"}]
    (tmp_path / "d.py").write_text("")
    assert circles(known) == []


@pytest.mark.parametrize("layer", [name for names in LAYERS for name in names])
def test_imports_point_down(layer):
    known = modules("vrd_core")
    place = next(n for n, names in enumerate(LAYERS) if layer in names)
    below = {name for names in LAYERS[:place] for name in names} | {layer}
    if place == 0:
        below |= set(LAYERS[0])
    outside = {"benchmarks", "dashboard", "pages", "tests", "training", *({"demo_films"} if layer != "cli" else ())}
    for name in known:
        if name.split(".")[1:2] != [layer]:
            continue
        for there in imported(name, known, for_types=True):
            top, _, rest = there.partition(".")
            assert top not in outside, f"{name} imports {there}"
            assert top != "vrd_core" or rest.split(".")[0] in below, f"{name} imports {there}"


def test_every_module_has_a_layer_and_there_are_few():
    names = {name.split(".")[1] for name in modules("vrd_core") if "." in name}
    assert names - {"__main__"} <= {name for layer in LAYERS for name in layer}
    assert len(names | {"__init__"}) <= 18
