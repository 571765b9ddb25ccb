"""From text to tree: what is a filter, what is not, and where it stops being one."""

import pytest

from eyrie.vql.invalid import InvalidFilter, Problem
from eyrie.vql.parse import parse
from eyrie.vql.print import printed
from eyrie.vql.tree import And, Field, Kind, Literal, Not, Operator, Or, Predicate, Span, TagPairs


def is_(name, value="x"):
    return Predicate(Field("f", name), Operator.EQUAL, (Literal(Kind.TEXT, value),))


A, B, C = is_("a"), is_("b"), is_("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("f.a='x'", A),
        ("\r\n\tf . a\n= 'x' ", A),
        ("((f.a = 'x'))", A),
        ("f.a = 'x' AND f.b = 'x' OR f.c = 'x'", Or((And((A, B)), C))),
        ("f.a = 'x' or f.b = 'x' And f.c = 'x'", Or((A, And((B, C))))),
        ("(f.a = 'x' OR f.b = 'x') AND f.c = 'x'", And((Or((A, B)), C))),
        ("f.a = 'x' AND (f.b = 'x' AND f.c = 'x')", And((A, And((B, C))))),
        ("NOT f.a = 'x' AND NOT (f.b = 'x' OR f.c = 'x')", And((Not(A), Not(Or((B, C)))))),
        ("not not f.a = 'x'", Not(Not(A))),
        (r"f.a = 'it''s \'", is_("a", "it's \\")),
        ("f.a <> -1.50", Predicate(Field("f", "a"), Operator.UNEQUAL, (Literal(Kind.NUMBER, "-1.50"),))),
        ("f.a = TRUE", Predicate(Field("f", "a"), Operator.EQUAL, (Literal(Kind.BOOLEAN, "true"),))),
        ("f.a is not null", Predicate(Field("f", "a"), Operator.IS_NOT_NULL)),
        ("f.a ->> 'k.e-y' !~* 'x'",
         Predicate(Field("f", "a", "k.e-y"), Operator.RESEMBLES_NOT, (Literal(Kind.TEXT, "x"),))),
        ("f.a NOT IN ('x', 007, null)",
         Predicate(Field("f", "a"), Operator.NOT_IN,
                   (Literal(Kind.TEXT, "x"), Literal(Kind.NUMBER, "007"), Literal(Kind.NULL, "")))),
        ("(Tags.name, tags.Value) not in (('k', 'v'))", TagPairs((("k", "v"),), negated=True)),
        ("(tags.name,tags.value)IN(('k',NULL),('l',''))", TagPairs((("k", None), ("l", "")))),
    ],
)  # fmt: skip
def test_texts_and_their_trees(text, tree):
    assert parse(text) == tree
    assert parse(printed(tree)) == tree


@pytest.mark.parametrize("blank", ["", " ", "\n\t "])
def test_a_blank_filter_has_no_tree(blank):
    assert parse(blank) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("f.a", "position 4: expected an operator such as =, !=, IN or LIKE, but the filter ends"),
        ("f.a = ", "position 7: expected a value in single quotes, a number, TRUE, FALSE or NULL, but the"),
        ("f.a = x", "position 7: expected a value in single quotes, a number, TRUE, FALSE or NULL, but"),
        ("f.a = 'x", "position 7: this text has no end; close it with a single quote"),
        ("f.a = 'x''", "position 7: this text has no end"),
        ('f.a = "x"', "position 7: write texts in single quotes, not in double quotes"),
        ("f.a = ‘x’", "position 7: write texts in single quotes ('), not with ‘"),  # noqa: RUF001
        ("f.a = `x`", "position 7: write texts in single quotes ('), not with `"),
        ("f.a IN ()", "position 9: expected a value"),
        ("f.a IN ('x'", "position 12: expected a comma or a closing parenthesis"),
        ("f.a IN 'x'", "position 8: expected a list of values in parentheses"),
        ("f.a LIKE 5", "position 10: expected a text in single quotes, but found 5"),
        ("f.a NOT = 'x'", "position 9: expected IN or LIKE, but found ="),
        ("f.a IS 'x'", "position 8: expected NULL or NOT NULL"),
        ("f.a = 'x';", "position 10: unexpected ;"),
        ("f.a = 'x' -- why", "position 11: unexpected -"),
        ("f.a = 'x' f.b = 'x'", "position 11: expected AND, OR or the end of the filter, but found f"),
        ("(f.a = 'x'", "position 11: expected AND, OR or a closing parenthesis, but the filter ends"),
        ("f.a = 'x')", "position 10: expected AND, OR or the end of the filter, but found )"),
        ("f = 'x'", "position 3: expected a dot and a field after f, but found ="),
        ("and f.a = 'x'", "position 1: expected a field such as costs.provider, but found and"),
        ("(f.a, f.b) IN (('x', 'y'))", "position 2: expected tags.name in (tags.name, tags.value)"),
        ("(tags.name, tags.value) = ('x', 'y')", "position 25: expected IN or NOT IN"),
        ("(tags.name, tags.value) IN ((NULL, 'y'))", "position 30: expected a text in single quotes"),
        ("f.a = '\x00'", "position 8: a text cannot hold this character"),
        ("f.a = '\ud800'", "position 8: a text cannot hold this character"),
        ("f.a =\u00a0'x'", "position 6: unexpected"),
        ("f.a = 12x", "position 7: unexpected 1"),
    ],
)  # fmt: skip
def test_the_first_mistake_is_told_with_its_position(text, problem):
    with pytest.raises(InvalidFilter) as refused:
        parse(text)
    (told,) = refused.value.problems
    assert told.startswith(f"Invalid VQL at {problem}")


def test_nodes_know_their_place():
    tree = parse("f.a = 'x' AND f.b->>'k' IN (1, 2)")
    assert [part.span for part in tree.parts] == [Span(0, 9), Span(14, 33)]
    assert tree.parts[1].field.span == Span(14, 23)
    assert [literal.span for literal in tree.parts[1].literals] == [Span(28, 29), Span(31, 32)]


def test_hundred_levels_are_enough():
    assert parse("(" * 100 + "f.a = 'x'" + ")" * 100) == A
    for text in ("(" * 101 + "f.a = 'x'" + ")" * 101, "NOT (" * 51 + "f.a = 'x'" + ")" * 51):
        with pytest.raises(InvalidFilter, match="nested deeper than 100 levels"):
            parse(text)


def test_a_long_chain_is_not_deep():
    assert len(parse(" OR ".join(["f.a='x'"] * 5000)).parts) == 5000


def test_too_long_a_text_is_refused_unread():
    with pytest.raises(InvalidFilter, match="position 65537: a filter has at most 65536 characters"):
        parse(" " * 65_537)
    assert parse(" " * 65_536) is None


def test_spans_are_underlined_on_their_lines():
    text = "costs.provider = 'aws'\nAND costs.regoin = 'eu' OR costs.regoin = 'us'"
    refused = InvalidFilter(text, [Problem("Unknown field.", (Span(27, 39), Span(50, 62)))])
    assert refused.underlined().splitlines() == [
        "Unknown field.",
        "  AND costs.regoin = 'eu' OR costs.regoin = 'us'",
        "      ^^^^^^^^^^^^           ^^^^^^^^^^^^",
    ]


def test_of_a_long_line_a_window_is_shown():
    text = "f.a = 'x' OR " * 50 + "f.b"
    with pytest.raises(InvalidFilter) as refused:
        parse(text)
    _, line, marks = refused.value.underlined().splitlines()
    assert line.endswith("OR f.b")
    assert len(line) < 110
    assert marks.index("^") == len(line)
