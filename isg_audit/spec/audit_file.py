"""The audit file as typed nouns (pydantic): what `audit.toml` holds, whole and validated.

Imports `part`, and tables that have a module of their own. Opens no data. What one key cannot know
of another stands in `checks.py`; the words a person reads about a wrong value stand in `faults.py`.
The docstrings below are also the descriptions in the JSON Schema.
"""

from __future__ import annotations

from itertools import combinations
from typing import Annotated, Literal

from pydantic import Field

from isg_audit.spec.part import Number, Part, Value
from isg_audit.spec.population_part import PopulationPart
from isg_audit.spec.remedy_part import RemedyPart
from isg_audit.spec.search_part import SearchPart
from isg_audit.spec.time_part import ChangePart, Cut
from isg_audit.spec.unobserved_part import UnobservedPart, unobserved_columns
from isg_audit.spec.voice_part import StagePart, VoicePart, voice_columns

Domain = Literal[
    "education", "health", "elderly-care", "community", "urban", "environment", "sports",
    "employment", "finance", "other",
]  # fmt: skip


Task = Literal["binary", "classes", "score", "number", "ranking"]
"""What is audited: decisions for or against people, into classes, scores, numbers, rankings."""


class System(Part):
    """What is audited, in the words of whoever answers for it."""

    name: str = Field(min_length=1, max_length=300)
    """What people call the system; the title of the report."""
    owner: str = ""
    """Who answers for it."""
    purpose: str = ""
    """What it decides, about whom and what for."""
    domain: Domain = "other"
    """The field of life it works in; some items of checklists apply only to some."""
    jurisdictions: tuple[str, ...] = ()
    """Whose law applies, such as "us" or "us-nyc"."""
    stage: Literal["before-launch", "deployed"] = "deployed"
    """Whether people are already decided upon by it."""


class DecisionsPart(Part):
    """Where the decisions are and what their columns mean."""

    source: str = ""
    """A path or glob from this file's folder (csv, csv.gz, parquet, arrow), or the address of a
    database: duckdb://FILE, postgres://HOST:PORT/DATABASE, spark://MASTER. Never with a password.
    """
    table: str | None = None
    """In a database: the table, such as "schema.name"; for Spark also "parquet.`path`"."""
    query: str | None = None
    """In a database, instead of `table`: one SELECT, run read only."""
    task: Task = "binary"
    """What is audited: "binary" for decisions that are good or bad for the person (without
    decisions and model it is "score"), "classes" for decisions of several kinds, "score" for a
    score from which nobody has decided yet, "number" where `score` holds a predicted number and
    `outcome` the number that came true, "ranking" where `position` holds a place in a list."""
    decision: str | None = None
    """The column that holds what was decided."""
    favourable: Value | None = None
    """The decision that is good for the person: always set by hand."""
    unfavourable: tuple[Value, ...] = ()
    """The decisions that are bad for the person; default: every other value but an empty one."""
    outcome: str | None = None
    """The column that holds what really happened, where known."""
    outcome_favourable: Value | None = None
    """The outcome under which the favourable decision was right."""
    outcome_unfavourable: tuple[Value, ...] = ()
    """The outcomes under which it was wrong; default: every other value but an empty one."""
    positive: Literal["favourable", "unfavourable"] = "favourable"
    """Which decision the textbook "positive" of true positive rate and the like is; of a score
    without decisions or a number: whether a high one is good for the person; of a ranking: whether
    it is good to stand first."""
    score: str | None = None
    """The column that holds the score behind the decision, or the predicted number."""
    score_bins: tuple[Number, ...] = ()
    """Where score bins start, rising, and where the last ends; default: bins that follow the
    scores. Tallies of several sites can be added only if they count in the same bins."""
    position: str | None = None
    """For a ranking: the column of the place in the list, a whole number; 1 stands first."""
    list: str | None = None
    """For a ranking: the column that tells which list; default: all rows are one list."""
    top: tuple[Annotated[int, Field(strict=True, ge=1)], ...] = (10,)
    """For a ranking: how many first places to look at; [5, 20] looks at the first 5 and 20."""
    time: str | None = None
    """The column that says when it was decided."""
    person: str | None = None
    """The column that names the person, where one person has several rows."""
    weight: str | None = None
    """The column of survey weights."""
    count: str | None = None
    """The column that says for how many cases a row stands (published tables)."""
    reasons: tuple[str, ...] = ()
    """The columns of the reasons that a person was given, the first first: names of the model's
    inputs, or codes (see `model.reason_codes`)."""

    @property
    def audited(self) -> Task:
        """What is audited: the task, or a score where nothing was decided."""
        undecided = self.decision is None and self.score is not None
        return "score" if self.task == "binary" and undecided else self.task


