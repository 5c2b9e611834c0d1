import { assert, assertEquals, assertMatch } from "@std/assert";
import { failureStory } from "../../../lib/cli/diagram/failure_diagram.ts";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import { Ledger } from "../../../lib/rules/ledger.ts";
import { LikesServer } from "../../../lib/rules/likes_server.ts";
import type { Action } from "../../../lib/rules/report_sender.ts";
import { ReplicaSet } from "../../../lib/sim/replicas/replica_set.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { RULES, type Rules } from "../../../lib/sim/rules.ts";
import { VirtualPrimary } from "../../../lib/sim/virtual_primary.ts";
import { formatMermaid } from "../../../lib/view/diagram/mermaid.ts";
import type { Story } from "../../../lib/view/diagram/story.ts";
import { CAN_BROWSE } from "../../browser/chromium.ts";
import { MermaidPage } from "../../browser/mermaid.ts";
import { type RunChanges, runOf } from "../../sim/runs_of_tests.ts";

const NOTHING = "no like of the run was lost or counted twice";

/** The story of the first seed whose run fails. */
async function firstStory(
  changes: RunChanges,
  rules: Partial<Rules> = {},
): Promise<Story> {
  for (let seed = 0; seed < 30; seed++) {
    const story = await failureStory(
      runOf({ ...changes, seed }),
      `deno task sim --seed ${seed}`,
      { check: true, rules: { ...RULES, ...rules } },
    );
    if (typeof story !== "string") return story;
    assertEquals(story, NOTHING);
  }
  throw new Error("No run has failed");
}

/** The last note of a story, which says what is wrong. */
function conclusionOf({ steps }: Story): string {
  const last = steps.at(-1);
  return last?.kind === "note" ? last.text : "";
}

function messagesOf({ steps }: Story): string[] {
  return steps.flatMap((step) =>
    step.kind === "message"
      ? [`${step.from} ${step.to} ${step.outcome ?? "arrives"}`]
      : []
  );
}

Deno.test("failureStory() tells the witness of at-least-once as a textbook does: the answer lost, the report sent again", async () => {
  const story = await firstStory({
    delivery: "at-least-once",
    faults: { ackLoss: "1/20" },
  });
  const [server = ""] = story.participants;
  assertEquals(messagesOf(story), [
    `${server} primary arrives`,
    `primary ${server} lost`,
    `${server} primary arrives`,
  ]);
  assertMatch(
    conclusionOf(story),
    /^Draw \d+ of LikesServer\d is counted twice/,
  );
});

Deno.test("failureStory() tells the witness of original as a textbook does: the next sum has the likes again", async () => {
  const run = runOf({
    delivery: "original",
    faults: { ackLoss: "1/20" },
    seed: 2,
  });
  const story = await failureStory(run, "sim", {});
  assert(typeof story !== "string");
  const [server = ""] = story.participants;
  assertEquals(messagesOf(story), [
    `${server} primary arrives`,
    `primary ${server} lost`,
    `${server} primary arrives`,
  ]);
  const draws = story.steps.filter((step) =>
    step.kind === "note" && /^draw \d/.test(step.text)
  );
  assertEquals(draws.length, 2);
});

/** Takes no notice of the mark. */
class ForgetfulLedger extends Ledger {
  override receive(row: number, likes: number): number {
    return super.receive(row, likes, 0, -1);
  }
}

/** Takes silence for an ACK. */
class GullibleLikesServer extends LikesServer {
  override due(now: number, randomBits: number): Action {
    return this.inFlight
      ? this.acknowledge(now, this.attempt)
      : super.due(now, randomBits);
  }
}

/** Resumes without what it held. */
class EmptyReplicaSet extends ReplicaSet {
  override restart(replica: number, tick: number): void {
    this.ledgerOf(replica).clear();
    super.restart(replica, tick);
  }
}

/** Tells readers of one replica less than it has. */
class StaleReplicaSet extends ReplicaSet {
  override versionOf(replica: number, item: number): number {
    const version = super.versionOf(replica, item);
    return replica === 0 ? Math.max(0, version - 1) : version;
  }
}

const STORM = {
  latency: "exp:50ms",
  loss: "1/10",
  duplicate: "1/10",
  crash: ["primary@12s+2s"],
};

