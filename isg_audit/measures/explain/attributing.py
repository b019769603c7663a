"""Chooses how a model is explained: linear, trees, or sampling; and checks that it adds up.

Imports this family and `sources`.
"""

from __future__ import annotations

from importlib.util import find_spec

from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.linear import is_linear, linear_attributions
from isg_audit.measures.explain.margins import decision_margin, margin
from isg_audit.measures.explain.opened import Opened, opened
from isg_audit.measures.explain.sampling import sampled_attributions
from isg_audit.measures.explain.trees import tree_attributions, tree_margin
from isg_audit.sources.models.model import class_position


def attributed(explaining: Explaining) -> Attributions | str:
    """SHAP values of the people in the sample, or in plain words why there are none.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.
        ModelError: the favourable value is none of its classes.
    """
    model = explaining.model
    place = class_position(model, explaining.favourable)
    if len(model.classes) != 2:
        return (
            f"the model decides between {len(model.classes)} classes; explanations are made for "
            "two only"
        )
    fewest = min(len(explaining.sample), len(explaining.background))
    if fewest < FEWEST_PEOPLE:
        return f"{fewest} people to explain or compare with; {FEWEST_PEOPLE} are needed"
    found = _attributions(explaining, place)
    if isinstance(found, str):
        return found
    if found.people_missed:
        return (
            f"explanation not shown: for {found.people_missed} of {len(found.margin)} people the "
            f"attributions ({found.method}) do not add up to what the model gave"
        )
    return found


def _attributions(explaining: Explaining, place: int) -> Attributions | str:
    inside: Opened | None = opened(explaining.model)
    found: Attributions | None = None
    if inside is not None and is_linear(inside.final):
        if find_spec("shap") is None:
            return (
                "explaining a linear model needs the package shap: pip install 'isg-audit[explain]'"
            )
        of_line = decision_margin(explaining.model, place, explaining.sample)
        if of_line is not None:
            found = linear_attributions(explaining, inside, of_line, place)
    elif inside is not None:
        of_trees = tree_margin(explaining, inside, place)
        if of_trees is not None:
            found = tree_attributions(explaining, inside, of_trees, place)
    if found is not None:
        return found
    explained = margin(explaining.model, place, explaining.sample)
    if explained is None:
        return "the model gives labels only, and there is no score to explain"
    return sampled_attributions(explaining, explained)
