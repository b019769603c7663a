"""The sections on people whom averages hide, in the order of reading.

Imports the modules of their pages.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.report.absent_pages import absent_section
from isg_audit.report.cluster_pages import cluster_section
from isg_audit.report.harm_pages import harm_section
from isg_audit.report.lookup import Lookup
from isg_audit.report.marginalised import marginalised_section
from isg_audit.report.pages import Section
from isg_audit.report.remedy_pages import remedy_section
from isg_audit.report.small_group_pages import small_group_section
from isg_audit.report.stages_pages import stages_section
from isg_audit.report.subgroup_pages import subgroup_section
from isg_audit.report.time_pages import time_section
from isg_audit.report.unknown_pages import unknown_section
from isg_audit.report.voice_pages import voice_section
from isg_audit.report.waiting_pages import waiting_section
from isg_audit.report.why_pages import why_section


def impact_sections(
    look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> tuple[Section, ...]:
    """The sections for which there is anything to tell."""
    sections = (
        marginalised_section(look, figures, tables),
        harm_section(look, figures, tables),
        small_group_section(look, figures, tables),
        subgroup_section(look, figures, tables),
        cluster_section(look, figures, tables),
        stages_section(look, figures, tables),
        waiting_section(look, figures, tables),
        why_section(look, figures, tables),
        remedy_section(look, figures, tables),
        time_section(look, figures, tables),
        voice_section(look, figures, tables),
        unknown_section(look, figures, tables),
        absent_section(look, figures, tables),
        # small groups, subgroups, clusters, unknown, absent, stages, harm, why, time, remedy, voice
    )
    return tuple(one for one in sections if one is not None)
