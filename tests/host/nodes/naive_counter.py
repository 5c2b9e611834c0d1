#!/usr/bin/env python3
"""A naive counter: each add is sent to all nodes, which add it as often as it
arrives. A message that is repeated counts twice, one that is lost never."""

from node import Node

node = Node()
state = {"value": 0}


@node.on("add")
def add(message):
    delta = message["body"]["delta"]
    state["value"] += delta
    for one in node.others():
        node.send(one, {"type": "also", "delta": delta})
    node.reply(message, {"type": "add_ok"})


@node.on("also")
def also(message):
    state["value"] += message["body"]["delta"]


@node.on("read")
def read(message):
    node.reply(message, {"type": "read_ok", "value": state["value"]})


node.run()
