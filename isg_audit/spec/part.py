"""What every table of the audit file is made of. Imports nothing of ours."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Value = bool | int | Annotated[float, Field(allow_inf_nan=False)] | str
"""A value of a column as TOML can write it."""


class Part(BaseModel):
    """Unknown keys are faults, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
