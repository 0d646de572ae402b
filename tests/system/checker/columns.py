"""Results of an event in whichever form it has them; `result_columns.proto` says how columns are read."""
import base64

from checker import messages


class Contradiction(Exception):
    """The columns are not of so many rows."""


def results_of(batch):
    """The RecordedResults of a ResultsRecorded, in order."""
    return _rows(batch.columns, "evidence.v1.RecordedResult") if batch.HasField("columns") else list(batch.results)


def _rows(columns, full_name):
    rows = [messages.message(full_name) for _ in range(columns.count)]
    for row, rest in zip(columns.rest_rows, columns.rest, strict=True):
        rows[row].CopyFrom(rest)
    read = {"TextColumn": _texts, "NumberColumn": _numbers, "ScoreColumn": _scores}
    for field, column in columns.ListFields():
        if field.message_type is None or field.message_type.name not in read:
            continue
        for row, value in zip(rows, read[field.message_type.name](column, columns.count), strict=True):
            if value is not None and (value or field.name == "score"):
                setattr(row, field.name, value)
    return rows


def _spread(values, indexes, rows):
    """The value of each row."""
    if indexes:
        values = [values[index] for index in indexes]
    elif len(values) < 2:
        values = list(values or [None]) * rows
    if len(values) != rows:
        raise Contradiction(f"{len(values)} values of {rows} rows")
    return values


def _base32(data):
    return base64.b32encode(data).decode().rstrip("=").lower()


def _cut(text, length, count):
    return [text[i * length:(i + 1) * length] for i in range(count)]


def _texts(column, rows):
    if not column.base32:
        return _spread(list(column.texts), column.indexes, rows)
    length = column.base32_length
    texts = _cut(_base32(column.base32), length, len(column.base32) * 8 // 5 // length)
    prefixes = _cut(_base32(column.prefixes), column.prefix_length, len(column.runs))
    before = [prefix for prefix, run in zip(prefixes, column.runs) for _ in range(run)] or [""] * len(texts)
    return _spread([prefix + text for prefix, text in zip(before, texts, strict=True)], column.indexes, rows)


def _numbers(column, rows):
    return _spread([column.least + above for above in column.above_least], column.indexes, rows)


def _scores(column, rows):
    there = rows - len(column.without)
    if column.HasField("decimals"):
        scores = [(number or 0) / 10 ** column.digits for number in _numbers(column.decimals, there)]
    else:
        scores = list(column.scores) or [None] * there
    without = set(column.without)
    if len(scores) != there or len(without) != rows - there:
        raise Contradiction(f"{len(scores)} scores of {there} rows")
    scores = iter(scores)
    return [None if row in without else next(scores) for row in range(rows)]