class Group(Part):
    """One attribute by which people are grouped."""

    column: str | None = None
    """The column; default: the name of the attribute."""
    reference: Value | None = None
    """The group that the others are compared with; default: the best-off, and everybody else."""
    unknown: tuple[Value, ...] = ("",)
    """Values that mean "not known"."""
    cut: tuple[Number, ...] = ()
    """Where to cut a number into bands: [25, 40] makes below 25, 25 to below 40, 40 and above."""


class AuditPart(Part):
    """What is asked of the audit."""

    intersections: Literal["all", "pairs"] | tuple[tuple[str, ...], ...] = "pairs"
    """Which attributes to cross: every pair, all combinations, or a list of lists of names."""
    legitimate: tuple[str, ...] = ()
    """Columns of factors that may explain a gap: categories or numbers."""
    checklists: tuple[str, ...] = ("people-oriented",)
    """Checklists to judge by: names of built-in ones, or paths from this file's folder."""
    answers: str | None = None
    """The file with people's answers and waivers."""
    confidence: Annotated[float, Field(strict=True, gt=0.5, lt=1)] = 0.95
    """The share of intervals that hold the true value."""
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] = 20221129
    """Where the random numbers start; the same seed gives the same results."""
    minimum_cell: Annotated[int, Field(strict=True, ge=1)] = 10
    """Counts of people smaller than this are not published."""
    language: str = Field(default="en", min_length=2)
    """The language of the report."""
    windows: Cut = "quarter"
    """How time is cut into windows: "month", "quarter", "year", or the first day of each window,
    such as ["2024-01-01", "2024-04-15"]; read where `decisions.time` names a column."""
    limits: tuple[str, ...] = ()
    """What the auditor wants every reader to know before leaning on a number."""


class ServicePart(Part):
    """A running service that is asked for its answers: what `source` = "https://..." speaks."""

    protocol: Literal["mlflow", "open-inference", "json"]
    """What it speaks: "mlflow" (MLflow's scoring server), "open-inference" (Open Inference
    Protocol, KServe V2), "json" (rows as a list of objects are posted to the address)."""
    name: str = ""
    """The model's name at the service; "open-inference" needs it."""
    classes: tuple[Value, ...] = ()
    """Its classes, in the order of its probabilities: no protocol tells them."""
    gives: Literal["probabilities", "labels"] = "probabilities"
    """What it answers: probabilities of the classes, or labels alone."""
    score_of: Value | None = None
    """Where it answers one number a row: the class, of two, whose probability that is."""
    answer: str = ""
    """Where the scores stand: for "json" a path such as "result.scores", for "open-inference" the
    output's name; default: the whole answer, or what the service names."""
    label: str = ""
    """Where its own decision stands beside the scores, told alike; default: the likeliest class."""
    records: str = ""
    """For "json": the field that the rows are put in; default: the list itself is posted."""
    send: Literal["list", "one"] = "list"
    """For "json": a list of rows a request, or one row a request, as one object."""
    inputs: Literal["tensor", "columns"] | None = None
    """For "open-inference": all features as one tensor, or one input a feature; default: as the
    service describes itself, else one tensor."""
    batch: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1_000
    """Rows a request."""
    token: str = ""
    """The environment variable that holds a bearer token, such as "ISG_AUDIT_TOKEN"; its name
    starts with ISG_AUDIT_. Never the token itself."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Further headers: the name of each, and the environment variable (ISG_AUDIT_...) that holds
    its value."""


class ModelPart(Part):
    """The model, where there is one."""

    source: str = ""
    """A model file from this file's folder: ONNX, skops, XGBoost (json, ubj), LightGBM (text),
    CatBoost (cbm) or PMML; a folder that MLflow wrote; or the address of a running service,
    https://HOST/PATH, which [model.service] describes, never with a password."""
    features: tuple[str, ...] = ()
    """The columns it reads, in its order; default: those the model names."""
    favourable: Value | None = None
    """What it returns for the decision that is good; default: the decisions' `favourable`."""
    more_helps: tuple[str, ...] = ()
    """Inputs of which more may only help a person, such as income: the audit looks for people whom
    more of it hurts."""
    more_hurts: tuple[str, ...] = ()
    """Inputs of which more may only hurt a person, such as debt."""
    reason_codes: dict[str, str] = Field(default_factory=dict)
    """Which input each code means that the columns of `decisions.reasons` hold, such as
    {A1 = "income"}; names of inputs need no code."""
    service: ServicePart | None = None
    """The table [model.service], for a source that is an address."""


