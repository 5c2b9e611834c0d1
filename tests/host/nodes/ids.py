#!/usr/bin/env python3
"""Ids that are unique: the node, its life and a number."""

import os
from node import Node

node = Node()
life = os.urandom(8).hex()
state = {"last": 0}


@node.on("generate")
def generate(message):
    state["last"] += 1
    id = f"{node.id}-{life}-{state['last']}"
    node.reply(message, {"type": "generate_ok", "id": id})


node.run()
