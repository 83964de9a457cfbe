"""What a page shows besides its text: ruling lines, pictures, and signs of text that pdfium leaves out."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_THIN = 3.0  # points: rules of government tables are .5 to 1.5 wide, the thinnest row of text is 6 high
_MAX_DEPTH = 8  # of forms within forms: layers and stamps reach 3
_MAX_SEGMENTS = 20_000  # of the paths of a page; a drawing with more has no tables that can be told from it
_NO_EXTENT = 0.01  # points


class Shapes:
    """What the objects of a page tell besides their text.

    Attributes:
        rules: Thin straight lines as left, bottom, right, top in the coordinates of the file.
        pictures: How many pictures are drawn.
        segments: How many lines and curves are drawn.
        unmeasured: pdfium leaves out text, or perhaps only a space, because it has no shape for it.
    """

    def __init__(self) -> None:
        self.rules: list[tuple[float, float, float, float]] = []
        self.pictures = 0
        self.segments = 0
        self.unmeasured = False

    def add_page(self, page: PdfPage) -> None:
        """Count and measure what is drawn on a page."""
        raw = page.raw
        for index in range(pdfium.FPDFPage_CountObjects(raw)):
            self._add(pdfium.FPDFPage_GetObject(raw, index), _IDENTITY, 0)
        if self.segments > _MAX_SEGMENTS:
            self.rules = []

    def _add(self, shape: pdfium.FPDF_PAGEOBJECT, outer: _Matrix, depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(shape)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            self.unmeasured = self.unmeasured or _is_unmeasured(shape)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and self.segments <= _MAX_SEGMENTS:
            self._add_path(shape, _multiplied(_matrix_of(shape), outer))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self.pictures += 1
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            matrix = _multiplied(_matrix_of(shape), outer)
            for index in range(pdfium.FPDFFormObj_CountObjects(shape)):
                self._add(pdfium.FPDFFormObj_GetObject(shape, index), matrix, depth + 1)

    def _add_path(self, path: pdfium.FPDF_PAGEOBJECT, matrix: _Matrix) -> None:
        self.segments += pdfium.FPDFPath_CountSegments(path)
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        if not (fill.value or stroke.value) or self.segments > _MAX_SEGMENTS:
            return
        for points in _outlines(path, matrix):
            xs, ys = [x for x, _ in points], [y for _, y in points]
            box = min(xs), min(ys), max(xs), max(ys)
            if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
                self.rules.append(box)
            elif stroke.value:
                sides = zip(points, points[1:], strict=False)
                self.rules += [
                    (min(x, u), min(y, v), max(x, u), max(y, v))
                    for (x, y), (u, v) in sides
                    if min(abs(x - u), abs(y - v)) <= _THIN / 2
                ]


def _is_unmeasured(text: pdfium.FPDF_PAGEOBJECT) -> bool:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(text, left, bottom, right, top)
    if min(right.value - left.value, top.value - bottom.value) > _NO_EXTENT:
        return False
    return not pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(text))


def _matrix_of(shape: pdfium.FPDF_PAGEOBJECT) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(shape, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _multiplied(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    k, m, n, o, p, q = outer
    return a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o, e * k + f * n + p, e * m + f * o + q


def _outlines(path: pdfium.FPDF_PAGEOBJECT, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
    """Yield the corners of each outline of a path; one with curves is left out."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    straight = True
    for index in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if straight and len(points) > 1:
                yield points
            points, straight = [], True
        straight = straight and kind != pdfium.FPDF_SEGMENT_BEZIERTO
        points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if straight and len(points) > 1:
        yield points
