"""How often a harmed group that nobody declared is found, and how often one is where none is.

    python benchmarks/planted_harm.py [--audits N] [--peers PYTHON] [--others N]

Simulated logs of eight attributes with 30 values in all; one group, defined by three values, is
refused more often than everybody else, who are refused 20 % of the time. Groups hold 1 % of people,
or 0.2 %. An audit has found it where a group that it tells shares at least half of its people with
the planted one (people in both, of people in either). `--peers` is the Python of another
environment with divexplorer 0.2.6 and sliceline 0.3.0, which are given `--others` of the logs of
20,000 people.

Writes docs/images/planted-harm.svg and prints the tables of docs/planted-harm.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

SHARES = (
    (0.5, 0.5),
    (0.6, 0.25, 0.15),
    (0.5, 0.3, 0.2),
    (0.4, 0.3, 0.2, 0.1),
    (0.25, 0.25, 0.25, 0.25),
    (0.55, 0.25, 0.12, 0.08),
    (0.2, 0.2, 0.2, 0.2, 0.2),
    (0.4, 0.25, 0.2, 0.1, 0.05),
)
"""Of each attribute, the part of people that has each value; attributes are independent."""

SIZES = tuple(len(one) for one in SHARES)
NAMES = [f"a{at}" for at in range(len(SIZES))]
BASE = 0.2
PLANTED = {0.01: {0: 1, 3: 3, 6: 2}, 0.002: {2: 2, 3: 3, 7: 3}}
"""A group of that share: attribute and value, three of them."""

LEAST = {0.01: 0.005, 0.002: 0.0015}
"""The smallest group looked for: the default, and for 0.2 % one chosen in the audit file."""

HARMS = {
    (0.01, 20_000): (0.05, 0.1, 0.15, 0.2, 0.3),
    (0.01, 100_000): (0.03, 0.05, 0.075, 0.1, 0.15),
    (0.002, 20_000): (0.1, 0.2, 0.3, 0.4, 0.6),
    (0.002, 100_000): (0.1, 0.15, 0.2, 0.25, 0.3),
}
"""By share and people: how much more often the group is refused."""

SMALL = 20_000
DRAWS = 99
"""Times that decisions are dealt out anew; an audit does it 499 times and finds a bit more."""
HALF = 0.5
PICTURE = Path(__file__).parents[1] / "docs" / "images" / "planted-harm.svg"


class Case(NamedTuple):
    """One kind of log."""

    share: float
    people: int
    harm: float

    @property
    def asked(self) -> list[int]:
        """The values that define the planted group, -1 for any."""
        return [PLANTED[self.share].get(at, -1) for at in range(len(SIZES))]


def log_of(case: Case, seed: int) -> dict[str, NDArray[Any]]:
    """One simulated log."""
    rng = np.random.default_rng([seed, case.people, round(case.harm * 1000)])
    columns = {
        name: rng.choice(len(shares), case.people, p=shares).astype(np.int8)
        for name, shares in zip(NAMES, SHARES, strict=True)
    }
    chance = BASE + case.harm * inside(columns, case.asked)
    return {**columns, "refused": rng.random(case.people) < chance}


def inside(columns: dict[str, NDArray[Any]], asked: list[int]) -> NDArray[np.bool_]:
    """Who belongs to a group."""
    found = np.ones(len(columns[NAMES[0]]), dtype=bool)
    for name, value in zip(NAMES, asked, strict=True):
        found &= (columns[name] == value) | (value < 0)
    return found


def shares_half(columns: dict[str, NDArray[Any]], case: Case, several: list[list[int]]) -> bool:
    """Whether any of several groups is as good as the planted one."""
    planted = inside(columns, case.asked)
    for asked in several:
        its = inside(columns, asked)
        if (its & planted).sum() >= HALF * (its | planted).sum():
            return True
    return False


def told(columns: dict[str, NDArray[Any]], case: Case, seed: int) -> list[list[int]]:
    """The groups that our search tells."""
    from isg_audit import stats

    place = np.ravel_multi_index([columns[name] for name in NAMES], SIZES)
    cases = np.bincount(place, minlength=int(np.prod(SIZES)))
    hits = np.bincount(place, columns["refused"], minlength=int(np.prod(SIZES)))
    some = np.flatnonzero(cases)
    codes = np.column_stack(np.unravel_index(some, SIZES)).astype(np.intp)
    cube = stats.Cube(codes, SIZES, cases[some].astype(float), hits[some])
    groups = stats.conjunctions(cube, 4, max(30, LEAST[case.share] * case.people))
    rng = np.random.default_rng(seed)
    chance = stats.largest_by_chance(cube, groups, rng, draws=DRAWS)
    return [groups.values[at].tolist() for at in stats.told(cube, groups, chance.critical)]


def divexplorer(columns: dict[str, NDArray[Any]], case: Case) -> dict[str, Any]:
    """Groups from the largest divergence down, and how many have a t that counts as significant."""
    import pandas as pd
    from divexplorer import DivergenceExplorer

    found = DivergenceExplorer(pd.DataFrame(columns)).get_pattern_divergence(
        min_support=LEAST[case.share], boolean_outcomes=["refused"]
    )
    found = found.sort_values("refused_div", ascending=False)
    several = []
    for items in found["itemset"].head(10):
        values = dict(item.rsplit("=", 1) for item in items)
        several.append([int(float(values.get(name, -1))) for name in NAMES])
    significant = int(((found["refused_t"] > 1.96) & (found["refused_div"] > 0)).sum())
    return {"groups": several, "significant": significant}


def sliceline(columns: dict[str, NDArray[Any]], case: Case) -> dict[str, Any]:
    """The best slices at the default weight of size against error."""
    from sliceline.slicefinder import Slicefinder

    least = int(max(30, LEAST[case.share] * case.people))
    finder = Slicefinder(k=10, max_l=4, min_sup=least, verbose=False)
    finder.fit(np.column_stack([columns[name] for name in NAMES]), columns["refused"].astype(float))
    several = [[-1 if one is None else int(one) for one in each] for each in finder.top_slices_]
    return {"groups": several, "significant": len(several)}


PEERS = {"divexplorer": divexplorer, "sliceline": sliceline}


def peer(name: str, share: float, harm: float, seeds: int) -> None:
    """Run another tool on the first logs of a case, in its own environment, and print it."""
    case = Case(share, SMALL, harm)
    found = []
    for seed in range(seeds):
        columns = log_of(case, seed)
        one = PEERS[name](columns, case)
        found.append(
            {
                "first": shares_half(columns, case, one["groups"][:1]),
                "ten": shares_half(columns, case, one["groups"]),
                "said": len(one["groups"]),
                "significant": one["significant"],
            }
        )
    print(json.dumps(found))


def measured(given: argparse.Namespace) -> dict[Case, tuple[float, float, float]]:
    """By case: found, told anything, groups told beside the planted one, on average."""
    results = {}
    for (share, people), harms in HARMS.items():
        for harm in (0.0, *harms):
            case = Case(share, people, harm)
            audits = given.audits if harm else given.nothing
            found, anything, beside = 0, 0, 0
            began = time.perf_counter()
            for seed in range(audits):
                columns = log_of(case, seed)
                several = told(columns, case, seed)
                hit = bool(harm) and shares_half(columns, case, several)
                found += hit
                anything += bool(several)
                beside += len(several) - hit
            results[case] = (found / audits, anything / audits, beside / audits)
            took = (time.perf_counter() - began) / audits
            print(case, results[case], f"{took:.2f} s each", file=sys.stderr, flush=True)
    return results


def others(given: argparse.Namespace) -> None:
    """The table of the other tools."""
    print("| tool | planted | more often refused | first of its list | among its first ten | "
          "groups it lists as significant |")  # fmt: skip
    print("|---|---|---:|---:|---:|---:|")
    for name in PEERS:
        for share in PLANTED:
            for harm in (0.0, *HARMS[share, SMALL][1::2]):
                asked = ["--run", name, str(share), str(harm), str(given.others)]
                command = [given.peers, __file__, *asked]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                found = json.loads(done.stdout.splitlines()[-1])
                mean = {key: np.mean([one[key] for one in found]) for key in found[0]}
                what = f"{100 * share:g}%" if harm else "nothing"
                first, ten = (
                    f"{100 * mean[key]:.0f}%" if harm else "-" for key in ("first", "ten")
                )
                print(f"| {name} | {what} | {100 * harm:.0f} points | {first} | {ten} "
                      f"| {mean['significant']:,.0f} |", flush=True)  # fmt: skip


def show(results: dict[Case, tuple[float, float, float]], given: argparse.Namespace) -> None:
    """Our table, in Markdown."""
    print("| planted | people | in the group | more often refused | found | told beside it |")
    print("|---|---:|---:|---:|---:|---:|")
    for case, (found, anything, beside) in results.items():
        if not case.harm:
            what = f"nothing (groups of {100 * LEAST[case.share]:g}% and more)"
            told_any = f"**{100 * anything:.1f}%** of {given.nothing} audits tell anything"
            print(f"| {what} | {case.people:,} | - | - | {told_any} | |")
            continue
        print(f"| {100 * case.share:g}% | {case.people:,} | {case.share * case.people:,.0f} "
              f"| {100 * case.harm:g} points | {100 * found:.0f}% | {beside:.2f} |")  # fmt: skip


def draw(results: dict[Case, tuple[float, float, float]]) -> None:
    """The curve: two panels, how often the group is found by how much more it is refused."""
    from markupsafe import Markup

    from isg_audit.report.charts.palette import GRID, MUTED
    from isg_audit.report.charts.svg import drawing, element, line, words

    wide, high, left, top, gap = 210.0, 150.0, 34.0, 40.0, 46.0
    parts: list[Markup] = []
    colours = {20_000: "#12436D", 100_000: "#A05F00"}
    for panel, share in enumerate(PLANTED):
        start = left + panel * (wide + gap)
        most = max(case.harm for case in results if case.share == share)
        parts.append(words(start, 12, f"A group of {100 * share:g}% of people", size=9,
                           face="semibold"))  # fmt: skip
        parts.append(words(start, 25, "Audits that find it, %", size=7.5, fill=MUTED))
        for tick in (0, 25, 50, 75, 100):
            y = top + high * (1 - tick / 100)
            parts.append(line(start, y, start + wide, y, GRID, 0.5))
            parts.append(words(start - 5, y + 2.5, str(tick), size=7.2, anchor="end", fill=MUTED))
        for tick in range(0, round(most * 100) + 1, 10):
            x = start + wide * tick / 100 / most
            parts.append(
                words(x, top + high + 12, str(tick), size=7.2, anchor="middle", fill=MUTED)
            )
        parts.append(words(start, top + high + 25, "More often refused than everybody else, points",
                           size=7.5, fill=MUTED))  # fmt: skip
        for people, colour in colours.items():
            cases = [case for case in results if (case.share, case.people) == (share, people)]
            points = [(start + wide * case.harm / most,
                       top + high * (1 - (results[case][0] if case.harm else 0.0)))
                      for case in sorted(cases, key=lambda one: one.harm)]  # fmt: skip
            path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
            parts.append(
                element("polyline", points=path, fill="none", stroke=colour, stroke_width=1.4)
            )
            parts += [element("circle", cx=x, cy=y, r=2.2, fill=colour) for x, y in points]
            at = next((at for at, (_, y) in enumerate(points) if y < top + high * 0.45), -1)
            x, y = points[at]
            side = 6 if people == SMALL else -6
            parts.append(words(x + side, y + (10 if people == SMALL else -3),
                               f"{people:,} people", size=7.5, fill=colour,
                               anchor="start" if people == SMALL else "end"))  # fmt: skip
    said = "How often the search finds a harmed group of 1% and of 0.2% of people, by its harm."
    width, height = 2 * wide + gap + left + 16, top + high + 32
    paper = element("rect", x=0, y=0, width=width, height=height, fill="#FFFFFF")
    picture = drawing(width, height, said, [paper, *parts])
    PICTURE.write_text(f"{picture}\n", encoding="utf-8")


def main() -> None:
    """Simulate, print the tables, draw the curve."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--audits", type=int, default=60)
    asked.add_argument("--nothing", type=int, default=200)
    asked.add_argument("--others", type=int, default=10)
    asked.add_argument("--peers")
    asked.add_argument("--results", help="a file to keep the counts in, or to read them from")
    asked.add_argument("--run", nargs=4, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.run:
        name, share, harm, seeds = given.run
        peer(name, float(share), float(harm), int(seeds))
        return
    kept = Path(given.results) if given.results else None
    if kept is not None and kept.exists():
        results = {Case(*key): tuple(found) for key, found in json.loads(kept.read_text("utf-8"))}
    else:
        results = measured(given)
        if kept is not None:
            kept.write_text(json.dumps(list(results.items())), encoding="utf-8")
    show(results, given)
    draw(results)
    if given.peers:
        others(given)


if __name__ == "__main__":
    main()
