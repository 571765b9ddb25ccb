"""Reads a filter into its tree, by the grammar.

    filter      = [ or_expr ]
    or_expr     = and_expr , { "OR" , and_expr }
    and_expr    = unary , { "AND" , unary }
    unary       = "NOT" , unary | primary
    primary     = "(" , or_expr , ")" | predicate | tag_tuple
    predicate   = operand , ( compare | in_list | like | flex | is_null )
    compare     = ( "=" | "!=" | "<>" | "<" | "<=" | ">" | ">=" ) , literal
    in_list     = [ "NOT" ] , "IN" , "(" , literal , { "," , literal } , ")"
    like        = [ "NOT" ] , "LIKE" , string
    flex        = ( "~*" | "!~*" ) , string
    is_null     = "IS" , [ "NOT" ] , "NULL"
    tag_tuple   = "(" , "tags.name" , "," , "tags.value" , ")" , [ "NOT" ] , "IN" ,
                  "(" , pair , { "," , pair } , ")"
    pair        = "(" , string , "," , ( string | "NULL" ) , ")"
    operand     = identifier , "." , identifier , [ "->>" , string ]
    literal     = string | number | "TRUE" | "FALSE" | "NULL"

Chains of any length are loops; parentheses and NOT take three frames of the stack a level, and 100 levels are
the limit, so no text can exhaust it. After `(`, a field with a comma behind it starts a tag tuple.
"""

from typing import NoReturn

from eyrie.vql.invalid import InvalidFilter, Problem
from eyrie.vql.tokens import Sort, Token, tokens
from eyrie.vql.tree import (
    TAG_NAME,
    TAG_VALUE,
    And,
    Field,
    Kind,
    Literal,
    Node,
    Not,
    Operator,
    Or,
    Predicate,
    Span,
    TagPairs,
)

LONGEST = 65_536  # characters
DEEPEST = 100  # levels of parentheses and NOT
_COMPARISONS = {op.value: op for op in Operator if not op.value[0].isalpha()} | {"<>": Operator.UNEQUAL}
_KEYWORDS = frozenset(("AND", "OR", "NOT", "IN", "LIKE", "IS", "NULL", "TRUE", "FALSE"))
_SHOWN = 40  # characters of a misplaced token that are repeated in the message


def parse(text: str) -> Node | None:
    """Read a filter; a blank one has no tree.

    >>> parse("costs.region IS NULL")  # doctest: +NORMALIZE_WHITESPACE
    Predicate(field=Field(namespace='costs', name='region', key=None),
        operator=<Operator.IS_NULL: 'IS NULL'>, literals=())
    """
    if len(text) > LONGEST:
        message = f"Invalid VQL at position {LONGEST + 1}: a filter has at most {LONGEST} characters"
        raise InvalidFilter(text, [Problem(message, (Span(LONGEST, LONGEST + 1),))])
    return _Parser(text).filter()


