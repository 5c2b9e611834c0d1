#!/usr/bin/env python3
"""A broadcast by flooding, without acknowledgements: what is new is sent once to
each neighbour but the one that it came from. It loses what the network loses."""

from node import Node

node = Node()
messages = {}
neighbours = []


def learn(value, sender):
    if value in messages:
        return
    messages[value] = True
    for one in neighbours:
        if one != sender:
            node.send(one, {"type": "flood", "message": value})


@node.on("topology")
def topology(message):
    neighbours[:] = message["body"]["topology"][node.id]
    node.reply(message, {"type": "topology_ok"})


@node.on("broadcast")
def broadcast(message):
    learn(message["body"]["message"], None)
    node.reply(message, {"type": "broadcast_ok"})


@node.on("flood")
def flood(message):
    learn(message["body"]["message"], message["src"])


@node.on("read")
def read(message):
    node.reply(message, {"type": "read_ok", "messages": list(messages)})


node.run()
