"""Inline markup: the plain text, the marks, and numbers that stay what they are."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import Mark
from litwatch.domain.text import clean_text
from litwatch.pubmed.parse_text import cut, plain, rich
from litwatch.pubmed.parse_title import display_title


def read(inner: str) -> tuple[str, tuple[Mark, ...]]:
    return rich(ElementTree.fromstring(f'<t xmlns:mml="http://www.w3.org/1998/Math/MathML">{inner}</t>'))


@pytest.mark.parametrize(
    ("inner", "text", "marks"),
    [
        ("", "", ()),
        ("  a\n  b ", "a b", ()),
        ("p\u2009&lt;\u20090.05,\u00a0n", "p < 0.05, n", ()),
        ("<i>E. coli</i> grows", "E. coli grows", (Mark(0, 7, "i"),)),
        ("in <b> bold </b> type", "in bold type", (Mark(3, 7, "b"),)),
        ("<b><i>both</i></b>", "both", (Mark(0, 4, "b"), Mark(0, 4, "i"))),
        ("<u>a</u><i/> b", "a b", (Mark(0, 1, "u"),)),
        ("x <new>unknown <i>markup</i></new> y", "x unknown markup y", (Mark(10, 16, "i"),)),
        ("10<sup>9</sup>/L", "10⁹/L", ()),
        ("kg/m<sup>2</sup>", "kg/m²", ()),
        ("ml·kg<sup>-1</sup>·min<sup>\u22121</sup>", "ml·kg⁻¹·min⁻¹", ()),
        ("Ca<sup>2+</sup> CD4<sup>+</sup> x<sup>n</sup>", "Ca²⁺ CD4⁺ xⁿ", ()),
        ("<sup>18</sup>F", "¹⁸F", ()),
        ("<sup><i>2</i></sup>", "²", (Mark(0, 1, "i"),)),
        ("the 4<sup>th</sup> week", "the 4th week", (Mark(5, 7, "sup"),)),
        ("10<sup>3.5</sup> times", "10^3.5 times", (Mark(3, 6, "sup"),)),
        ("in 20<sup>1,2</sup> trials", "in 20^1,2 trials", (Mark(6, 9, "sup"),)),
        ("pain<sup>1,2</sup>", "pain1,2", (Mark(4, 7, "sup"),)),
        ("VO<sub>2</sub>max", "VO2max", (Mark(2, 3, "sub"),)),
        ("log<sub>10</sub>2", "log10 2", (Mark(3, 5, "sub"),)),
        ("10<sub>2</sub>", "10_2", (Mark(3, 4, "sub"),)),
        ("5 <sub><i>a</i></sub>", "5 a", (Mark(2, 3, "sub"), Mark(2, 3, "i"))),
        # Escaped markup is markup if it is of the known kinds and balanced, and is decoded only once.
        ("&lt;i&gt;Rheuma&lt;/i&gt; in m&lt;sup&gt;2&lt;/sup&gt;", "Rheuma in m²", (Mark(0, 6, "i"),)),
        ("&lt;B&gt;a&lt;/b&gt;", "a", (Mark(0, 1, "b"),)),
        ("&lt;em&gt;a&lt;/em&gt; &lt;i&gt;b", "a <i>b", (Mark(0, 1, "i"),)),
        ("a &lt;script&gt;x&lt;/script&gt;", "a <script>x</script>", ()),
        ("&lt;i onclick=x&gt;a&lt;/i&gt;", "<i onclick=x>a</i>", ()),
        ("&lt;i&gt;a&lt;b&gt;c&lt;/i&gt;&lt;/b&gt;", "<i>ac</i>", (Mark(4, 9, "b"),)),
        ("&amp;lt;i&amp;gt;a&amp;lt;/i&amp;gt;", "&lt;i&gt;a&lt;/i&gt;", ()),
        ("&amp;nbsp;", "&nbsp;", ()),
        ("a < b".replace("<", "&lt;"), "a < b", ()),
    ],
)
def test_text_and_marks(inner: str, text: str, marks: tuple[Mark, ...]) -> None:
    assert read(inner) == (text, marks)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<m:mn>5</m:mn>", "5"),
        ("<m:mfrac><m:mn>1</m:mn><m:mn>2</m:mn></m:mfrac>", "1/2"),
        ("<m:mfrac><m:mrow><m:mi>a</m:mi><m:mo>+</m:mo><m:mn>1</m:mn></m:mrow><m:mn>0.5</m:mn></m:mfrac>", "(a+1)/0.5"),
        ("<m:mrow><m:mn>5</m:mn><m:mn>6</m:mn></m:mrow>", "5 6"),
        ("<m:mn>5</m:mn><m:mo>\u2062</m:mo><m:mn>6</m:mn>", "5 6"),
        ("<m:mn>3</m:mn><m:mfrac><m:mn>1</m:mn><m:mn>2</m:mn></m:mfrac>", "3 1/2"),
        ("<m:msup><m:mn>10</m:mn><m:mn>9</m:mn></m:msup>", "10⁹"),
        ("<m:msup><m:mn>10</m:mn><m:mrow><m:mo>\u2212</m:mo><m:mn>3</m:mn></m:mrow></m:msup>", "10⁻³"),
        ("<m:msup><m:mn>10</m:mn><m:mn>3.5</m:mn></m:msup>", "10^3.5"),
        ("<m:msup><m:mi>x</m:mi><m:mrow><m:mi>a</m:mi><m:mo>+</m:mo><m:mi>b</m:mi></m:mrow></m:msup>", "x^(a+b)"),
        ("<m:msub><m:mi>VO</m:mi><m:mn>2</m:mn></m:msub>", "VO2"),
        ("<m:msub><m:mn>10</m:mn><m:mn>2</m:mn></m:msub>", "10_2"),
        ("<m:msubsup><m:mi>x</m:mi><m:mi>i</m:mi><m:mn>2</m:mn></m:msubsup>", "xi²"),
        ("<m:msqrt><m:mn>2</m:mn></m:msqrt>", "√(2)"),
        ("<m:mroot><m:mn>8</m:mn><m:mn>3</m:mn></m:mroot>", "³√(8)"),
        ("<m:mover><m:mi>V</m:mi><m:mo>˙</m:mo></m:mover>", "V\u0307"),
        ("<m:mover><m:mrow><m:mi>AB</m:mi></m:mrow><m:mo>→</m:mo></m:mover>", "AB"),
        ("<m:mover><m:mo>=</m:mo><m:mi>def</m:mi></m:mover>", "=^def"),
        ("<m:munder><m:mi>lim</m:mi><m:mi>n</m:mi></m:munder>", "lim_n"),
        ("<m:munderover><m:mo>∑</m:mo><m:mn>1</m:mn><m:mi>n</m:mi></m:munderover>", "∑_1^n"),
        ("<m:mfenced><m:mi>a</m:mi><m:mi>b</m:mi></m:mfenced>", "(a, b)"),
        ('<m:mfenced open="[" close="]" separators=";"><m:mn>1</m:mn><m:mn>2</m:mn></m:mfenced>', "[1; 2]"),
        (
            "<m:mtable><m:mtr><m:mtd><m:mn>1</m:mn></m:mtd><m:mtd><m:mn>2</m:mn></m:mtd></m:mtr><m:mtr/></m:mtable>",
            "1, 2;",
        ),
        (
            "<m:mmultiscripts><m:mi>Xe</m:mi><m:mprescripts/><m:none/><m:mn>129</m:mn></m:mmultiscripts>",
            "¹²⁹Xe",
        ),
        (
            "<m:mmultiscripts><m:mi>Ca</m:mi><m:none/><m:mrow><m:mn>2</m:mn><m:mo>+</m:mo></m:mrow></m:mmultiscripts>",
            "Ca²⁺",
        ),
        (
            '<m:semantics><m:mi>x</m:mi><m:annotation encoding="TeX">\\frac{x}</m:annotation></m:semantics>',
            "x",
        ),
        ("<m:mi>a</m:mi><m:mspace/><m:mi>b</m:mi>", "a b"),
        ("<m:mi>p</m:mi><m:mtext> or </m:mtext><m:mi>q</m:mi>", "p or q"),
        ("<m:mphantom><m:mn>9</m:mn></m:mphantom>", ""),
        ("<m:newthing><m:mn>1</m:mn><m:mn>2</m:mn></m:newthing>", "1 2"),
        ("<m:mfrac><m:mn>1</m:mn></m:mfrac>", "1/"),
    ],
)
def test_formulas(formula: str, text: str) -> None:
    xml = f"<mml:math>{formula.replace('m:', 'mml:')}</mml:math>"
    assert read(f"a {xml} b")[0] == " ".join(f"a {text} b".split())


def test_a_formula_without_namespace_and_a_displayed_one() -> None:
    assert read("at<DispFormula><math><mn>5</mn></math></DispFormula>km")[0] == "at 5 km"


_PIECES = st.text(alphabet=st.sampled_from("ab1 \n\t\u2009\u200b\u00ad<>&9."), max_size=8)


@st.composite
def _markup(draw: st.DrawFn, depth: int = 3) -> tuple[str, str]:
    """(XML, its inner text) of random mixed content with marks that leave the text as it is."""
    xml = text = ""
    for _ in range(draw(st.integers(0, 3))):
        piece = draw(_PIECES).replace("</", "< /")
        xml, text = xml + escape(piece), text + piece
        if depth:
            inner, inside = draw(_markup(depth=depth - 1))
            tag = draw(st.sampled_from(["i", "b", "u", "x"]))
            xml, text = f"{xml}<{tag}>{inner}</{tag}>", text + inside
    return xml, text


@settings(deadline=None, max_examples=150)
@given(_markup())
def test_marks_never_change_the_text_and_always_lie_in_it(sample: tuple[str, str]) -> None:
    xml, inner = sample
    text, marks = read(xml)
    assert text == clean_text(inner)
    assert text == plain(ElementTree.fromstring(f"<t>{xml}</t>"))
    for mark in marks:
        assert 0 <= mark.start < mark.end <= len(text)
        assert text[mark.start : mark.end] == text[mark.start : mark.end].strip()


def test_cut_keeps_what_lies_inside() -> None:
    marks = (Mark(0, 3, "i"), Mark(2, 6, "b"), Mark(6, 8, "u"))
    assert cut(marks, 3, 6) == (Mark(0, 3, "b"),)


@pytest.mark.parametrize(
    ("title", "vernacular", "shown", "original"),
    [
        ("A walk a day.", None, "A walk a day.", None),
        ("[A walk a day].", "Ein Gang am Tag.", "A walk a day.", "Ein Gang am Tag."),
        ("[A walk a day.]", None, "A walk a day.", None),
        ("[A walk a day?].", None, "A walk a day?", None),
        ("[ A walk ]", None, "A walk", None),
        ("[18F]FDG and [11C]", None, "[18F]FDG and [11C]", None),
        ("[The [18F]FDG scan].", None, "The [18F]FDG scan.", None),
        ("[Not Available].", "Ein Gang am Tag.", "Ein Gang am Tag.", "Ein Gang am Tag."),
        ("[Not Available].", None, "", None),
        ("", "[Ein Gang].", "Ein Gang.", "Ein Gang."),
        ("", None, "", None),
        ("[", None, "[", None),
        ("[].", None, ".", None),
    ],
)
def test_titles(title: str, vernacular: str | None, shown: str, original: str | None) -> None:
    assert display_title(title, (), vernacular) == (shown, (), original)


def test_marks_of_a_title_move_with_its_brackets() -> None:
    assert display_title("[ab c].", (Mark(1, 3, "i"), Mark(0, 6, "b")), None)[1] == (Mark(0, 2, "i"), Mark(0, 5, "b"))
