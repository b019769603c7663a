"""Sources that are no data: each gives one clear message."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from isg_audit.errors import DataError
from isg_audit.sources import open_decisions, profile
from isg_audit.spec import AuditFile
from tests.audits import spec_of


def opened(folder: Path, source: str) -> None:
    spec = spec_of(source=source)
    open_decisions(AuditFile(spec, "", folder, "audit.toml")).close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"group,decision\n", "no rows"),
        (b"\x1f\x8b\x08\x00broken", "damaged gzip"),
        (b"PAR1 and nothing more", "cannot be read as parquet"),
        (b"ARROW1\x00\x00 and nothing more", "cannot be read as arrow"),
        (b"\x00\x01\x02\x03\x04", "neither CSV"),
        (b"one,two\n1,2\n", "no column 'group'.*no column 'decision'"),
    ],
)
def test_files_that_hold_no_decisions(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "decisions").write_bytes(content)
    with pytest.raises(DataError, match=f"(?s){said}"):
        opened(tmp_path, "decisions")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nothing.csv", "does not exist"),
        (".", "is a folder"),
        ("https://example.org/decisions.csv", "cannot be read. There is: .*files"),
        ("s3://bucket/decisions.parquet", "cannot be read. There is: .*files"),
    ],
)
def test_sources_that_are_not_there(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        opened(tmp_path, source)


def test_formats_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("group,decision\na,1\n", encoding="utf-8")
    pd.DataFrame({"group": ["a"], "decision": [1]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(DataError, match="several formats: csv, parquet"):
        opened(tmp_path, "*")


def test_a_frame_needs_names() -> None:
    with pytest.raises(DataError, match="columns not named by text"):
        open_decisions(AuditFile.in_memory(spec_of()), pd.DataFrame([[1, 2]]))
    with pytest.raises(DataError, match="has no columns"):
        open_decisions(AuditFile.in_memory(spec_of()), [1, 2])


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    frame = pd.DataFrame({"group": ["a", "b"] * 500, "decision": [1, 0] * 500, "row": range(1000)})
    decisions = open_decisions(AuditFile.in_memory(spec_of()), frame)
    one, again, other = (decisions.sample(50, seed)["row"].tolist() for seed in (1, 1, 2))
    decisions.close()
    assert len(one) == 50
    assert one == again == sorted(one)
    assert one != other


def test_a_profile_describes_each_column(tmp_path: Path) -> None:
    text = "sex,age,ok\nf,30,true\nm,,false\nf,41,true\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    sex, age, ok = profile("a.csv", tmp_path)
    assert (sex.name, sex.kind, sex.distinct, sex.values, sex.missing) == (
        "sex",
        "text",
        2,
        ("f", "m"),
        0,
    )
    assert (age.kind, age.distinct, age.missing, age.rows) == ("whole", 2, 1, 3)
    assert (ok.kind, ok.values) == ("text", ("true", "false"))
