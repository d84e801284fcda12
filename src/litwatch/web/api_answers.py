"""What the OpenAPI document says of answers beside their models: their headers, and those that are no success."""

from __future__ import annotations

from typing import Any

from litwatch.publish.references import FORMS
from litwatch.publish.tables import MEDIA_TYPES, TableFormat
from litwatch.web.api_models import Fault

Answers = dict[int | str, dict[str, Any]]
"""By status, as FastAPI's `responses` takes them."""

_TEXT = {"type": "string"}
_FILE = "The file."
_ETAG = {
    "ETag": {
        "required": True,
        "description": "Changes with the answer: sent back as If-None-Match, it saves fetching the same again.",
        "schema": _TEXT,
    }
}
_LINK = {"Link": {"description": 'The next page, as `next` has it (RFC 8288): `<…>; rel="next"`.', "schema": _TEXT}}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}

REFUSED: Answers = {
    422: {"model": Fault, "description": "A parameter is wrong."},
    503: {"model": Fault, "description": "The database cannot be asked at present.", "headers": _RETRY_AFTER},
}
"""Of all."""
ABSENT: Answers = {404: {"model": Fault, "description": "There is no such thing."}}
ONE: Answers = {200: {"headers": _ETAG}, 304: {"description": "Unchanged: what If-None-Match names is still it."}}
"""Of what is answered as a whole."""
LIST: Answers = ONE | {200: {"headers": _ETAG | _LINK}}


def references() -> Answers:
    """Citations, in any of their forms."""
    content = {form.media_type: {"schema": _TEXT} for form in FORMS.values()}
    return ONE | {200: {"headers": _ETAG, "content": content, "description": _FILE}}


def table(form: TableFormat) -> Answers:
    """All rows: they are sent as they are read, so that no header can tell of the whole."""
    kind = MEDIA_TYPES[form].partition(";")[0]
    return {200: {"content": {kind: {"schema": _TEXT}}, "description": _FILE}}
