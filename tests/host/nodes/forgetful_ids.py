#!/usr/bin/env python3
"""Ids from a counter that is not kept: a node that is started again gives those
of its first life once more."""

from node import Node

node = Node()
state = {"last": 0}


@node.on("generate")
def generate(message):
    state["last"] += 1
    id = f"{node.id}-{state['last']}"
    node.reply(message, {"type": "generate_ok", "id": id})


node.run()
