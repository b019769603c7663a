"""Chooses how a model is explained: linear, trees, or sampling; and checks that it adds up.

Imports this family and `sources`.
"""

from __future__ import annotations

from dataclasses import replace

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.input_columns import source_of_columns
from isg_audit.measures.explain.linear import linear_attributions
from isg_audit.measures.explain.margins import inside_margin, margin
from isg_audit.measures.explain.native import native_attributions
from isg_audit.measures.explain.sampling import sampled_attributions
from isg_audit.measures.explain.taken_apart import TakenApart
from isg_audit.measures.explain.trees import NO_NUMBA, can_read_trees, tree_attributions
from isg_audit.sources.models.inside import Linear, Native
from isg_audit.sources.models.model import class_position, readable


def attributed(explaining: Explaining) -> Attributions | str:
    """SHAP values of the people in the sample, or in plain words why there are none.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.
        ModelError: the favourable value is none of its classes.
    """
    place = class_position(explaining.model, explaining.favourable)
    fewest = min(len(explaining.sample), len(explaining.background))
    if fewest < FEWEST_PEOPLE:
        return f"{fewest} people to explain or compare with; {FEWEST_PEOPLE} are needed"
    found = _exact(explaining, place) or _sampled(explaining, place)
    if found is None:
        return "the model gives labels only, and there is no score to explain"
    if found.people_missed:
        return (
            f"explanation not shown: for {found.people_missed} of {len(found.margin)} people the "
            f"attributions ({found.method}) do not add up to what the model gave"
        )
    return found


def _exact(explaining: Explaining, place: int) -> Attributions | None:
    """By what the model is made of; None where that cannot be read, or not in time."""
    model = explaining.model
    read = readable(model)
    inside = None if read is None else read.inside()
    if read is None or inside is None:
        return None
    explained = inside_margin(model, read, inside, place, explaining.sample)
    if explained is None:
        return None
    if isinstance(inside.made_of, Native):
        return native_attributions(explaining, inside.made_of, read, explained)
    source = source_of_columns(read, inside.direct, model.features, explaining.everybody)
    if source is None:
        return None
    found = TakenApart(read, inside, source)
    if isinstance(inside.made_of, Linear):
        return linear_attributions(explaining, inside.made_of, found, explained)
    if not can_read_trees():
        sampled = _sampled(explaining, place)
        return sampled and replace(sampled, note=f"{sampled.note} {NO_NUMBA}")
    return tree_attributions(explaining, inside.made_of, found, explained)


def _sampled(explaining: Explaining, place: int) -> Attributions | None:
    explained = margin(explaining.model, place, explaining.sample)
    return None if explained is None else sampled_attributions(explaining, explained)
