/**
 * The fields of the fault that is drawn next, and those of the fault that is
 * selected.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Cut } from "../../faults/format.ts";
import {
  NEVER,
  secondsFromTicks,
  TICKS_PER_SECOND,
} from "../../domain/ticks.ts";
import type { DraftKind, FaultDraft } from "../lab/fault_drafts.ts";
import { FIELD_LABELS } from "../lab/setting.ts";
import { button, element } from "./dom.ts";

const KINDS: readonly (readonly [DraftKind, string])[] = [
  ["partition", FIELD_LABELS.partition],
  ["crash", FIELD_LABELS.crash],
  ["pause", FIELD_LABELS.pause],
];

const CUTS: readonly (readonly [Cut, string])[] = [
  ["both", "both ways"],
  ["reports", "reports only"],
  ["replies", "replies only"],
];

/** Likes servers that are offered by name. */
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

  show({ kind, who, cut }: FaultDraft): void {
    this.#kind.value = kind;
    this.#who.value = who;
    this.#cut.value = cut;
    this.#fit();
  }

  read(): Pick<FaultDraft, "kind" | "who" | "cut"> {
    const kind = this.#kind.value as DraftKind;
    const cut = kind === "partition" ? this.#cut.value as Cut : "both";
    return { kind, who: this.#who.value.trim(), cut };
  }

  /** Offers what fits: a partition cuts links, other faults hit a process. */
  #fit(): void {
    const isPartition = this.#kind.value === "partition";
    const who = this.#who.value.trim();
    if (isPartition && who === "primary") this.#who.value = "all";
    if (!isPartition && who === "all") this.#who.value = "primary";
    this.#cut.hidden = !isPartition;
  }
}

/** The fault that is drawn next, with a button that adds it undrawn. */
export class FaultTool {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  /** The button that adds a fault. */
  readonly addButton: HTMLButtonElement;
  readonly #kindFields = new KindFields(() => {});
  readonly #names = element("datalist", { id: "processes" });

  /** @param onAdd Called when a fault is to be added. */
  constructor(onAdd: () => void) {
    this.addButton = button("Add", onAdd);
    this.root = element(
      "div",
      { class: "fault-fields", role: "group", "aria-label": "Fault to draw" },
      element("b", {}, "Draw a fault"),
      ...this.#kindFields.fields,
      this.addButton,
      this.#names,
      element("small", {}, "or drag on the line below"),
    );
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
   * Offers the names of a run.
   *
   * @param servers The number of its likes servers.
   */
  setServers(servers: number): void {
    const names = ["all", "primary"];
    for (let id = 0; id < Math.min(servers, NAMED_MAX); id++) {
      names.push(`LikesServer${id}`);
    }
    if (this.#names.childElementCount === names.length) return;
    this.#names.replaceChildren(
      ...names.map((value) => element("option", { value })),
    );
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
