/**
 * The fields of the fault that is drawn next, and those of the fault that is
 * selected.
 *
 * @module
 */
/// <reference lib="dom" />
import { nodeName } from "../../../domain/nodes.ts";
import type { Cut } from "../../../faults/format.ts";
import type { RunOptions } from "../../../options/run_options.ts";
import {
  NEVER,
  secondsFromTicks,
  TICKS_PER_SECOND,
} from "../../../domain/ticks.ts";
import type { DraftKind, FaultDraft } from "../../lab/fault_drafts.ts";
import {
  directed,
  directionOf,
  type Group,
  type Groups,
  groupsOf,
  NO_GROUPS,
  regroup,
  whoOfGroups,
} from "../../lab/groups.ts";
import { DEFAULT_SETTING, FIELD_LABELS } from "../../lab/setting.ts";
import { button, element } from "../dom.ts";

const KINDS: readonly (readonly [DraftKind, string])[] = [
  ["partition", FIELD_LABELS.partition],
  ["crash", FIELD_LABELS.crash],
  ["pause", FIELD_LABELS.pause],
];

const CUTS: readonly (readonly [Cut, string])[] = [
  ["both", "both ways"],
  ["reports", "one way: A to B, reports"],
  ["replies", "one way: B to A, replies"],
];

/** Processes of each kind that are offered by name. */
const NAMED_MAX = 20;

/** The fields of a fault but for its times: kind, target and direction. */
class KindFields {
  /** The elements, to be put into the page. */
  readonly fields: readonly HTMLElement[];
  readonly #kind = selectOf("What", KINDS);
  readonly #who = element("input", {
    "aria-label": "To whom",
    list: "processes",
    autocomplete: "off",
    spellcheck: "false",
    class: "who",
  });
  readonly #cut = selectOf("Which way nothing passes", CUTS);
  #replicas = 1;

  constructor(onChange: () => void) {
    this.fields = [this.#kind, this.#who, this.#cut];
    this.#who.value = "all";
    for (const field of this.fields) {
      field.addEventListener("change", () => {
        this.#fit();
        onChange();
      });
    }
    this.#fit();
  }

  get isPartition(): boolean {
    return this.#kind.value === "partition";
  }

  get who(): string {
    return this.#who.value.trim();
  }

  set who(who: string) {
    this.#who.value = who;
    this.#fit();
  }

  setReplicas(replicas: number): void {
    this.#replicas = replicas;
  }

  show(draft: FaultDraft): void {
    this.#kind.value = draft.kind;
    this.#who.value = draft.who;
    this.#cut.value = directionOf(draft);
    this.#fit();
  }

  read(): Pick<FaultDraft, "kind" | "who" | "cut"> {
    const kind = this.#kind.value as DraftKind;
    return kind === "partition"
      ? { kind, ...directed(this.who, this.#cut.value as Cut) }
      : { kind, who: this.who, cut: "both" };
  }

  /** Offers what fits: a partition cuts links, other faults hit a process. */
  #fit(): void {
    const { isPartition, who } = this;
    if (isPartition && who === "primary" && this.#replicas === 1) {
      this.#who.value = "all";
    }
    if (!isPartition && !/^[A-Za-z]+\d*$/.test(who) || who === "all") {
      this.#who.value = isPartition ? "all" : "primary";
    }
    this.#cut.hidden = !isPartition;
  }
}

/** The fault that is drawn next, with a button that adds it undrawn. */
export class FaultTool {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  /** The button that adds a fault. */
  readonly addButton: HTMLButtonElement;
  readonly #kindFields = new KindFields(() => this.#readGroups());
  readonly #names = element("datalist", { id: "processes" });
  readonly #onGroups: () => void;
  #options: RunOptions = DEFAULT_SETTING;
  #groups: Groups = NO_GROUPS;

  /**
   * @param onAdd Called when a fault is to be added.
   * @param onGroups Called when the groups of the partition have changed.
   */
  constructor(onAdd: () => void, onGroups: () => void) {
    this.#onGroups = onGroups;
    this.addButton = button("Add", onAdd);
    this.root = element(
      "div",
      { class: "fault-fields", role: "group", "aria-label": "Fault to draw" },
      element("b", {}, "Draw a fault"),
      ...this.#kindFields.fields,
      this.addButton,
      this.#names,
      element(
        "small",
        {},
        "or drag on the line below. Click processes on the stage to put them into group A, twice into group B; Escape lets go of a fault.",
      ),
    );
  }

  /** The groups of the partition that is drawn next. */
  get groups(): Groups {
    return this.#groups;
  }

  /**
   * The fault that is drawn next.
   *
   * @returns All of it but its times.
   */
  drawn(): Pick<FaultDraft, "kind" | "who" | "cut"> {
    return this.#kindFields.read();
  }

  /**
   * Chooses a process: of a partition for a group, of other faults as the one
   * that is hit.
   *
   * @param node The process.
   * @param group The group.
   */
  choose(node: number, group: Group): void {
    const { replicas } = this.#options;
    if (this.#kindFields.isPartition) {
      this.#groups = regroup(this.#groups, node, group);
      this.#kindFields.who = whoOfGroups(this.#groups, replicas);
    } else {
      this.#groups = new Map([[node, "A"]]);
      this.#kindFields.who = nodeName(node, replicas);
    }
    this.#onGroups();
  }

  /**
   * Offers the names of a run.
   *
   * @param options The run.
   */
  setRun(options: RunOptions): void {
    const { servers, replicas, readers } = options;
    this.#options = options;
    this.#kindFields.setReplicas(replicas);
    const first = (count: number, name: (index: number) => string) =>
      Array.from({ length: Math.min(count, NAMED_MAX) }, (_, i) => name(i));
    const names = [
      ...["all", "primary"],
      ...replicas === 1 ? [] : first(replicas, (i) => `primary${i}`),
      ...first(servers, (i) => `LikesServer${i}`),
      ...first(readers, (i) => `Reader${i}`),
    ];
    this.#names.replaceChildren(
      ...names.map((value) => element("option", { value })),
    );
    this.#readGroups();
  }

  #readGroups(): void {
    const { who, isPartition } = this.#kindFields;
    this.#groups = isPartition ? groupsOf(who, this.#options) : NO_GROUPS;
    this.#onGroups();
  }
}

