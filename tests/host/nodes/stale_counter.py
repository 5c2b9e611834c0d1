#!/usr/bin/env python3
"""A counter in seq-kv that reads it naively: adds are right, by compare-and-set
until it succeeds, but a read may be answered from the past."""

from node import Node

node = Node()
KEY = "total"


def add_to(message, delta):
    def with_value(body):
        old = body.get("value", 0)

        def done(body):
            if body["type"] == "cas_ok":
                node.reply(message, {"type": "add_ok"})
            else:
                add_to(message, delta)

        cas = {"type": "cas", "key": KEY, "from": old, "to": old + delta}
        node.ask("seq-kv", dict(cas, create_if_not_exists=True), done)

    node.ask("seq-kv", {"type": "read", "key": KEY}, with_value)


@node.on("add")
def add(message):
    add_to(message, message["body"]["delta"])


@node.on("read")
def read(message):
    def answer(body):
        value = body.get("value", 0)
        node.reply(message, {"type": "read_ok", "value": value})

    node.ask("seq-kv", {"type": "read", "key": KEY}, answer)


node.run()
