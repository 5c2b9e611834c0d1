/**
 * Scenarios of several replicas, of readers, and of quorums.
 *
 * @module
 */

import type { Scenario } from "./scenario.ts";
import { settingFromHash } from "./setting.ts";

/** Three replicas that six likes servers report to. */
const THREE = "replicas=3&servers=6&lifetime=120s";

/** Three replicas that are all told, and all asked. */
const ALL = `${THREE}&readers=3&read-after=0s&write-to=all&read-from=all` +
  "&latency=exp:300ms&ack-timeout=5s";

/** Scenarios of several replicas, in the order in which they teach. */
export const REPLICA_SCENARIOS: readonly Scenario[] = [
  {
    id: "replicas-partition",
    group: "Replicas",
    title: "Three replicas and a partition",
    lookFor: [
      "From 60 to 120 s nothing passes between primary2 and the other two, while everybody still reaches all three: no report waits and no read is refused, but the copies drift apart, and many answers are stale.",
      "After the partition a few exchanges bring both sides up to date: nothing was lost, nothing is counted twice.",
    ],
    question:
      "Set “Gossip every” to 0.2s: which answers become fresher, those before the partition or those during it?",
    watchFromSeconds: 57,
    options: settingFromHash(
      "replicas=3&servers=6&readers=3&read-from=any&lifetime=180s" +
        "&latency=exp:100ms&partition=60s..120s:primary2--primary0-1",
    ),
  },
  {
    id: "gossip-styles",
    group: "Replicas",
    title: "Gossip: push, pull or both",
    lookFor: [
      "Eight replicas tell each other what they have counted: with push whoever begins an exchange sends what is new and gets nothing back, so news takes about nine seconds on average until every replica has it.",
      "On the stage the numbers in the hexagons are the entries that a message carries: those of the replies are all 0.",
    ],
    question:
      "Try the three styles, then each of them with a loss of 0.3: which is fastest, and which suffers most from lost messages?",
    watchFromSeconds: 60,
    options: settingFromHash(
      "replicas=8&servers=8&lifetime=180s&gossip=exp:2s&gossip-style=push" +
        "&latency=50ms",
    ),
  },
  {
    id: "dead-replica",
    group: "Replicas",
    title: "A replica dies with what it alone has",
    lookFor: [
      "At 50 s primary2 is cut off from the other replicas, goes on counting and acknowledging, and is killed for good at 70 s: the likes that it acknowledged in these 20 s were nowhere else.",
      "They are lost although each of them was acknowledged: an ACK says that one replica has a like, not that another has.",
    ],
    question: "Choose crdt: the same replica dies, so why is nothing lost?",
    watchFromSeconds: 66,
    options: settingFromHash(
      `${THREE}&delivery=at-least-once&latency=exp:100ms` +
        "&partition=50s..70s:primary2--primary0-1&crash=primary2@70s",
    ),
  },
  {
    id: "failover-twice",
    group: "Replicas",
    title: "Failover counts twice",
    lookFor: [
      "From 30 s on the ACKs of primary1 do not reach LikesServer1, which sends its report again and then turns to primary2: both replicas count it.",
      "Without a mark on the report no replica can know that another one has counted the same likes, so together they hold more than was drawn.",
    ],
    question:
      "Choose dedup or crdt: the same repeats reach two replicas, so why is nothing counted twice?",
    watchFromSeconds: 29.5,
    speed: 1,
    options: settingFromHash(
      "replicas=3&servers=3&lifetime=90s&delivery=at-least-once" +
        "&latency=uniform:50ms..150ms&partition=30s..45s:primary1->LikesServer1",
    ),
  },
  {
    id: "own-home",
    group: "Readers",
    title: "Read your own write, at home",
    lookFor: [
      "Each likes server reads its own count from its home, the replica that it reports to, the moment a report is acknowledged: it always finds what it wrote.",
      "The replicas gossip only every 5 s, so they differ most of the time, and still nobody here notices.",
    ],
    question:
      "Set “Read from” to any: which share of these reads misses the own write, and why is it near two thirds?",
    watchFromSeconds: 40,
    options: settingFromHash(
      `${THREE}&read-after=0s&gossip=5s&latency=exp:50ms`,
    ),
  },
  {
    id: "own-anywhere",
    group: "Readers",
    title: "Read your own write, anywhere",
    lookFor: [
      "The same as at home, but each read goes to a replica that is drawn, as behind a load balancer: most of them do not know yet what was just acknowledged.",
      "The mark ▲ beside a likes server says how many of its own draws its last answer lacked.",
    ],
    question:
      "Make gossip ten and a hundred times faster: can it become fast enough that no own write is missed?",
    watchFromSeconds: 40,
    options: settingFromHash(
      `${THREE}&read-after=0s&read-from=any&gossip=5s&latency=exp:50ms`,
    ),
  },
  {
    id: "monotonic",
    group: "Readers",
    title: "Reads that go back in time",
    lookFor: [
      "Three readers ask any replica, and these differ by up to five seconds: again and again a reader is told less than it was told before, marked ↶ on the stage and underlined in the lines.",
      "To such a reader likes seem to vanish, although none is lost.",
    ],
    question:
      "Set “Read from” to home: do reads still go back, and are more of them fresh?",
    watchFromSeconds: 40,
    speed: 1,
    options: settingFromHash(
      `${THREE}&readers=3&read-from=any&gossip=5s&latency=exp:50ms`,
    ),
  },
  {
    id: "quorums-apart",
    group: "Quorums",
    title: "R + W = 2 of 3: quorums that may miss each other",
    lookFor: [
      "Each report goes to all three replicas and counts as acknowledged with the first ACK (W = 1), each read believes the first answer (R = 1): these can be two different replicas, and then the answer is stale.",
      "Nothing is cut or lost here, stale answers come from latency alone.",
    ],
    question:
      "Compare the quorums below: which pairs have no stale answer, and which of these reads fastest?",
    watchFromSeconds: 40,
    speed: 1,
    options: settingFromHash(ALL),
  },
  {
    id: "quorums-overlap",
    group: "Quorums",
    title: "R + W = 4 of 3: quorums that overlap",
    lookFor: [
      "With W = 2 and R = 2 at least one of the two replicas that answer is among the two that have acknowledged, so every answer is fresh.",
      "It costs latency: an ACK counts only when the second replica has sent one, and so does an answer.",
    ],
    question:
      "Kill one replica, then two, for a while: until when are reads answered, and are the answers still fresh?",
    watchFromSeconds: 40,
    speed: 1,
    options: settingFromHash(`${ALL}&write-quorum=2&read-quorum=2`),
  },
  {
    id: "pbs",
    group: "Quorums",
    title: "Why waiting 10 ms helps",
    lookFor: [
      "With R = W = 1 a likes server that reads at once after its ACK misses its own write about once in four times, because two of three replicas may not have heard of it.",
      "They hear of it some milliseconds later, so the share of fresh answers rises steeply with the time since the acknowledgement: the curve below shows it, beside what theory predicts.",
    ],
    question:
      "Set “Read own after” to 10ms: how many own writes are missed, and how long must one wait until it is one in a thousand?",
    watchFromSeconds: 10,
    speed: 0.01,
    options: settingFromHash(
      "replicas=3&servers=10&spawn-interval=0s&interval=0.2s..1s&lifetime=40s" +
        "&readers=4&read-interval=10ms..50ms&read-after=0s&write-to=all" +
        "&read-from=all&latency=exp:4ms",
    ),
  },
];