/** The fields that change the fault that is selected. */
export class FaultEditor {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #kindFields: KindFields;
  readonly #from = secondsField("From");
  readonly #until = secondsField("Until, empty for never");
  readonly #onChange: (draft: FaultDraft) => void;
  #draft: FaultDraft | null = null;

  /**
   * @param onChange Called with the fault after each change.
   * @param onRemove Called when the fault is to be removed.
   */
  constructor(onChange: (draft: FaultDraft) => void, onRemove: () => void) {
    this.#onChange = onChange;
    this.#kindFields = new KindFields(() => this.#report());
    for (const field of [this.#from, this.#until]) {
      field.addEventListener("change", () => this.#report());
    }
    this.root = element(
      "div",
      {
        class: "fault-fields",
        role: "group",
        "aria-label": "Selected fault",
      },
      element("b", {}, "Selected"),
      ...this.#kindFields.fields,
      element("label", {}, "from ", this.#from, " s"),
      element("label", {}, "until ", this.#until, " s"),
      button("Remove", onRemove),
    );
    this.show(null);
  }

  /**
   * Shows the fault that is selected.
   *
   * @param draft The fault; null: none is.
   */
  show(draft: FaultDraft | null): void {
    this.#draft = draft;
    this.root.hidden = draft === null;
    if (draft === null) return;
    this.#kindFields.show(draft);
    this.#from.value = `${secondsFromTicks(draft.fromTick)}`;
    this.#until.value = draft.untilTick === NEVER
      ? ""
      : `${secondsFromTicks(draft.untilTick)}`;
  }

  #report(): void {
    const draft = this.#draft;
    if (draft === null) return;
    const what = this.#kindFields.read();
    const fromTick = ticksOf(this.#from) ?? draft.fromTick;
    const untilTick = ticksOf(this.#until) ??
      (what.kind === "crash" ? NEVER : draft.untilTick);
    this.#onChange({ ...what, fromTick, untilTick });
  }
}

function ticksOf({ value }: HTMLInputElement): number | undefined {
  return value.trim() === ""
    ? undefined
    : Math.round(Number(value) * TICKS_PER_SECOND);
}

function secondsField(label: string): HTMLInputElement {
  return element("input", {
    type: "number",
    min: "0",
    step: "any",
    "aria-label": `${label}, in seconds`,
  });
}

function selectOf(
  label: string,
  entries: readonly (readonly [string, string])[],
): HTMLSelectElement {
  return element(
    "select",
    { "aria-label": label },
    ...entries.map(([value, text]) => element("option", { value }, text)),
  );
}
