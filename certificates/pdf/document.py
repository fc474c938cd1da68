"""A drawn page as a PDF file: PDF/A-3U by structure, tagged, with one embedded file, not yet signed.

Objects are pyHanko's, typefaces are cut down by HarfBuzz's subsetter; every moment and identifier comes from outside,
so that the same page gives the same bytes.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import uharfbuzz as hb
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.writer import PdfFileWriter

from certificates.pdf.canvas import Canvas, Element, UsedFace

ATTACHMENT = "credential.cose"
_NOT_NEEDED = (b"GSUB", b"GPOS", b"GDEF", b"post", b"name", b"cmap", b"OS/2", b"STAT", b"meta")


@dataclass(frozen=True)
class Description:
    """What the file says about itself. `language` is a BCP 47 tag."""

    title: str
    author: str
    subject: str
    language: str
    created: datetime


class Writer(PdfFileWriter):
    """pyHanko's writer with fixed metadata: by itself it would stamp the moment of writing."""

    def __init__(self, document_id: bytes) -> None:
        super().__init__(stream_xrefs=True)  # type: ignore[no-untyped-call]
        self.small = self.prepare_object_stream()  # type: ignore[no-untyped-call]
        identifier = generic.ByteStringObject(document_id)
        self._document_id = generic.ArrayObject([identifier, identifier])

    def pack(self, item: generic.PdfObject) -> generic.IndirectObject:
        """Add an object to the compressed ones."""
        return self.add_object(item, obj_stream=self.small)

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """PDF/A-3 is PDF 1.7; the PAdES subfilter is declared as an extension all the same."""

    def _update_meta(self) -> None:
        return


def build(canvas: Canvas, about: Description, credential: bytes) -> Writer:
    """The document, ready to be signed or written."""
    content = "\n".join(op for op in canvas.ops if op).encode("ascii")
    writer = Writer(hashlib.sha256(content + credential).digest()[:16])
    page = _dictionary(Type="/Page", MediaBox=[0, 0, *canvas.size], StructParents=0, Tabs="/S")
    page["/Contents"] = writer.add_object(_stream(content))
    page["/Resources"] = _resources(writer, canvas)
    page["/Parent"] = writer.root.raw_get("/Pages")
    page_ref = writer.add_object(page)
    pages = writer.root["/Pages"]
    pages["/Kids"].append(page_ref)
    pages["/Count"] = generic.NumberObject(1)
    root = writer.root
    root["/Lang"] = pdf_string(about.language)
    root["/MarkInfo"] = _dictionary(Marked=True)
    root["/ViewerPreferences"] = _dictionary(DisplayDocTitle=True)
    root["/StructTreeRoot"] = _structure(writer, canvas, page_ref)
    root["/Metadata"] = writer.add_object(_metadata(about))
    root["/OutputIntents"] = generic.ArrayObject([_output_intent(writer)])
    _attach(writer, credential, about.created)
    writer.set_info(_info(about))
    return writer


def _resources(writer: Writer, canvas: Canvas) -> generic.DictionaryObject:
    fonts = generic.DictionaryObject({pdf_name(f"/{face.name}"): _font(writer, face) for face in canvas.faces.values()})
    images = generic.DictionaryObject(
        {pdf_name(f"/{name}"): writer.add_object(_jpeg(data)) for name, data in canvas.images.items()}
    )
    return _dictionary(Font=fonts, XObject=images)


