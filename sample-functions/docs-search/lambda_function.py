# Slow to import: it indexes Python's own manual before its first event, so its cold starts are worth looking at.
import asyncio  # noqa: F401  heavy standard modules, as real functions have them
import email.mime.multipart  # noqa: F401
import re
import sqlite3
import unittest.mock  # noqa: F401
import xml.dom.minidom  # noqa: F401
from collections import Counter
from pydoc_data.topics import topics

WORD = re.compile(r"[a-z]{3,}")

INDEX = sqlite3.connect(":memory:")
INDEX.execute("create table entry (words text, topic text, hits integer)")
for name, text in topics.items():
    words = WORD.findall(text.lower())
    counts = Counter(words) + Counter(f"{one} {two}" for one, two in zip(words, words[1:]))
    INDEX.executemany("insert into entry values (?, ?, ?)", [(key, name, hits) for key, hits in counts.items()])
INDEX.execute("create index by_words on entry (words, hits desc)")
print(f"indexed {len(topics)} topics")


def lambda_handler(event, context):
    query = event.get("queryStringParameters") or {}
    words = str(event.get("words") or query.get("words") or "iterator").lower()
    rows = INDEX.execute("select topic, hits from entry where words = ? order by hits desc limit 5", [words])
    return {"words": words, "topics": [{"topic": topic, "hits": hits} for topic, hits in rows]}
