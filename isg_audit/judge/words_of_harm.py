"""How harm in people is called in a sentence. Imports nothing."""

from __future__ import annotations

OF_HARM = {
    "wrong_checks_per_1000": "the number flagged of 1,000 people of whom nothing came true",
    "severity_weighted_harm": "the harm by errors for each person, grave errors counting for more,",
}
