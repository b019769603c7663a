"""The room of what people look at: bundle to page models, to charts, to PDF and HTML.

May import `evidence`, `errors` and `resources`, and decides nothing. To add a section: a module
with one function from `Lookup` to `Section`, and a line in `document`. To add a format: a module
beside `pdf`, and a line in `publish`. To add a language: a catalogue in
`report_templates/locale`. Templates and style sheets stand in `report_templates`.
"""

from isg_audit.report.publish import Published, publish, render

__all__ = ["Published", "publish", "render"]
