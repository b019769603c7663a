"""An attribute that nobody recorded: the printed numbers through a log, faults, coverage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from isg_audit.errors import DataError, SpecError
from isg_audit.measures.impact.unobserved import unobserved
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import plan_of
from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally import count, count_signals
from tests.audits import spec_of
from tests.shared_data import real_data

MEASURE = "impact.unobserved"
Key = tuple[str, str, str]


def printed(people: int = 1000) -> pd.DataFrame:
    """Three places with shares .5, .3, .2 of the people and .6, .5, .3 of them favoured."""
    rows = []
    for place, share, rate in (("p", 0.5, 0.6), ("q", 0.3, 0.5), ("r", 0.2, 0.3)):
        every = round(people * share)
        yes = round(every * rate)
        rows += [(place, 1)] * yes + [(place, 0)] * (every - yes)
    frame = pd.DataFrame(rows, columns=["place", "decision"])
    return frame.assign(sex=np.where(np.arange(len(frame)) % 2, "F", "M"))


TABLE = "place,A,other\np,0.1,0.9\nq,0.4,0.6\nr,0.8,0.2\n"


def spec_with(part: dict[str, Any], **decisions: Any) -> Spec:
    plain = spec_of(("sex",), **decisions)
    return Spec.model_validate(
        plain.model_dump(exclude_unset=True) | {"unobserved": {"race": part}}
    )


def rows_of(
    frame: pd.DataFrame, folder: Path, part: dict[str, Any], **decisions: Any
) -> dict[Key, Measurement]:
    spec = spec_with(part, **decisions)
    log = open_decisions(AuditFile.in_memory(spec), frame)
    try:
        tally = count(log, spec)
        signals = count_signals(log, spec, folder)
    finally:
        log.close()
    found = list(unobserved(signals, tally, plan_of(spec, tally), MEASURE))
    assert not [one for one in found if isinstance(one, NotMeasured)], found
    rows = [one for one in found if isinstance(one, Measurement)]
    assert len({one.key for one in rows}) == len(rows)
    return {(one.metric, one.group, one.versus): one for one in rows}


def test_the_printed_bounds_and_estimates(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(TABLE)
    rows = rows_of(printed(), tmp_path, {"table": "p.csv", "signals": ["place"]})
    ends = ("favourable_rate_unobserved_least", "favourable_rate_unobserved_most")
    assert [rows[one, "A", ""].value for one in ends] == approx([0.0606, 0.6970], abs=5e-5)
    assert [rows[one, "other", ""].value for one in ends] == approx([0.4179, 0.7313], abs=5e-5)
    gaps = [rows[f"{one}.difference", "A", "rest"].value for one in ends]
    assert gaps == approx([-0.6707, 0.2791], abs=5e-5)
    weighted = rows["favourable_rate_weighted.difference", "A", "rest"]
    slope = rows["favourable_rate_regression.difference", "A", "rest"]
    assert (weighted.value, slope.value) == approx((-0.13704, -0.42025), abs=6e-5)
    assert "between -42.0 and -13.7 points" in slope.note
    bounds = rows["favourable_rate_unobserved.difference", "A", "rest"]
    assert bounds.value == weighted.value and bounds.note.startswith("bounds only")
    assert bounds.low is not None and bounds.low < -0.6707
    assert bounds.high is not None and bounds.high > 0.2791
    assert rows["signals_unknown", "", ""].value == 0


def test_columns_of_the_log_say_the_same(tmp_path: Path) -> None:
    frame = printed()
    frame["pa"] = frame.place.map({"p": 0.1, "q": 0.4, "r": 0.8})
    frame["po"] = 1 - frame["pa"]
    ours = rows_of(frame, tmp_path, {"columns": {"A": "pa", "other": "po"}})
    (tmp_path / "p.csv").write_text(TABLE)
    theirs = rows_of(frame, tmp_path, {"table": "p.csv", "signals": ["place"]})
    for key, row in theirs.items():
        assert ours[key].value == approx(row.value, abs=1e-4), key


def test_surname_and_place_together(tmp_path: Path) -> None:
    """BISG: chances of the surname times how each group is spread over places."""
    (tmp_path / "names.csv").write_text("name,A,B\nx,0.2,0.8\ny,0.7,0.3\n")
    (tmp_path / "places.csv").write_text("place,A,B\np,0.1,0.6\nq,0.9,0.4\n")
    frame = pd.DataFrame(
        [(name, place, yes) for name in "xy" for place in "pq" for yes in (0, 1)] * 100,
        columns=["name", "place", "decision"],
    ).assign(sex=["F", "M"] * 400)
    part = {
        "table": "names.csv", "signals": ["name"],
        "given_group": [{"table": "places.csv", "signals": ["place"]}],
    }  # fmt: skip
    spec = spec_with(part)
    log = open_decisions(AuditFile.in_memory(spec), frame)
    (signals,) = count_signals(log, spec, tmp_path)
    log.close()
    expected = []
    for a, b in ((0.2, 0.8), (0.7, 0.3)):
        for near, far in ((0.1, 0.6), (0.9, 0.4)):
            expected.append(a * near / (a * near + b * far))
    assert sorted(signals.chances[:, 0]) == approx(sorted(expected))


def test_people_without_chances_may_be_anybody(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(TABLE.replace("r,0.8,0.2\n", ""))
    inside = rows_of(
        printed().query("place != 'r'"), tmp_path, {"table": "p.csv", "signals": ["place"]}
    )
    wider = rows_of(printed(), tmp_path, {"table": "p.csv", "signals": ["place"]})
    told = wider["signals_unknown", "", ""]
    assert (told.value, told.affected) == approx((0.2, 200))
    key = ("favourable_rate_unobserved.difference", "A", "rest")
    one, two = inside[key], wider[key]
    assert one.low is not None and two.low is not None and two.low < one.low
    assert one.high is not None and two.high is not None and two.high > one.high


def test_error_rates_a_reference_and_repeats(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "place,A,B,other\np,0.1,0.3,0.6\nq,0.4,0.2,0.4\nr,0.8,0.1,0.1\n"
    )
    frame = printed(2000)
    frame["outcome"] = np.arange(len(frame)) % 3 > 0
    frame["who"] = np.arange(len(frame)) // 2
    part = {"table": "p.csv", "signals": ["place"], "reference": "other"}
    rows = rows_of(frame, tmp_path, part, outcome="outcome", outcome_favourable="true")
    assert ("true_positive_rate_unobserved.ratio", "A", "other") in rows
    assert ("favourable_rate_unobserved.difference", "other", "other") not in rows
    key = ("favourable_rate_unobserved", "A", "")
    wide = rows_of(frame, tmp_path, part, person="who")[key]
    assert wide.low is not None and rows[key].low is not None and wide.low < rows[key].low  # type: ignore[operator]


def test_a_place_is_a_word_whatever_its_digits(tmp_path: Path) -> None:
    """ "02139" in a text file is no number, neither in the log nor in the table."""
    (tmp_path / "p.csv").write_text("zip,A,other\n02139,0.1,0.9\n01002,0.6,0.4\n")
    frame = printed(400).assign(zip=["02139", "01002"] * 200)
    frame.to_csv(tmp_path / "log.csv", index=False)
    spec = spec_with({"table": "p.csv", "signals": ["zip"]}, source="log.csv")
    log = open_decisions(AuditFile(spec, "", tmp_path, "audit.toml"))
    (signals,) = count_signals(log, spec, tmp_path)
    log.close()
    assert signals.unknown[0].sum() == 0 and signals.sums[0].sum() == 400
    assert signals.tables[0].startswith("p.csv, sha256:")


def test_how_sure_the_table_is_widens_the_bounds(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("place,A,other,n\np,0.1,0.9,9\nq,0.4,0.6,9\nr,0.8,0.2,9\n")
    key = ("favourable_rate_unobserved.difference", "A", "rest")
    part = {"table": "few.csv", "signals": ["place"], "groups": ["A", "other"]}
    exact, drawn = (
        rows_of(printed(), tmp_path, part | more)[key] for more in ({}, {"people": "n"})
    )
    assert drawn.low < exact.low and drawn.high > exact.high  # type: ignore[operator]


@pytest.mark.parametrize(
    ("table", "part", "said"),
    [
        ("place,A,other\np,10,90\n", {}, "lies outside 0 to 1"),
        ("place,A,other\np,0.1,0.2\n", {}, "do not add up to 1 in 1 rows"),
        ("place,A,other\np,0.1,\nq,0.5,0.5\n", {}, "'other' is missing in 1 rows"),
        ("place,A,other\np,0.1,0.9\np,0.2,0.8\n", {}, "stood there before"),
        ("place,A,other\np,a,b\n", {}, "holds no numbers"),
        ("places,A,other\np,0.1,0.9\n", {}, "Did you mean 'places'"),
        (TABLE, {"reference": "Others"}, "is no column of groups"),
        (TABLE, {"people": "n"}, "has no column 'n'"),
    ],
)
def test_a_wrong_table_says_what_is_wrong(
    tmp_path: Path, table: str, part: dict[str, Any], said: str
) -> None:
    (tmp_path / "p.csv").write_text(table)
    with pytest.raises(DataError, match=said):
        rows_of(printed(), tmp_path, {"table": "p.csv", "signals": ["place"]} | part)


def test_wrong_columns_say_all_at_once(tmp_path: Path) -> None:
    frame = printed().assign(pa=1.5, po=0.2)
    with pytest.raises(DataError) as caught:
        rows_of(frame, tmp_path, {"columns": {"A": "pa", "other": "po"}})
    assert "lies outside" in str(caught.value) and "add up to 1" in str(caught.value)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({}, "names neither"),
        ({"table": "p.csv", "columns": {"A": "a", "B": "b"}, "signals": ["s"]}, "names both"),
        ({"table": "p.csv"}, "'signals' is missing"),
        ({"columns": {"A": "a"}}, "one group only"),
        ({"columns": {"A": "a", "B": "a"}}, "stands twice"),
        ({"columns": {"A": "a", "B": "b"}, "reference": "C"}, "none of the groups"),
        ({"table": "https://x/p.csv", "signals": ["s"]}, "an address cannot be read"),
        (
            {"table": "p", "signals": ["s"], "given_group": [{"table": "q", "signals": ["s"]}]},
            "would count twice",
        ),
    ],
)
def test_keys_that_do_not_fit(tmp_path: Path, part: dict[str, Any], said: str) -> None:
    from isg_audit.spec import read, to_toml

    plain = spec_of(("sex",)).model_dump(exclude_unset=True, by_alias=True)
    path = tmp_path / "audit.toml"
    path.write_text(to_toml(Spec.model_validate(plain)) + "\n" + _toml(part))
    with pytest.raises(SpecError, match=said):
        read(path)


def _toml(part: dict[str, Any]) -> str:
    lines = ["[unobserved.race]"]
    for key, value in part.items():
        if isinstance(value, dict):
            inside = ", ".join(f'{one} = "{two}"' for one, two in value.items())
            lines.append(f"{key} = {{{inside}}}")
        elif value and isinstance(value[0], dict):
            lines.append(f'{key} = [{{table = "q", signals = ["s"]}}]')
        else:
            lines.append(f"{key} = {value!r}".replace("'", '"'))
    return "\n".join(lines)


def test_not_named_and_too_few(tmp_path: Path) -> None:
    spec = spec_of(("sex",))
    log = open_decisions(AuditFile.in_memory(spec), printed())
    tally = count(log, spec)
    plan = plan_of(spec, tally)
    (none,) = unobserved((), tally, plan, MEASURE)
    assert isinstance(none, NotMeasured) and "names no [unobserved]" in none.reason
    (tmp_path / "p.csv").write_text(TABLE)
    spec = spec_with({"table": "p.csv", "signals": ["place"]})
    few = printed(90)
    log = open_decisions(AuditFile.in_memory(spec), few)
    (none,) = unobserved(count_signals(log, spec, tmp_path), tally, plan, MEASURE)
    assert isinstance(none, NotMeasured) and "fewer than 100" in none.reason


@pytest.mark.shared
@pytest.mark.parametrize("group", ["White", "Black"])
def test_minneapolis_with_race_hidden(tmp_path: Path, group: str) -> None:
    """Stops with a known race; then only the neighbourhood is seen, with its residents' shares."""
    folder = real_data("mpls_stops")
    stops = pd.read_csv(folder / "data.csv.gz", keep_default_na=False)
    stops = stops[~stops.race.isin(["", "Unknown"]) & (stops.personSearch != "")]
    homes = pd.read_csv(folder / "neighbourhoods.csv").dropna(subset=["white", "black"])
    homes["other"] = 1 - homes.white - homes.black
    homes = homes[homes.other >= 0].rename(columns={"white": "White", "black": "Black"})
    homes[["neighborhood", "White", "Black", "other"]].to_csv(tmp_path / "p.csv", index=False)
    rows = rows_of(
        stops.assign(sex=stops.gender)[["sex", "neighborhood", "personSearch"]], tmp_path,
        {"table": "p.csv", "signals": ["neighborhood"]},
        decision="personSearch", favourable="NO", unfavourable=("YES",),
    )  # fmt: skip
    spared = stops.personSearch == "NO"
    ours = stops.race == group
    truth = spared[ours].mean() - spared[~ours].mean()
    bounds = rows["favourable_rate_unobserved.difference", group, "rest"]
    assert bounds.low is not None and bounds.high is not None
    assert bounds.low <= truth <= bounds.high and bounds.low < 0 < bounds.high
    ends = [
        rows[f"favourable_rate_{one}.difference", group, "rest"].value
        for one in ("weighted", "regression")
    ]
    assert min(ends) <= truth <= max(ends)  # type: ignore[type-var, operator]
