"""Recursive descent from tokens to a tree.

    chain   = operand { [ "AND" | "OR" | "NOT" ] operand }      strictly from left to right, as PubMed does it
    operand = "(" chain ")" | range | quoted [ tag ] | words [ tag ]
    range   = day [ tag ] ":" day [ tag ]

Without an operator, neighbours mean AND. A row of words before a tag is one phrase of that field; without a tag each
word counts for itself (PubMed would first try to map the row to a subject heading).
"""

from __future__ import annotations

from functools import reduce

from litwatch.errors import QueryError
from litwatch.pubmed.query.leaves import Written, date_range, tagged, untagged
from litwatch.pubmed.query.lexer import Kind, Token, tokens
from litwatch.pubmed.query.tree import Node, Not, all_of, any_of, depth

_MAX_DEPTH = 100
"""Of parentheses, and of the finished tree; keeps every walk within Python's own stack."""


def parse_tree(query: str) -> Node:
    """The tree of `query`. Raises `QueryError` at the first thing that PubMed or litwatch cannot use."""
    parser = _Parser(query)
    if not parser.tokens:
        raise QueryError("the query is empty", query, 0)
    node = parser.chain()
    if (token := parser.peek()) is not None:
        raise QueryError("this parenthesis was never opened", query, token.position)
    if depth(node) > _MAX_DEPTH:
        raise QueryError(f"operators stand more than {_MAX_DEPTH} deep; group the terms", query, 0)
    return node


def _join(operator: str, parts: list[Node]) -> Node:
    if operator == "NOT":
        return reduce(Not, parts)
    return any_of(*parts) if operator == "OR" else all_of(*parts)


class _Parser:
    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = tokens(query)
        self._at = 0
        self._depth = 0

    def peek(self, ahead: int = 0) -> Token | None:
        at = self._at + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def take(self, *kinds: Kind) -> Token | None:
        token = self.peek()
        if token is None or token.kind not in kinds:
            return None
        self._at += 1
        return token

    def error(self, message: str, at: Token) -> QueryError:
        return QueryError(message, self.query, at.position)

    def chain(self) -> Node:
        parts, previous = [self.operand(None)], "AND"
        while (token := self.peek()) is not None and token.kind is not Kind.CLOSE:
            operator = self.take(Kind.OPERATOR)
            name = operator.text if operator else "AND"
            if name != previous:
                parts, previous = [_join(previous, parts)], name
            parts.append(self.operand(operator))
        return _join(previous, parts)

    def operand(self, operator: Token | None) -> Node:
        token = self.peek()
        if token is None or token.kind is Kind.CLOSE:
            if operator is not None:
                raise self.error(f"{operator.text} needs a term after it", operator)
            assert token is not None, "an empty query is refused before"
            raise self.error(
                "nothing between the parentheses" if self._at else "this parenthesis was never opened", token
            )
        if token.kind is Kind.OPEN:
            return self.group()
        if token.kind in (Kind.QUOTED, Kind.WORD):
            return self.range() if self.range_ahead() else self.term()
        raise self.error(self.misplaced(token, operator), token)

    @staticmethod
    def misplaced(token: Token, operator: Token | None) -> str:
        if token.kind is Kind.OPERATOR:
            if operator is None:
                return f"{token.text} needs a term before it"
            hint = "; write NOT alone" if (operator.text, token.text) == ("AND", "NOT") else ""
            return f"two operators in a row{hint}"
        if token.kind is Kind.TAG:
            return "this field tag has no term before it"
        return "a range needs a date before the colon"

    def group(self) -> Node:
        opening = self.take(Kind.OPEN)
        assert opening is not None
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self.error(f"more than {_MAX_DEPTH} levels of parentheses", opening)
        if self.peek() is None:
            raise self.error("this parenthesis is never closed", opening)
        node = self.chain()
        if self.take(Kind.CLOSE) is None:
            raise self.error("this parenthesis is never closed", opening)
        self._depth -= 1
        following = self.peek()
        if following is not None and following.kind is Kind.TAG:
            raise self.error("a field tag cannot follow a parenthesis; tag each term", following)
        return node

    def range_ahead(self) -> bool:
        after = self.peek(1)
        if after is not None and after.kind is Kind.TAG:
            after = self.peek(2)
        return after is not None and after.kind is Kind.COLON

    def range(self) -> Node:
        start, start_tag = self.take(Kind.WORD, Kind.QUOTED), self.take(Kind.TAG)
        colon = self.take(Kind.COLON)
        end, end_tag = self.take(Kind.WORD, Kind.QUOTED), self.take(Kind.TAG)
        assert start is not None
        assert colon is not None
        if end is None:
            raise self.error("a range needs a date after the colon", colon)
        if end_tag is None:
            raise self.error("a range needs a date field after it, as in 2020:2023[dp]", start)
        return date_range(self.query, start, start_tag, end, end_tag)

    def term(self) -> Node:
        if quoted := self.take(Kind.QUOTED):
            written = Written((quoted,), quoted=True)
        else:
            written = Written(tuple(self.words()), quoted=False)
        tag = self.take(Kind.TAG)
        return untagged(self.query, written) if tag is None else tagged(self.query, written, tag)

    def words(self) -> list[Token]:
        """A row of words. A word that starts a range is left for the range."""
        words: list[Token] = []
        while not (words and self.range_ahead()) and (word := self.take(Kind.WORD)):
            words.append(word)
        return words
