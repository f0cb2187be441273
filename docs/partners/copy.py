"""Keeps a copy of the record in a folder: now.ndjson with an object a line, and the cursor with
which to go on. Needs Python 3.9 or newer, and nothing else.

    python3 copy.py https://upr.example.org folder
"""

import json
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

server, folder = sys.argv[1].rstrip("/"), pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)


class Gone(Exception):
    """The server's record was restored: begin anew."""


def ask(path):
    while True:
        try:
            return urllib.request.urlopen(server + path)
        except urllib.error.HTTPError as refusal:
            if refusal.code == 410:
                raise Gone from None
            if refusal.code not in (429, 503):
                sys.exit(f"{refusal.code}: {json.load(refusal)['errors'][0]['message']}")
            time.sleep(int(refusal.headers.get("Retry-After", 5)))


def begin():
    with ask("/export/record.ndjson") as answer:
        lines = [json.loads(line) for line in answer]
        if len(lines) != int(answer.headers["X-Total-Count"]):
            sys.exit("the line broke: run it again")
        return {line["id"]: line["object"] for line in lines}, answer.headers["X-Record-Version"]


def read():
    try:
        cursor = (folder / "cursor").read_text().strip()
        with open(folder / "now.ndjson", encoding="utf-8") as lines:
            return {thing["id"]: thing for thing in map(json.loads, lines)}, cursor
    except FileNotFoundError:
        return begin()


def write(name, lines):
    with open(folder / (name + ".new"), "w", encoding="utf-8", newline="\n") as file:
        file.writelines(line + "\n" for line in lines)
    (folder / (name + ".new")).replace(folder / name)


things, cursor = read()
more = True
while more:
    try:
        with ask("/changes?first=10000&since=" + urllib.parse.quote(cursor)) as answer:
            page = json.load(answer)
    except Gone:
        things, cursor = begin()
        continue
    for change in page["changes"]:
        if change["deleted"]:
            things.pop(change["id"], None)
        else:
            things[change["id"]] = change["object"]
    cursor, more = page["cursor"], page["more"]

# The cursor is written last: whatever happens in between, the next time leads to the same end.
write("now.ndjson", (json.dumps(thing, ensure_ascii=False) for thing in things.values()))
write("cursor", [cursor])
