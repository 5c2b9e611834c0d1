#!/usr/bin/env python3
"""A set that is right as long as nodes live: each tells all others all that it
knows, twice a second."""

from node import Node

node = Node()
elements = {}


@node.on("add")
def add(message):
    elements[message["body"]["element"]] = True
    node.reply(message, {"type": "add_ok"})


@node.on("merge")
def merge(message):
    for value in message["body"]["elements"]:
        elements[value] = True


@node.on("read")
def read(message):
    node.reply(message, {"type": "read_ok", "value": list(elements)})


@node.every(0.5)
def gossip():
    for one in node.others():
        node.send(one, {"type": "merge", "elements": list(elements)})


node.run()