class RecourseInput(Part):
    """What may happen to one input of the model."""

    least: Number | None = None
    """No change goes below this number."""
    most: Number | None = None
    """No change goes above this number."""
    allowed: tuple[Value, ...] = ()
    """The only values it may be changed to; default: every value seen in the log."""
    weight: Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)] = 1.0
    """How much harder a change of it is than of others; its cost is multiplied by this."""
    follows: Literal["sum", "difference", "product", "ratio"] | None = None
    """For an input that is made of two others (first + second, first - second, first * second,
    first / second): it is computed anew when they change, and never changes by itself."""
    of: tuple[str, ...] = ()
    """The two inputs that it follows, such as ["debt", "income"]."""


class RecoursePart(Part):
    """Which changes people could make, to see what would turn a refusal round."""

    immutable: tuple[str, ...] = ()
    """Inputs that nobody can change. Protected attributes, and inputs that repeat them, never
    change, whether they stand here or not."""
    only_up: tuple[str, ...] = ()
    """Inputs, all of them numbers, that can only grow."""
    only_down: tuple[str, ...] = ()
    """Inputs, all of them numbers, that can only shrink."""
    category_step: Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)] = 0.3
    """What a change from one category to another costs, or supplying a missing value; a number
    costs the share of all people between its old and its new value. 0.3 is this project's default,
    no published value."""
    inputs: dict[str, RecourseInput] = Field(default_factory=dict)
    """What may happen to single inputs, each a table [recourse.inputs.NAME]."""


class Spec(Part):
    """The whole audit file."""

    isg_audit: Literal[1] = 1
    """The version of this format."""
    system: System
    decisions: DecisionsPart
    groups: dict[str, Group] = Field(default_factory=dict)
    """The attributes by which people are grouped, each a table [groups.NAME]."""
    audit: AuditPart = AuditPart()
    model: ModelPart | None = None
    recourse: RecoursePart | None = None
    population: PopulationPart | None = None
    search: SearchPart | None = None
    remedy: RemedyPart | None = None
    changes: tuple[ChangePart, ...] = ()
    """When the system or its rules changed, each a table [[changes]]."""
    stages: tuple[StagePart, ...] = ()
    """The stages that people pass, in order, each a table [[stages]]."""
    voice: VoicePart | None = None
    """Whether people are told, heard and answered: the table [voice]."""
    unobserved: dict[str, UnobservedPart] = Field(default_factory=dict)
    """Attributes that nobody recorded, each a table [unobserved.NAME]."""

    @property
    def combinations(self) -> tuple[tuple[str, ...], ...]:
        """The attributes that are crossed, each combination in declared order."""
        names, asked = tuple(self.groups), self.audit.intersections
        if asked == "pairs":
            return tuple(combinations(names, 2))
        if asked == "all":
            sizes = range(2, len(names) + 1)
            return tuple(one for size in sizes for one in combinations(names, size))
        # In declared order, whatever the order in which the audit file lists them.
        crossed = (tuple(name for name in names if name in set(one)) for one in asked)
        return tuple(dict.fromkeys(crossed))

    @property
    def further_columns(self) -> tuple[tuple[str, str], ...]:
        """Columns that are named beside roles and groups, each with the key that names it."""
        searched = self.search.columns if self.search else ()
        return (
            *(("audit.legitimate", column) for column in self.audit.legitimate),
            *(("decisions.reasons", column) for column in self.decisions.reasons),
            *(("remedy.features", column) for column in (self.remedy or RemedyPart()).features),
            *voice_columns(self.stages, self.voice),
            *unobserved_columns(self.unobserved),
            *(("search.columns", column) for column in searched),
        )

    @property
    def favourable_class(self) -> Value | None:
        """The model's class that is good for the person: its own, else the decision's value."""
        own = None if self.model is None else self.model.favourable
        return self.decisions.favourable if own is None else own
