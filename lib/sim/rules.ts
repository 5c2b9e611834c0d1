/**
 * The rules that a virtual run executes.
 *
 * @module
 */

import { RULE_MAKERS, type RuleMakers } from "../rules/makers.ts";
import { ReplicaSet, type ReplicaSetOptions } from "./replicas/replica_set.ts";
import {
  VirtualPrimary,
  type VirtualPrimaryOptions,
} from "./virtual_primary.ts";

/**
 * The parts of a run that a test can replace, to show that a wrong one is
 * found.
 */
export interface Rules extends RuleMakers {
  /** Makes the replicas. */
  readonly makeReplicas: (options: ReplicaSetOptions) => ReplicaSet;
  /** Makes what is around the ledger of a single primary. */
  readonly makePrimary: (options: VirtualPrimaryOptions) => VirtualPrimary;
}

/** The rules as they are. */
export const RULES: Rules = {
  ...RULE_MAKERS,
  makeReplicas: (options) => new ReplicaSet(options),
  makePrimary: (options) => new VirtualPrimary(options),
};
