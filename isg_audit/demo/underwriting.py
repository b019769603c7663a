"""The model of the demo: what a lender might launch, trained on its own past decisions.

Imports nothing of ours. It reads no protected attribute, as the law asks; that alone does not
keep past differences out of it, which is what the audit looks at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = ["housing_cost_share", "debt_share", "loan_to_price", "industry_unemployment"]
WORDS = [
    "credit_history",
    "bankruptcy",
    "late_mortgage_payments",
    "unverifiable_information",
    "self_employed",
    "cosigner",
]


def train(log: pd.DataFrame) -> Any:
    """A logistic regression on the ten inputs, fitted to the logged decisions."""
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    inputs = ColumnTransformer(
        [
            ("numbers", StandardScaler(), NUMBERS),
            ("words", OneHotEncoder(drop="first", sparse_output=False), WORDS),
        ]
    )
    model = Pipeline([("inputs", inputs), ("decision", LogisticRegression(max_iter=1_000))])
    return model.fit(log[[*NUMBERS, *WORDS]], log["decision"])


def save(model: Any, path: Path) -> None:
    """Write the model in the skops format, which can be opened without running code."""
    import skops.io

    skops.io.dump(model, path)
