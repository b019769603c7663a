"""The scanner of lines against `tomllib`, and the writer against both."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from isg_audit.spec import AuditPart, DecisionsPart, Group, ModelPart, Spec, System, to_toml
from isg_audit.spec.lines import KeyPath, dotted, key_lines, line_of

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
values = (
    st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
) | texts
lists = st.lists(texts, max_size=3).map(tuple)
specs = st.builds(
    Spec,
    system=st.builds(System, name=texts, owner=texts, purpose=texts, jurisdictions=lists),
    decisions=st.builds(
        DecisionsPart, source=texts, decision=texts, favourable=values,
        unfavourable=st.lists(values, max_size=3).map(tuple), count=st.none() | texts,
    ),
    groups=st.dictionaries(
        texts, st.builds(Group, column=st.none() | texts, reference=st.none() | values,
                         cut=st.lists(st.floats(-1e6, 1e6), max_size=3).map(tuple)), max_size=3,
    ),
    audit=st.builds(
        AuditPart, seed=st.integers(0, 2**60), confidence=st.floats(0.51, 0.99), legitimate=lists,
        intersections=st.sampled_from(["all", "pairs"]) | st.lists(lists, max_size=2).map(tuple),
    ),
    model=st.none() | st.builds(ModelPart, source=texts),
)  # fmt: skip


@given(specs)
def test_what_is_written_reads_back_equal_and_of_the_same_kind(spec: Spec) -> None:
    back = Spec.model_validate(tomllib.loads(to_toml(spec)))
    assert back == spec
    assert repr(back) == repr(spec)  # 1 is not 1.0, and not true


@given(specs)
def test_a_key_without_its_line_is_gone_and_nothing_else(spec: Spec) -> None:
    text = to_toml(spec)
    for path, line in key_lines(text).items():
        rows = text.split("\n")
        if rows[line - 1].startswith("["):
            continue
        rows[line - 1] = ""
        assert tomllib.loads("\n".join(rows)) == without(tomllib.loads(text), path)


def without(data: Any, path: KeyPath) -> Any:
    """The document without one key."""
    inside = data
    for part in path[:-1]:
        inside = inside[part]
    del inside[path[-1]]
    return data


@given(specs)
def test_every_table_and_key_has_a_line(spec: Spec) -> None:
    text = to_toml(spec)
    assert set(every_path(tomllib.loads(text))) - {("groups",)} <= set(key_lines(text))


def every_path(data: dict[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of all tables and keys."""
    found = []
    for key, value in data.items():
        found.append((*above, key))
        if isinstance(value, dict):
            found += every_path(value, (*above, key))
    return found


ODD = '''\
# [not.a.table]
title = "a # b = [c]"  # [no]
"quoted.key" = 'single ] quote'
long = """
[inside]
key = "\\"""  # still inside
""" # after
raw = \'\'\'
[inside] \'\'
\'\'\'
[a . "b]c"] # header
list = [ # comment with ]
  "]", { x = 1 },
  2,
]
inline = { y = [1,
2], z = "}" }
dotted . key = 1
[[many]]
k = 1
[[many]]
k = 2
'''


def test_strings_comments_and_brackets_do_not_mislead() -> None:
    lines = key_lines(ODD.replace("\n2]", "2]"))  # an inline table is one line in TOML 1.0
    assert lines == {
        ("title",): 2, ("quoted.key",): 3, ("long",): 4, ("raw",): 8, ("a", "b]c"): 11,
        ("a", "b]c", "list"): 12, ("a", "b]c", "inline"): 16, ("a", "b]c", "dotted"): 17,
        ("a", "b]c", "dotted", "key"): 17, ("many", 0): 18, ("many", 0, "k"): 19, ("many", 1): 20,
        ("many", 1, "k"): 21,
    }  # fmt: skip


def test_a_key_in_an_inline_table_has_the_line_of_the_table() -> None:
    lines = key_lines("[groups]\n\nsex = { column = 3 }\n")
    assert line_of(("groups", "sex", "column"), lines) == 3
    assert line_of(("audit",), lines) is None


def test_paths_are_written_as_toml_writes_them() -> None:
    assert dotted(("groups", "a b", "cut", 1)) == 'groups."a b".cut, item 2'
