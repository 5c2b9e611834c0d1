/**
 * Workloads whose every answer is right or wrong by itself or beside the
 * others: echoes and unique ids.
 *
 * @module
 */

import { grouped, listed } from "../explain.ts";
import type {
  CheckResult,
  Operation,
  OperationChecker,
  OperationFinding,
} from "./operation.ts";

/** Checks that no id was given twice. */
export class UniqueChecker implements OperationChecker {
  readonly #times = new Map<string, number>();
  #count = 0;

  /** Ids come as texts, which are equal where the ids are. */
  add({ outcome, result }: Operation): void {
    if (outcome !== "ok") return;
    this.#count++;
    const id = result as string;
    this.#times.set(id, (this.#times.get(id) ?? 0) + 1);
  }

  /** @inheritdoc */
  check(): CheckResult {
    const repeated = [...this.#times].filter(([, times]) => times > 1);
    const examples = repeated.map(([id, times]) => `${id} ${times} times`);
    return {
      findings: repeated.length === 0 ? [] : [{
        kind: "repeated",
        text: `${grouped(repeated.length)} ${
          repeated.length === 1 ? "id was" : "ids were"
        } given more than once: ${listed(examples)}`,
      }],
      praise: `All ${grouped(this.#count)} ids are different`,
      measures: {
        ids: {
          given: this.#count,
          different: this.#times.size,
          repeated: repeated.length,
          examples: Object.fromEntries(repeated.slice(0, 100)),
        },
      },
    };
  }
}

/** Checks that each answer is what was asked. */
export class EchoChecker implements OperationChecker {
  readonly #wrong: { sent: string; received: string; node: string }[] = [];
  #count = 0;

  /** @inheritdoc */
  add({ outcome, value, result, node }: Operation): void {
    if (outcome !== "ok") return;
    this.#count++;
    const [sent, received] = [value, result].map((one) => JSON.stringify(one));
    if (sent === received) return;
    this.#wrong.push({ sent: `${sent}`, received: `${received}`, node });
  }

  /** @inheritdoc */
  check(): CheckResult {
    const findings: OperationFinding[] = this.#wrong.slice(0, 1).map((one) => ({
      kind: "wrong echo",
      text: `${grouped(this.#wrong.length)} of ${
        grouped(this.#count)
      } echoes came back as something else: ${one.node} was sent ${one.sent} and answered ${one.received}`,
    }));
    return {
      findings,
      praise: `All ${grouped(this.#count)} echoes came back as they were sent`,
      measures: {
        echoes: { answered: this.#count, wrong: this.#wrong.length },
      },
    };
  }
}
