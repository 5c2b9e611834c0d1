#!/usr/bin/env python3
"""A counter that is right: a total of each node for each of its lives, and of two
the larger one. A request that is repeated is added once. An add is acknowledged
when another node has it as well, so it survives the death of this one."""

import os
from node import Node

node = Node()
life = os.urandom(4).hex()
totals = {}
requests = set()


def merge(others):
    for key, (up, down) in others.items():
        mine = totals.get(key, (0, 0))
        totals[key] = (max(mine[0], up), max(mine[1], down))


@node.on("add")
def add(message):
    request = (message["src"], message["body"]["msg_id"])
    if request in requests:
        return
    requests.add(request)
    key = f"{node.id}/{life}"
    up, down = totals.get(key, (0, 0))
    delta = message["body"]["delta"]
    totals[key] = (up + max(0, delta), down + max(0, -delta))
    others = node.others()
    if not others:
        node.reply(message, {"type": "add_ok"})
        return
    state = {"isAnswered": False}

    def answer(_):
        if not state["isAnswered"]:
            state["isAnswered"] = True
            node.reply(message, {"type": "add_ok"})

    for one in others:
        node.ask(one, {"type": "merge", "totals": totals}, answer)


@node.on("merge")
def take(message):
    merge(message["body"]["totals"])
    node.reply(message, {"type": "merge_ok"})


@node.on("read")
def read(message):
    value = sum(up - down for up, down in totals.values())
    node.reply(message, {"type": "read_ok", "value": value})


@node.every(0.5)
def gossip():
    for one in node.others():
        node.send(one, {"type": "merge", "totals": totals, "msg_id": 0})


node.run()
