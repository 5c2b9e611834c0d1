#!/usr/bin/env python3
"""A counter that forgets at a restart: the others believe the newest total of a
node, also when it is less than before."""

from node import Node

node = Node()
totals = {}


@node.on("add")
def add(message):
    totals[node.id] = totals.get(node.id, 0) + message["body"]["delta"]
    node.reply(message, {"type": "add_ok"})


@node.on("total")
def total(message):
    totals[message["src"]] = message["body"]["total"]


@node.on("read")
def read(message):
    node.reply(message, {"type": "read_ok", "value": sum(totals.values())})


@node.every(0.1)
def tell():
    for one in node.others():
        node.send(one, {"type": "total", "total": totals.get(node.id, 0)})


node.run()
