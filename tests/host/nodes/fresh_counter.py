#!/usr/bin/env python3
"""A counter in seq-kv that is right: adds are compared and set until that
succeeds, and a read first changes a key of its own, to a value that it never had,
so that it sees the newest state and no past one."""

from node import Node

node = Node()
KEY = "total"
mine = {"last": 0}


def add_to(message, delta):
    def with_value(body):
        old = body.get("value", 0)

        def done(body):
            if body["type"] == "cas_ok":
                node.reply(message, {"type": "add_ok"})
            else:
                fresh(lambda: add_to(message, delta))

        cas = {"type": "cas", "key": KEY, "from": old, "to": old + delta}
        node.ask("seq-kv", dict(cas, create_if_not_exists=True), done)

    node.ask("seq-kv", {"type": "read", "key": KEY}, with_value)


def fresh(act):
    mine["last"] += 1
    write = {"type": "write", "key": node.id, "value": mine["last"]}
    node.ask("seq-kv", write, lambda _: act())


@node.on("add")
def add(message):
    add_to(message, message["body"]["delta"])


@node.on("read")
def read(message):
    def answer(body):
        value = body.get("value", 0)
        node.reply(message, {"type": "read_ok", "value": value})

    fresh(lambda: node.ask("seq-kv", {"type": "read", "key": KEY}, answer))


node.run()
