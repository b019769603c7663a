"""The last touch to a PDF, so that one file is PDF/A-3a and PDF/UA-1.

Imports nothing of ours; works on what WeasyPrint hands over before it writes the trailer. Reasons
stand in the report engineering notes: WeasyPrint writes one variant a call, lists attachments
twice, gives figures boxes in CSS pixels, and uses IDs in the structure without an IDTree.
"""

from __future__ import annotations

import zlib
from typing import Any

PIXEL = 0.75
"""Points a CSS pixel."""

UA = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>PDF/UA version</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""  # noqa: E501


def finish(document: Any, pdf: Any, padding: int = 0) -> None:
    """Makes the PDF conform; called by WeasyPrint as `finisher`.

    Args:
        document: WeasyPrint's document; not used.
        pdf: its `pydyf.PDF`, changed in place.
        padding: objects that nothing refers to, added so that the last streams, which are packed
            after this, end in another byte.
    """
    del document
    for _ in range(padding):
        pdf.add_object(type(pdf.catalog)())
    _say_accessible(pdf)
    _tree_of_names(pdf)
    _attach_once(pdf)
    _avoid_ending_in_return(pdf)


def ends_in_return(content: bytes) -> bool:
    """Whether some stream of a PDF seems to end in a line end: see `_avoid_ending_in_return`."""
    return b"\n\nendstream" in content or b"\r\nendstream" in content


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _say_accessible(pdf: Any) -> None:
    """PDF/UA-1 in the metadata, which PDF/A readers want uncompressed."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    whole = b"".join(_bytes(part) for part in metadata.stream)
    head, mark, tail = whole.rpartition(b"</rdf:RDF>")
    if not mark:
        raise ValueError("the metadata of the PDF are not where WeasyPrint 70 writes them")
    metadata.stream = [head + UA + mark + tail]
    metadata.compress = False


def _tree_of_names(pdf: Any) -> None:
    """Structure elements by ID, and boxes of figures in points from the foot of their page."""
    names: dict[bytes, bytes] = {}
    for one in pdf.objects:
        if not isinstance(one, dict) or one.get("Type") != "/StructElem":
            continue
        if one.get("ID") is not None:
            names[one["ID"].data] = getattr(one, "reference")  # noqa: B009 (a dictionary with a number)
        layout = one.get("A")
        if isinstance(layout, dict) and "BBox" in layout:
            height = float(_object(pdf, one["Pg"])["MediaBox"][3])
            left, top, right, bottom = (float(side) * PIXEL for side in layout["BBox"])
            layout["BBox"][:] = [left, height - bottom, right, height - top]
    if not names:
        return
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    ordered = sorted(names)
    pairs = b" ".join(name + b" " + names[name] for name in ordered)
    limits = ordered[0] + b" " + ordered[-1]
    root["IDTree"] = b"<</Kids [<</Limits [" + limits + b"] /Names [" + pairs + b"]>>]>>"


def _attach_once(pdf: Any) -> None:
    """Each attachment is listed twice as an associated file; once is enough."""
    listed = pdf.catalog.get("AF")
    if listed:
        listed[:] = list(dict.fromkeys(listed))


def _avoid_ending_in_return(pdf: Any) -> None:
    """A compressed stream whose last byte is a line end reads as one byte short to some readers."""
    for one in pdf.objects:
        if getattr(one, "compress", False) and (
            zlib.adler32(b"\n".join(_bytes(part) for part in one.stream)) & 255 in (10, 13)
        ):
            one.compress = False


def _bytes(part: Any) -> bytes:
    if isinstance(part, bytes):
        return part
    data = getattr(part, "data", None)
    return data if isinstance(data, bytes) else str(part).encode("ascii")
