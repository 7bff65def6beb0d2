"""Reading and writing of found and true reuse."""

import pytest

from vrd_core.errors import VRDError
from vrd_core.evaluation.truth import Reuse, read_reuse, write_reuse


def write(tmp_path, text):
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_found_csv_with_its_further_columns(tmp_path):
    path = write(
        tmp_path,
        "video_a,start_a,end_a,video_b,start_b,end_b,seconds,mean_distance,speed\n"
        '"a, b.mp4",1.00,9.00,ü/c.mp4,4.00,12.00,8.00,0.4321,1\n',
    )
    assert read_reuse(path) == [Reuse("a, b.mp4", 1, 9, "ü/c.mp4", 4, 12, mean_distance=0.4321)]


def test_written_rows_are_read_back(tmp_path):
    rows = [Reuse("a", 0.25, 4.5, "b", 1, 5.25, edit="crop+grey", stretch="3"), Reuse("a", 0, 1, "c", 1, 2)]
    write_reuse(tmp_path / "t.csv", rows)
    back = read_reuse(tmp_path / "t.csv")
    assert [r.ordered().__dict__ | {"mean_distance": 0} for r in back] == [
        r.__dict__ | {"mean_distance": 0} for r in rows
    ]


@pytest.mark.parametrize(
    "text",
    [
        "v1,v2,s1,e1,s2,e2\na.flv,b.flv,62,70,0,8\n",
        "a.flv,b.flv,00:01:02,00:01:10,00:00:00,00:00:08\n",
        "\ufeffa.flv, b.flv, 62, 70, 0, 8\n\n",
    ],
)
def test_vcdb_annotations(tmp_path, text):
    rows = read_reuse(write(tmp_path, text))
    assert [(r.video_a, r.start_a, r.end_a, r.video_b, r.start_b, r.end_b) for r in rows] == [
        ("a.flv", 62, 70, "b.flv", 0, 8)
    ]


def test_a_video_against_itself_is_left_out(tmp_path):
    assert read_reuse(write(tmp_path, "a.flv,a.flv,0,5,0,5\na.flv,b.flv,0,5,0,5\n"))[0].video_b == "b.flv"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("hello\nworld\n", "the first line must name the columns"),
        ("video_a,start_a,end_a,video_b,start_b,end_b\na,1,2,b,x,4\n", "line 2: start_b must be seconds or HH:MM:SS"),
        ("video_a,start_a,end_a,video_b,start_b,end_b\n\na,1,2,,3,4\n", "line 3: video_b is empty"),
        ("video_a,start_a,end_a,video_b,start_b,end_b\na,5,2,b,3,4\n", "each end at or after its start"),
        ("video_a,start_a,end_a,video_b,start_b,end_b\na,5\n", "line 2"),
    ],
)
def test_bad_files_are_explained(tmp_path, text, says):
    with pytest.raises(VRDError, match=says):
        read_reuse(write(tmp_path, text))


def test_a_missing_file_is_explained(tmp_path):
    with pytest.raises(VRDError, match="cannot be read"):
        read_reuse(tmp_path / "none.csv")


def test_not_text(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(VRDError, match="UTF-8"):
        read_reuse(tmp_path / "x.csv")