def _font(writer: Writer, used: UsedFace) -> generic.IndirectObject:
    face = used.typeface
    tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(bytes(str(sorted(used.widths)), "ascii")).digest()[:6])
    name = f"/{tag}+{face.name}"
    scale = 1000 / face.upem
    file = _stream(subset(face.face, tuple(sorted(used.widths))))
    file[pdf_name("/Length1")] = generic.NumberObject(len(file.data))
    extents = face.font.get_font_extents("ltr")
    descriptor = _dictionary(
        Type="/FontDescriptor",
        FontName=name,
        Flags=4,
        FontBBox=[-1000, round(extents.descender * scale), 3000, round(extents.ascender * scale)],
        ItalicAngle=0,
        Ascent=round(extents.ascender * scale),
        Descent=round(extents.descender * scale),
        CapHeight=714,
        StemV=160 if face.name.endswith("Bold") else 90,
        FontFile2=writer.add_object(file),
    )
    widths: list[Any] = []
    for glyph in sorted(used.widths):
        widths += [glyph, [used.widths[glyph]]]
    descendant = _dictionary(
        Type="/Font",
        Subtype="/CIDFontType2",
        BaseFont=name,
        CIDSystemInfo=_dictionary(Registry=pdf_string("Adobe"), Ordering=pdf_string("Identity"), Supplement=0),
        FontDescriptor=writer.pack(descriptor),
        CIDToGIDMap="/Identity",
        DW=0,
        W=widths,
    )
    font = _dictionary(
        Type="/Font",
        Subtype="/Type0",
        BaseFont=name,
        Encoding="/Identity-H",
        DescendantFonts=generic.ArrayObject([writer.pack(descendant)]),
        ToUnicode=writer.add_object(_stream(_to_unicode(used.texts))),
    )
    return writer.pack(font)


def subset(face: hb.Face, glyphs: tuple[int, ...]) -> bytes:
    """The typeface with these glyphs alone under their own numbers, without hints and layout tables."""
    wanted = hb.SubsetInput()
    wanted.sets(hb.SubsetInputSets.GLYPH_INDEX).update((0, *glyphs))
    wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in _NOT_NEEDED)
    wanted.flags = (
        hb.SubsetFlags.RETAIN_GIDS
        | hb.SubsetFlags.NO_HINTING
        | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        | hb.SubsetFlags.NOTDEF_OUTLINE
    )
    blob = wanted.subset(face).blob.data
    return bytes(blob)


def _to_unicode(texts: dict[int, str]) -> bytes:
    lines = [f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, text in sorted(texts.items())]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")


def _jpeg(data: bytes) -> generic.StreamObject:
    from certificates.pdf.photo import dimensions

    width, height = dimensions(data)
    return generic.StreamObject(
        _dictionary(
            Type="/XObject",
            Subtype="/Image",
            Width=width,
            Height=height,
            ColorSpace="/DeviceRGB",
            BitsPerComponent=8,
            Filter="/DCTDecode",
        ),
        encoded_data=data,
    )


def _structure(writer: Writer, canvas: Canvas, page: generic.IndirectObject) -> generic.IndirectObject:
    root = _dictionary(Type="/StructTreeRoot")
    root_ref = writer.pack(root)
    owners: dict[int, generic.IndirectObject] = {}

    def add(element: Element, parent: generic.IndirectObject) -> generic.IndirectObject:
        entry = _dictionary(Type="/StructElem", S=f"/{element.type}", P=parent, Pg=page)
        reference = writer.pack(entry)
        if element.lang:
            entry["/Lang"] = pdf_string(element.lang)
        if element.alt:
            entry["/Alt"] = pdf_string(element.alt)
        if element.actual:
            entry["/ActualText"] = pdf_string(element.actual)
        if element.header:
            entry["/A"] = _dictionary(O="/Table", Scope=f"/{element.header}")
        kids: list[Any] = []
        for kid in element.kids:
            if isinstance(kid, int):
                owners[kid] = reference
                kids.append(generic.NumberObject(kid))
            else:
                kids.append(add(kid, reference))
        entry["/K"] = generic.ArrayObject(kids)
        return reference

    root["/K"] = add(canvas.root, root_ref)
    marks = generic.ArrayObject([owners[index] for index in range(len(canvas.marks))])
    tree = _dictionary(Nums=generic.ArrayObject([generic.NumberObject(0), writer.pack(marks)]))
    root["/ParentTree"] = writer.pack(tree)
    root["/ParentTreeNextKey"] = generic.NumberObject(1)
    return root_ref


