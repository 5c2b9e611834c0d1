#!/usr/bin/env python3
"""Nodes that echo, each with a vice: the first node has the first of those that
are named, and so on. It is for tests of what such nodes may do to others."""

import json
import os
import signal
import sys
import time


def say(body, dest, src=None):
    message = {"src": src or me, "dest": dest, "body": body}
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def reply(request, body):
    answer = dict(body, in_reply_to=request["body"]["msg_id"])
    say(answer, request["src"])


def raw(data):
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def forever(act):
    while True:
        act()


def begin(vice):
    """What is done once `init` is answered."""
    if vice == "garbage":
        forever(lambda: sys.stdout.write("garbage\n"))
    if vice == "flood":
        forever(lambda: say({"type": "flood", "of": "x" * 100}, "n1"))
    if vice == "long":
        for _ in range(100):
            raw(b"x" * (1 << 20))
    if vice == "errors":
        forever(lambda: sys.stderr.write("e" * 999 + "\n"))
    if vice == "hang":
        forever(lambda: time.sleep(1000))
    if vice == "deaf":
        os.close(0)
        forever(lambda: time.sleep(1000))
    if vice == "mute":
        os.close(1)
        forever(lambda: time.sleep(1000))
    if vice == "stubborn":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
    if vice == "painter":
        raw(b"\x1b[2J\x1b]0;title\x07 \xff\xfe not JSON\n")
        sys.stderr.buffer.write(b"\x1b[31m\xff red \x9b2J\n")
        sys.stderr.flush()


def answer(vice, request):
    body = {"type": "echo_ok", "echo": request["body"]["echo"]}
    client = request["src"]
    if vice == "dies":
        sys.stderr.write("last words\n")
        sys.exit(9)
    if vice == "twice":
        reply(request, body)
    if vice == "nobody":
        say(body, "n99")
    if vice == "another":
        say(body, client, src="c1")
    if vice == "types":
        for src, dest, one in [(5, "n1", {}), ("n1", None, {})]:
            raw(json.dumps({"src": src, "dest": dest, "body": one}).encode())
            raw(b"\n")
        raw(b'{"src": "n1", "dest": "c1"}\n"text"\n[]\nnull\n7\n')
        say("text", client)
        say({"type": ["echo_ok"], "in_reply_to": {}}, client)
    if vice == "deep":
        raw(b"[" * 100_000 + b"\n")
        nested = b"[" * 5000 + b"]" * 5000
        head = json.dumps({"src": me, "dest": "lin-kv"})[:-1].encode()
        raw(head + b', "body": {"type": "read", "key": ' + nested + b"}}\n")
        head = json.dumps({"src": me, "dest": client})[:-1].encode()
        head += b', "body": {"type": "echo_ok", "in_reply_to": %d, "echo": '
        raw(head % request["body"]["msg_id"] + nested + b"}}\n")
    if vice == "refuses":
        reply(request, {"type": "error", "code": 11, "text": "not \x1b now"})
        return
    if vice == "lost":
        reply({"src": client, "body": {"msg_id": 1000}}, body)
        return
    if vice == "numbers":
        for number in ("9007199254740993", "1e400", "-0", "1" * 400):
            head = json.dumps({"src": me, "dest": client})[:-1]
            raw(f'{head}, "body": {{"in_reply_to": {number}}}}}\n'.encode())
    reply(request, body)


me = ""
vice = ""
for line in sys.stdin:
    request = json.loads(line)
    body = request["body"]
    if body["type"] == "init":
        me = body["node_id"]
        vice = sys.argv[1:][body["node_ids"].index(me)]
        reply(request, {"type": "init_ok"})
        begin(vice)
    elif body["type"] == "echo":
        answer(vice, request)
if vice == "stubborn":
    forever(lambda: time.sleep(1000))