/** Rules that are broken, and what a story of it must have. */
const BROKEN: readonly [
  name: string,
  rules: Partial<Rules>,
  changes: RunChanges,
  conclusion: RegExp,
][] = [
  [
    "a primary that forgets to deduplicate",
    { makeLedger: (storage) => new ForgetfulLedger(storage) },
    { delivery: "dedup", faults: STORM },
    /is counted twice[^]*the primary counted \d+ likes/,
  ],
  [
    "a likes server that takes silence for an ACK",
    {
      makeLikesServer: (rows, draws, options) =>
        new GullibleLikesServer(rows, draws, options),
    },
    { delivery: "crdt", faults: STORM },
    /is lost[^]*its report got lost[^]*likes acknowledged/,
  ],
  [
    "a primary that sends ACK before it has logged",
    {
      makePrimary: (options) =>
        new VirtualPrimary({ ...options, durability: "none" }),
    },
    { delivery: "dedup", servers: 20, faults: STORM },
    /^the primary's total fell from \d+ to \d+$/,
  ],
  [
    "a replica that resumes without what it held",
    { makeReplicas: (options) => new EmptyReplicaSet(options) },
    { replicas: 3, faults: { ...STORM, crash: ["primary0@12s+2s"] } },
    /^primary0's entry of LikesServer\d had .* after a restart$/,
  ],
  [
    "a replica that tells readers less than it has",
    { makeReplicas: (options) => new StaleReplicaSet(options) },
    {
      ...{ replicas: 3, readers: 2, gossip: null, writeTo: "all" },
      ...{ writeQuorum: 2, readFrom: "any", readQuorum: 2 },
      faults: { latency: "exp:50ms", loss: "1/10" },
    },
    /is answered with draw \d+; \d+ was acknowledged before$/,
  ],
];

for (const [name, rules, changes, conclusion] of BROKEN) {
  Deno.test(`failureStory() tells of ${name}`, async () => {
    const story = await firstStory(changes, rules);
    assertMatch(conclusionOf(story), conclusion);
    const messages = messagesOf(story);
    assert(messages.length > 0 && messages.length <= 16, messages.join("\n"));
    assertMatch(formatMermaid(story), /^%% deno task sim --seed \d+\nseq/);
  });
}

Deno.test("failureStory() tells of every kind of failing run in as many messages as can be drawn", async () => {
  const faults = [
    { loss: "1/10", duplicate: "1/10" },
    { latency: "exp:1s", crash: ["random:3"] },
    { partition: ["5s..100s:LikesServer0"], crash: ["LikesServer1@20s"] },
  ];
  let stories = 0;
  for (const delivery of DELIVERIES) {
    for (const plan of faults) {
      for (const others of [{}, { replicas: 3, gossip: null }]) {
        const run = runOf({ delivery, faults: plan, ...others, seed: 7 });
        const story = await failureStory(run, "sim", {});
        if (story === NOTHING) continue;
        assert(typeof story !== "string", `${story}`);
        formatMermaid(story);
        stories++;
      }
    }
  }
  assert(stories > 20, `${stories}`);
});

Deno.test("failureStory() tells of likes counted twice where there are some, and of what was never sent last", async () => {
  const faults = { loss: "1/10" };
  const conclusions: string[] = [];
  for (let seed = 0; seed < 8; seed++) {
    const run = runOf({ delivery: "original", faults, seed });
    const { countedTwice = 0, undelivered } = simulate(run);
    const story = await failureStory(run, "sim", {});
    assert(typeof story !== "string" && undelivered > 0);
    const conclusion = conclusionOf(story);
    assertEquals(/is counted twice/.test(conclusion), countedTwice > 0);
    assertEquals(/never sent/.test(conclusion), false, conclusion);
    conclusions.push(conclusion.replaceAll(/\d+/g, "N"));
  }
  assert(new Set(conclusions).size > 1, `${conclusions}`);
});

Deno.test("failureStory() has nothing to tell of a run that converges", async () => {
  assertEquals(await failureStory(runOf({ seed: 7 }), "sim", {}), NOTHING);
});

Deno.test({
  name: "Mermaid draws the stories of failing runs, every message and note",
  ignore: !CAN_BROWSE,
  async fn() {
    await using mermaid = await MermaidPage.open();
    const stories = [
      await firstStory({
        delivery: "at-least-once",
        faults: { latency: "exp:1s" },
      }),
      ...await Promise.all(
        BROKEN.map(([, rules, changes]) => firstStory(changes, rules)),
      ),
    ];
    for (const story of stories) {
      const drawn = await mermaid.draw(formatMermaid(story));
      assertEquals(drawn.participants, story.participants);
      assertEquals(drawn.messages.length, messagesOf(story).length);
      const lost = messagesOf(story).filter((one) => one.endsWith("lost"));
      assertEquals(drawn.crosses, lost.length);
      const last = drawn.notes.at(-1) ?? "";
      assertEquals(
        last.replaceAll(/\s+/g, " "),
        conclusionOf(story).replaceAll(/\s+/g, " "),
      );
    }
    assertEquals(mermaid.page.complaints, []);
  },
});
