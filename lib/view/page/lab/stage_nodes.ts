/**
 * The processes on the stage: boxes with their numbers, which can be chosen
 * with the pointer or the keyboard.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Group } from "../../lab/groups.ts";
import type { NodeWords } from "../../lab/film/node_words.ts";
import type { StagePlace } from "../../lab/film/stage_layout.ts";
import { button, element, setText } from "../dom.ts";

/** A key that puts a process into a group, or takes it out. */
const GROUP_KEYS: Readonly<Record<string, Group>> = {
  a: "A",
  b: "B",
  "0": null,
  Delete: null,
  Backspace: null,
};

/** The steps of arrow keys from one process to another. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowLeft: -1,
  ArrowDown: 1,
  ArrowRight: 1,
};

/** The elements of a process. */
interface Box {
  readonly root: HTMLButtonElement;
  /**
   * All of it in words, for screen readers; what is seen is hidden from them.
   */
  readonly told: HTMLElement;
  readonly name: HTMLElement;
  readonly badge: HTMLElement;
  readonly lines: HTMLElement[];
  fullName: string;
  levels: string;
  label: string;
  kind: string;
  look: string;
  group: Group;
}

/** The boxes of all processes. */
export class StageNodes {
  /** The root element, to be put into the stage. */
  readonly root: HTMLElement;
  readonly #boxes = new Map<number, Box>();
  readonly #onGroup: (node: number, group: Group) => void;

  /**
   * @param onGroup Called when a process is put into a group, or taken out of
   * it.
   */
  constructor(onGroup: (node: number, group: Group) => void) {
    this.#onGroup = onGroup;
    this.root = element("div", {
      class: "nodes",
      role: "group",
      "aria-label":
        "Processes: arrow keys go from one to the next; A and B put it into a group of the partition to draw, Enter into the next one, 0 into none",
    });
    this.root.addEventListener("keydown", (event) => this.#onKey(event));
    this.root.addEventListener("focusin", () => this.#rove());
  }

  /**
   * Places the processes, and forgets all others.
   *
   * @param places The place of each node, with its kind, its name, and what of
   * that there is room for.
   */
  place(
    places: readonly {
      readonly node: number;
      readonly name: string;
      readonly label: string;
      readonly kind: "server" | "replica" | "replica tall" | "reader";
      readonly place: StagePlace;
    }[],
  ): void {
    const nodes = new Set(places.map(({ node }) => node));
    for (const [node, { root }] of this.#boxes) {
      if (nodes.has(node)) continue;
      root.remove();
      this.#boxes.delete(node);
    }
    for (const { node, name, label, kind, place } of places) {
      const box = this.#boxOf(node);
      box.kind = kind;
      box.fullName = name;
      setText(box.name, label);
      const { style } = box.root;
      style.left = `${place.x - place.width / 2}px`;
      style.top = `${place.y - place.height / 2}px`;
      style.width = `${place.width}px`;
      style.height = `${place.height}px`;
      this.#dress(box);
    }
    this.#rove();
  }

  /**
   * Shows a process as it is.
   *
   * @param node The process.
   * @param words Its words.
   * @param glyph A mark before its name.
   */
  show(node: number, { lines, look, told }: NodeWords, glyph = ""): void {
    const box = this.#boxes.get(node);
    if (box === undefined) return;
    while (box.lines.length < lines.length) {
      const line = element("small", { "aria-hidden": "true" });
      box.lines.push(line);
      box.root.append(line);
    }
    box.lines.forEach((line, index) => setText(line, lines[index] ?? ""));
    // A mark before the name, which the style shows.
    const { dataset } = box.name;
    if (dataset.glyph !== glyph) dataset.glyph = glyph;
    box.label = told;
    if (look === box.look) return;
    box.look = look;
    this.#dress(box);
  }

  /**
   * Shows how much of all likes a replica holds.
   *
   * @param node The replica.
   * @param held The share that it holds, 0 to 1.
   * @param generated The share that was generated.
   */
  level(node: number, held: number, generated: number): void {
    const box = this.#boxes.get(node);
    if (box === undefined) return;
    const levels = [held, generated].map((share) =>
      Math.round(200 * share) / 2
    );
    const shown = levels.join();
    if (shown === box.levels) return;
    box.levels = shown;
    box.root.style.setProperty("--held", `${levels[0]}%`);
    box.root.style.setProperty("--drawn", `${levels[1]}%`);
  }

  /** Tells screen readers of each process what it shows. */
  tell(): void {
    for (const { told, fullName, label, group } of this.#boxes.values()) {
      setText(
        told,
        `${fullName}: ${label}${group === null ? "" : `; group ${group}`}`,
      );
    }
  }

  /**
   * Shows the groups of a partition.
   *
   * @param groupOf The group of a process.
   */
  group(groupOf: (node: number) => Group): void {
    for (const [node, box] of this.#boxes) {
      const group = groupOf(node);
      if (group === box.group) continue;
      box.group = group;
      setText(box.badge, group ?? "");
      this.#dress(box);
    }
    this.tell();
  }

  #dress({ root, kind, look, group }: Box): void {
    root.className = `node ${kind} ${look}${
      group === null ? "" : ` group-${group.toLowerCase()}`
    }`;
  }

  #boxOf(node: number): Box {
    const known = this.#boxes.get(node);
    if (known !== undefined) return known;
    const told = element("span", { class: "unseen" });
    const name = element("b", { "aria-hidden": "true" });
    const badge = element("i", { class: "badge", "aria-hidden": "true" });
    const root = button("", () => this.#cycle(node), {
      "data-node": `${node}`,
      tabindex: "-1",
    });
    root.append(told, name, badge);
    const box: Box = {
      ...{ root, told, name, badge, lines: [], fullName: "", label: "" },
      levels: "",
      ...{ kind: "", look: "", group: null },
    };
    this.#boxes.set(node, box);
    this.root.append(root);
    return box;
  }

  #cycle(node: number): void {
    const { group = null } = this.#boxes.get(node) ?? {};
    this.#onGroup(node, group === null ? "A" : group === "A" ? "B" : null);
  }

  #onKey(event: KeyboardEvent): void {
    const boxes = [...this.#boxes];
    const index = boxes.findIndex(([, { root }]) =>
      root === document.activeElement
    );
    const [node] = boxes[index] ?? [];
    if (node === undefined || event.ctrlKey || event.metaKey) return;
    const step = STEPS[event.key];
    const group = GROUP_KEYS[event.key];
    if (step !== undefined) {
      const next = boxes[(index + step + boxes.length) % boxes.length];
      next?.[1].root.focus();
    } else if (group !== undefined) this.#onGroup(node, group);
    else return;
    event.preventDefault();
  }

  /** One process can be reached with the tab key: that which was last. */
  #rove(): void {
    const boxes = [...this.#boxes.values()];
    const focused = boxes.find(({ root }) => root === document.activeElement) ??
      boxes.find(({ root }) => root.tabIndex === 0) ?? boxes[0];
    for (const { root } of boxes) {
      root.tabIndex = root === focused?.root ? 0 : -1;
    }
  }
}