def _metadata(about: Description) -> generic.StreamObject:
    """XMP; not compressed, as PDF/A asks."""
    moment = about.created.isoformat(timespec="seconds")
    fields = (
        f"<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{escape(about.title)}</rdf:li></rdf:Alt></dc:title>"
        f"<dc:creator><rdf:Seq><rdf:li>{escape(about.author)}</rdf:li></rdf:Seq></dc:creator>"
        f"<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>{escape(about.subject)}</rdf:li></rdf:Alt>"
        "</dc:description>"
        f"<dc:language><rdf:Bag><rdf:li>{about.language}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>"
        "<xmp:CreatorTool>Sahayak</xmp:CreatorTool><pdf:Producer>Sahayak</pdf:Producer>"
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"
    )
    spaces = (
        "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' "
        "xmlns:pdf='http://ns.adobe.com/pdf/1.3/' xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'"
    )
    text = (
        "<?xpacket begin='\ufeff' id='W5M0MpCehiHzreSzNTczkc9d'?>\n<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        f"<rdf:Description rdf:about='' {spaces}>{fields}</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end='r'?>"
    )
    return generic.StreamObject(_dictionary(Type="/Metadata", Subtype="/XML"), encoded_data=text.encode("utf-8"))


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    return (Path(__file__).parent / "srgb.icc").read_bytes()


def _output_intent(writer: Writer) -> generic.DictionaryObject:
    profile = _stream(_srgb())
    profile[pdf_name("/N")] = generic.NumberObject(3)
    return _dictionary(
        Type="/OutputIntent",
        S="/GTS_PDFA1",
        OutputConditionIdentifier=pdf_string("sRGB IEC61966-2.1"),
        Info=pdf_string("sRGB IEC61966-2.1"),
        DestOutputProfile=writer.add_object(profile),
    )


def _attach(writer: Writer, credential: bytes, moment: datetime) -> None:
    file = generic.StreamObject(
        _dictionary(
            Type="/EmbeddedFile",
            Subtype="/application/cose",
            Params=_dictionary(Size=len(credential), ModDate=generic.pdf_date(moment)),
        ),
        encoded_data=credential,
    )
    embedded = writer.add_object(file)
    specification = writer.add_object(
        _dictionary(
            Type="/Filespec",
            F=pdf_string(ATTACHMENT),
            UF=pdf_string(ATTACHMENT),
            Desc=pdf_string("Signed credential of this certificate"),
            AFRelationship="/Data",
            EF=_dictionary(F=embedded, UF=embedded),
        )
    )
    writer.root["/AF"] = generic.ArrayObject([specification])
    names = _dictionary(Names=generic.ArrayObject([pdf_string(ATTACHMENT), specification]))
    writer.root["/Names"] = _dictionary(EmbeddedFiles=names)


def _info(about: Description) -> generic.DictionaryObject:
    return _dictionary(
        Title=pdf_string(about.title),
        Author=pdf_string(about.author),
        Subject=pdf_string(about.subject),
        Creator=pdf_string("Sahayak"),
        Producer=pdf_string("Sahayak"),
        CreationDate=generic.pdf_date(about.created),
        ModDate=generic.pdf_date(about.created),
    )


def _stream(data: bytes) -> generic.StreamObject:
    stream = generic.StreamObject(
        generic.DictionaryObject({pdf_name("/Filter"): pdf_name("/FlateDecode")}), encoded_data=zlib.compress(data, 9)
    )
    stream._data = data
    return stream


def _dictionary(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): _object(value) for key, value in entries.items()})


def _object(value: Any) -> Any:
    if isinstance(value, bool):
        return generic.BooleanObject(value)
    if isinstance(value, int):
        return generic.NumberObject(value)
    if isinstance(value, float):
        return generic.FloatObject(f"{value:.3f}")
    if isinstance(value, str) and not isinstance(value, (generic.NameObject, generic.TextStringObject)):
        return pdf_name(value)
    if isinstance(value, (list, tuple)) and not isinstance(value, generic.ArrayObject):
        return generic.ArrayObject([_object(item) for item in value])
    return value
