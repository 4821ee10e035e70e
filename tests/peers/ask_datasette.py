"""Asks Datasette, without a socket, for pages of a database; run by Datasette's own Python.

``ask_datasette.py DATABASE METADATA`` reads paths from standard input, one a line, and prints a
JSON array of pairs: status, body.
"""

import asyncio
import json
import sys

from datasette.app import Datasette


async def ask(database: str, metadata: str, paths: list[str]) -> list[tuple[int, str]]:
    with open(metadata, encoding="utf-8") as file:  # noqa: PTH123
        served = Datasette([], immutables=[database], metadata=json.load(file))
    await served.invoke_startup()
    answers = [await served.client.get(path, follow_redirects=True) for path in paths]
    return [(answer.status_code, answer.text) for answer in answers]


asked = sys.stdin.read().splitlines()
sys.stdout.write(json.dumps(asyncio.run(ask(sys.argv[1], sys.argv[2], asked))))