class _Parser:
    """Walks the tokens once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._position = 0

    def filter(self) -> Node | None:
        if self._at_end():
            return None
        tree = self._expression(0)
        if not self._at_end():
            self._fail("AND, OR or the end of the filter")
        return tree

    def _expression(self, depth: int) -> Node:
        alternatives: list[Node] = []
        while True:
            parts = [self._unary(depth)]
            while self._took_word("AND"):
                parts.append(self._unary(depth))
            alternatives.append(And(tuple(parts)) if len(parts) > 1 else parts[0])
            if not self._took_word("OR"):
                return Or(tuple(alternatives)) if len(alternatives) > 1 else alternatives[0]

    def _unary(self, depth: int) -> Node:
        negations = 0
        while self._took_word("NOT"):
            negations += 1
            self._limit(depth + negations)
        node = self._primary(depth + negations)
        for _ in range(negations):
            node = Not(node)
        return node

    def _primary(self, depth: int) -> Node:
        if self._starts_tag_tuple():
            return self._tag_tuple()
        if self._took("("):
            self._limit(depth + 1)
            inner = self._expression(depth + 1)
            self._expect(")", "AND, OR or a closing parenthesis")
            return inner
        return self._predicate()

    def _predicate(self) -> Predicate:
        field = self._operand()
        operator, literals = self._test()
        return Predicate(field, operator, literals, self._since(field.span))

    def _test(self) -> tuple[Operator, tuple[Literal, ...]]:
        sign = self._next
        if sign.sort is Sort.SIGN and sign.text in _COMPARISONS:
            self._position += 1
            operator = _COMPARISONS[sign.text]
            flexible = operator in (Operator.RESEMBLES, Operator.RESEMBLES_NOT)
            return operator, (self._string() if flexible else self._literal(),)
        if self._took_word("IS"):
            negated = self._took_word("NOT")
            if not self._took_word("NULL"):
                self._fail("NULL" if negated else "NULL or NOT NULL")
            return Operator.IS_NOT_NULL if negated else Operator.IS_NULL, ()
        negated = self._took_word("NOT")
        if self._took_word("IN"):
            return Operator.NOT_IN if negated else Operator.IN, self._list()
        if self._took_word("LIKE"):
            return Operator.NOT_LIKE if negated else Operator.LIKE, (self._string(),)
        return self._fail("IN or LIKE" if negated else "an operator such as =, !=, IN or LIKE")

    def _operand(self) -> Field:
        first = self._identifier("a field such as costs.provider")
        self._expect(".", f"a dot and a field after {first.text}")
        second = self._identifier(f"a field after {first.text}.", any_word=True)
        key = self._string().text if self._took("->>") else None
        return Field(first.text, second.text, key, self._since(first.span))

    def _identifier(self, wanted: str, *, any_word: bool = False) -> Token:
        token = self._next
        if token.sort is not Sort.WORD or (token.text.upper() in _KEYWORDS and not any_word):
            self._fail(wanted)
        self._position += 1
        return token

    def _list(self) -> tuple[Literal, ...]:
        self._expect("(", "a list of values in parentheses")
        literals = [self._literal()]
        while self._took(","):
            literals.append(self._literal())
        self._expect(")", "a comma or a closing parenthesis")
        return tuple(literals)

    def _literal(self) -> Literal:
        token, word = self._next, self._next.text.upper()
        if token.sort is Sort.NUMBER:
            self._position += 1
            return Literal(Kind.NUMBER, token.text, token.span)
        if token.sort is Sort.WORD and word in ("TRUE", "FALSE", "NULL"):
            self._position += 1
            if word == "NULL":
                return Literal(Kind.NULL, "", token.span)
            return Literal(Kind.BOOLEAN, word.lower(), token.span)
        return self._string("a value in single quotes, a number, TRUE, FALSE or NULL")

    def _string(self, wanted: str = "a text in single quotes") -> Literal:
        token = self._next
        if token.sort is not Sort.TEXT:
            self._fail(wanted)
        self._position += 1
        return Literal(Kind.TEXT, token.text, token.span)

    def _starts_tag_tuple(self) -> bool:
        ahead = self._tokens[self._position : self._position + 5]
        shape = (Sort.SIGN, Sort.WORD, Sort.SIGN, Sort.WORD, Sort.SIGN)
        if tuple(token.sort for token in ahead) != shape:
            return False
        return [ahead[0].text, ahead[2].text, ahead[4].text] == ["(", ".", ","]

    def _tag_tuple(self) -> TagPairs:
        start = self._next.span
        self._expect("(", "an opening parenthesis")
        for path, closing in ((TAG_NAME, ","), (TAG_VALUE, ")")):
            field_start = self._position
            if self._operand().path != path:
                self._position = field_start
                self._fail(f"{path} in (tags.name, tags.value)")
            self._expect(closing, f"{closing} after {path}")
        negated = self._took_word("NOT")
        if not self._took_word("IN"):
            self._fail("IN" if negated else "IN or NOT IN")
        self._expect("(", "a list of pairs such as (('team', 'core'))")
        pairs = [self._pair()]
        while self._took(","):
            pairs.append(self._pair())
        self._expect(")", "a comma or a closing parenthesis")
        return TagPairs(tuple(pairs), negated, self._since(start))

    def _pair(self) -> tuple[str, str | None]:
        self._expect("(", "a pair such as ('team', 'core')")
        key = self._string().text
        self._expect(",", "a comma and a value")
        value = None if self._took_word("NULL") else self._string("a text in single quotes or NULL").text
        self._expect(")", "a closing parenthesis after the pair")
        return key, value

    @property
    def _next(self) -> Token:
        return self._tokens[self._position]

    def _at_end(self) -> bool:
        return self._next.sort is Sort.END

    def _took(self, sign: str) -> bool:
        return self._took_if(self._next.sort is Sort.SIGN and self._next.text == sign)

    def _took_word(self, keyword: str) -> bool:
        return self._took_if(self._next.sort is Sort.WORD and self._next.text.upper() == keyword)

    def _took_if(self, there: bool) -> bool:
        self._position += there
        return there

    def _expect(self, sign: str, wanted: str) -> None:
        if not self._took(sign):
            self._fail(wanted)

    def _since(self, start: Span) -> Span:
        return Span(start.start, self._tokens[self._position - 1].span.end)

    def _limit(self, depth: int) -> None:
        if depth > DEEPEST:
            self._position -= 1
            self._refuse(f"nested deeper than {DEEPEST} levels")

    def _fail(self, wanted: str) -> NoReturn:
        token = self._next
        if token.sort is Sort.BAD:
            self._refuse(token.text)
        source = self._text[token.span.start : token.span.end]
        shown = source if len(source) <= _SHOWN else source[:_SHOWN] + "…"
        found = "the filter ends" if token.sort is Sort.END else f"found {shown}"
        self._refuse(f"expected {wanted}, but {found}")

    def _refuse(self, reason: str) -> NoReturn:
        span = self._next.span
        raise InvalidFilter(
            self._text, [Problem(f"Invalid VQL at position {span.start + 1}: {reason}", (span,))]
        )
