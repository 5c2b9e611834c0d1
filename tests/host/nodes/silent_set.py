#!/usr/bin/env python3
"""A set that never gossips: each node knows what it was told itself."""

from node import Node

node = Node()
elements = {}


@node.on("add")
def add(message):
    elements[message["body"]["element"]] = True
    node.reply(message, {"type": "add_ok"})


@node.on("read")
def read(message):
    node.reply(message, {"type": "read_ok", "value": list(elements)})


node.run()
