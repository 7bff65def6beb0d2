"""The commands as a person types them."""

import argparse
import json

import pytest

from vrd_core.cli.quality import add_commands

pytestmark = pytest.mark.slow

HEADER = "video_a,start_a,end_a,video_b,start_b,end_b,edit\n"


def run(*arguments):
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args([str(a) for a in arguments])
    return args.handler(args)


@pytest.fixture
def files(tmp_path):
    (tmp_path / "truth.csv").write_text(HEADER + "a,0,10,b,20,30,crop\na,0,10,c,20,30,grey\n")
    (tmp_path / "found.csv").write_text(HEADER + "a,0,10,b,20,30,\na,0,10,d,20,30,\n")
    return tmp_path / "found.csv", tmp_path / "truth.csv"


def test_evaluate_in_words(files, capsys):
    assert run("evaluate", *files, "--missed") == 0
    said = capsys.readouterr().out
    assert "segment precision 0.500, recall 0.500, F 0.500" in said
    assert "1 hit, 1 missed, 1 false" in said
    assert "missed: a 0.00–10.00, c 20.00–30.00 grey" in said
    assert "false: a 0.00–10.00, d 20.00–30.00" in said


def test_evaluate_as_json(files, capsys):
    assert run("evaluate", *files, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["f"] == 0.5
    assert said["by_edit"] == {"crop": {"planted": 1, "found": 1}, "grey": {"planted": 1, "found": 0}}


def test_names_that_do_not_fit_are_told(files, tmp_path, capsys):
    (tmp_path / "other.csv").write_text("v1,v2,s1,e1,s2,e2\nx.flv,y.flv,0,5,0,5\n")
    assert run("evaluate", files[0], tmp_path / "other.csv") == 0
    assert "No video of the truth" in capsys.readouterr().err


def test_plant(numbered_films, tmp_path, capsys, monkeypatch):
    from vrd_core.evaluation import plan

    monkeypatch.setattr(plan, "SIZES", ((96, 72),))
    assert (
        run(
            "plant",
            numbered_films,
            tmp_path / "out",
            "--stretches",
            2,
            "--documentaries",
            2,
            "--shortest",
            2,
            "--longest",
            3,
            "--edits",
            "grey,mirror",
        )
        == 0
    )
    said = capsys.readouterr()
    assert "2 stretches planted" in said.out
    assert "broken.mp4" in said.err
    assert (tmp_path / "out/truth.csv").read_text().startswith("video_a,start_a,end_a,video_b,start_b,end_b,edit")


def test_compare_prints_one_table(planted, tmp_path, capsys):
    made, _ = planted
    assert (
        run(
            "compare",
            made.films,
            made.truth,
            "--networks",
            "thumbnail,dhash",
            "--fps",
            1,
            "--workspace",
            tmp_path / "ws",
            "--out",
            tmp_path / "t.csv",
            "--shortest-sequence",
            3,
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "thumbnail" in said
    assert "dhash" in said
    assert (tmp_path / "t.csv").is_file()
