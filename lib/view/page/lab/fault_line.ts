/**
 * The time line on which partitions, crashes and pauses are drawn.
 *
 * @module
 */
/// <reference lib="dom" />
import {
  secondsFromTicks,
  TICKS_PER_SECOND,
  ticksFromMs,
} from "../../../domain/ticks.ts";
import { runEndTick } from "../../../faults/plan.ts";
import type { RunOptions } from "../../../options/run_options.ts";
import {
  type Group,
  type Groups,
  groupsOf,
  NO_GROUPS,
  withProcess,
} from "../../lab/groups.ts";
import { DEFAULT_SETTING } from "../../lab/setting.ts";
import { linearScale } from "../../chart/axis.ts";
import { LANE_HEIGHT } from "../../chart/fault_lanes.ts";
import {
  type FaultDraft,
  indexOfDraft,
  moveDraft,
  snapTicks,
} from "../../lab/fault_drafts.ts";
import { element } from "../dom.ts";
import { faultBars } from "./fault_bars.ts";
import { FaultEditor, FaultTool } from "./fault_fields.ts";
import { axisRange } from "../timeline_panels.ts";

/** A fault that is moved or drawn with a pointer. */
interface Drag {
  readonly index: number;
  readonly part: "whole" | "beginning" | "end";
  readonly fromX: number;
  readonly draft: FaultDraft;
  readonly isNew: boolean;
}

/** The fewest lanes, so that there is room to draw. */
const LANES_MIN = 2;

/** The window of a fault that is added undrawn, as shares of the run. */
const ADDED = { from: 0.4, until: 0.55 };

/** Length of a fault that a click adds, as a share of the run. */
const CLICKED = 0.08;

/** Fewer pixels than these are a click, not a drag. */
const DRAG_MIN = 4;

/**
 * The strip on which faults are drawn, moved and removed, as wide as the
 * timeline below it.
 */
export class FaultLine {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #strip: HTMLElement;
  readonly #ground = element("div", { class: "ground" });
  readonly #tool: FaultTool;
  readonly #editor: FaultEditor;
  readonly #onGroups: (groups: Groups) => void;
  readonly #onChange: (drafts: readonly FaultDraft[]) => void;
  #drafts: readonly FaultDraft[] = [];
  #options: RunOptions = DEFAULT_SETTING;
  #endTick = TICKS_PER_SECOND;
  /**
   * The last tick of the axis: a run goes on a little after its planned end.
   */
  #axisTick = TICKS_PER_SECOND;
  #selected = -1;
  #drag: Drag | null = null;

  /**
   * @param onChange Called with all faults when one has changed.
   * @param onGroups Called with the groups of the partition that is selected,
   * else of that to draw.
   */
  constructor(
    onChange: (drafts: readonly FaultDraft[]) => void,
    onGroups: (groups: Groups) => void,
  ) {
    this.#onChange = onChange;
    this.#strip = element("div", {
      class: "strip",
      role: "group",
      "aria-label": "Faults on the time line",
    });
    this.#onGroups = onGroups;
    this.#tool = new FaultTool(
      () => this.#add(ADDED.from, ADDED.until),
      () => this.#showGroups(),
    );
    this.#editor = new FaultEditor(
      (draft) => this.#replace(this.#selected, draft),
      () => this.#remove(this.#selected),
    );
    this.root = element(
      "div",
      { class: "fault-line" },
      this.#tool.root,
      this.#strip,
      // Below, so that the strip stays under the pointer when something is
      // selected.
      this.#editor.root,
    );
    this.#listen();
    new ResizeObserver(() => this.#draw()).observe(this.root);
  }

  /**
   * Shows the faults of a setting.
   *
   * @param drafts The faults.
   * @param options The run.
   */
  show(drafts: readonly FaultDraft[], options: RunOptions): void {
    const endTick = runEndTick(options);
    this.#options = options;
    // The plan has an order of its own, and perhaps other words.
    this.#selected = indexOfDraft(this.#drafts[this.#selected], drafts);
    this.#drafts = drafts;
    this.#endTick = endTick;
    this.#axisTick = Math.max(this.#axisTick, endTick);
    this.#tool.setRun(options);
    this.#draw();
  }

  /**
   * Chooses a process for the fault that is selected, else for that to draw.
   *
   * @param node The process.
   * @param group Its group in a partition.
   */
  choose(node: number, group: Group): void {
    const draft = this.#drafts[this.#selected];
    if (draft === undefined) this.#tool.choose(node, group);
    else {
      const changed = withProcess(draft, node, group, this.#options);
      this.#replace(this.#selected, changed);
    }
  }

  /** Shows the groups of the fault that is selected, else of that to draw. */
  #showGroups(): void {
    const { kind, who } = this.#drafts[this.#selected] ?? {};
    this.#onGroups(
      who === undefined
        ? this.#tool.groups
        : kind === "partition"
        ? groupsOf(who, this.#options)
        : NO_GROUPS,
    );
  }

  /**
   * Takes over the time axis of the timeline below.
   *
   * @param seconds The last second of the axis.
   */
  setAxis(seconds: number): void {
    this.#axisTick = Math.max(this.#endTick, ticksFromMs(1000 * seconds));
    this.#draw();
  }

  get #range(): [left: number, right: number] {
    return axisRange(Math.floor(this.root.clientWidth));
  }

  #draw(): void {
    const [left, right] = this.#range;
    if (right <= left) return;
    const seconds = secondsFromTicks(this.#axisTick);
    const x = linearScale([0, seconds], [left, right]);
    const { bars, lanes } = faultBars(this.#drafts, {
      x,
      labelsUntil: Math.floor(this.root.clientWidth),
      selected: this.#selected,
    });
    this.#strip.style.height = `${
      Math.max(LANES_MIN, lanes + 1) * LANE_HEIGHT
    }px`;
    const focused = this.#focusedIndex();
    this.#ground.style.left = `${left}px`;
    this.#ground.style.width = `${x(secondsFromTicks(this.#endTick)) - left}px`;
    this.#strip.replaceChildren(this.#ground, ...bars);
    if (focused >= 0) this.#buttonOf(focused)?.focus();
    this.#editor.show(this.#drafts[this.#selected] ?? null);
    this.#showGroups();
  }

  #focusedIndex(): number {
    const focused = document.activeElement;
    if (
      !(focused instanceof HTMLElement) || !this.#strip.contains(focused)
    ) return -1;
    return Number(focused.dataset.index ?? -1);
  }

  #buttonOf(index: number): HTMLElement | null {
    return this.#strip.querySelector(`[data-index="${index}"]`);
  }

  #tickAt(clientX: number): number {
    const [left, right] = this.#range;
    const x = clientX - this.root.getBoundingClientRect().left;
    const tick = (x - left) / (right - left) * this.#axisTick;
    return Math.max(0, Math.min(this.#endTick, this.#snapped(tick)));
  }

  #snapped(ticks: number): number {
    const snap = snapTicks(this.#endTick);
    return Math.round(ticks / snap) * snap;
  }

  // --- changes

  #add(from: number, until: number): void {
    const fromTick = this.#snapped(from * this.#endTick);
    const untilTick = this.#snapped(until * this.#endTick);
    this.#selected = this.#drafts.length;
    this.#report([
      ...this.#drafts,
      { ...this.#tool.drawn(), fromTick, untilTick },
    ]);
  }

  #replace(index: number, draft: FaultDraft): void {
    this.#report(this.#drafts.map((one, i) => i === index ? draft : one));
  }

  #remove(index: number): void {
    if (index < 0) return;
    this.#selected = -1;
    this.#report(this.#drafts.filter((_, i) => i !== index));
  }

  #report(drafts: readonly FaultDraft[]): void {
    this.#drafts = drafts;
    this.#draw();
    this.#onChange(drafts);
  }

  // --- pointer and keys

  #listen(): void {
    const strip = this.#strip;
    strip.addEventListener("pointerdown", (event) => this.#onDown(event));
    strip.addEventListener("pointermove", (event) => this.#onMove(event));
    strip.addEventListener("pointerup", () => this.#onUp());
    strip.addEventListener("pointercancel", () => {
      const drag = this.#drag;
      this.#drag = null;
      if (drag === null) return;
      this.#drafts = drag.isNew
        ? this.#drafts.slice(0, -1)
        : this.#drafts.map((one, i) => i === drag.index ? drag.draft : one);
      this.#draw();
    });
    strip.addEventListener("keydown", (event) => this.#onKey(event));
    strip.addEventListener("focusin", () => this.#select(this.#focusedIndex()));
  }

  #select(index: number): void {
    if (index < 0 || index === this.#selected) return;
    this.#selected = index;
    this.#strip.querySelectorAll(".draft").forEach((button) => {
      const isIt = button.getAttribute("data-index") === `${index}`;
      button.setAttribute("aria-pressed", `${isIt}`);
    });
    this.#editor.show(this.#drafts[index] ?? null);
    this.#showGroups();
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    const { target, clientX } = event;
    const button = target.closest(".draft");
    this.#strip.setPointerCapture(event.pointerId);
    if (button instanceof HTMLElement) {
      const index = Number(button.dataset.index);
      const draft = this.#drafts[index];
      if (draft === undefined) return;
      const part = target.matches(".beginning")
        ? "beginning"
        : target.matches(".end")
        ? "end"
        : "whole";
      this.#drag = { index, part, fromX: clientX, draft, isNew: false };
      event.preventDefault();
      button.focus();
      this.#select(index);
      return;
    }
    const fromTick = this.#tickAt(clientX);
    const index = this.#drafts.length;
    const draft = { ...this.#tool.drawn(), fromTick, untilTick: fromTick };
    this.#drag = { index, part: "end", fromX: clientX, draft, isNew: true };
    event.preventDefault();
    this.#drafts = [...this.#drafts, draft];
  }

  #onMove({ clientX }: PointerEvent): void {
    const drag = this.#drag;
    if (drag === null) return;
    const moved = this.#moved(drag, clientX);
    if (moved === null) return;
    this.#drafts = this.#drafts.map((one, i) => i === drag.index ? moved : one);
    this.#selected = drag.index;
    this.#draw();
  }

  /** The fault of a drag, moved; null while a drag may still be a click. */
  #moved(drag: Drag, clientX: number): FaultDraft | null {
    const { draft, part, fromX, isNew } = drag;
    if (Math.abs(clientX - fromX) < DRAG_MIN) return null;
    if (isNew) {
      const ends = [draft.fromTick, this.#tickAt(clientX)];
      const fromTick = Math.min(...ends);
      return moveDraft(
        { ...draft, fromTick, untilTick: fromTick },
        "end",
        Math.max(...ends) - fromTick,
        this.#endTick,
      );
    }
    const [left, right] = this.#range;
    const ticks = (clientX - fromX) / (right - left) * this.#axisTick;
    return moveDraft(draft, part, this.#snapped(ticks), this.#endTick);
  }

  #onUp(): void {
    const drag = this.#drag;
    if (drag === null) return;
    this.#drag = null;
    const draft = this.#drafts[drag.index];
    if (draft === undefined) return;
    if (drag.isNew && draft.untilTick === draft.fromTick) {
      this.#selected = drag.index;
      const length = this.#snapped(CLICKED * this.#endTick);
      this.#replace(
        drag.index,
        moveDraft(draft, "end", length, this.#endTick),
      );
    } else if (draft !== drag.draft) this.#report(this.#drafts);
    this.#buttonOf(drag.index)?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const index = this.#focusedIndex();
    const draft = this.#drafts[index];
    if (draft === undefined) return;
    const { key, shiftKey, ctrlKey } = event;
    if (key === "Escape") {
      this.#selected = -1;
      this.#draw();
      this.#tool.addButton.focus();
      return;
    }
    if (key === "Delete" || key === "Backspace") {
      event.preventDefault();
      this.#remove(index);
      (this.#buttonOf(0) ?? this.#tool.addButton).focus();
      return;
    }
    const direction = key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0;
    if (direction === 0) return;
    event.preventDefault();
    const part = shiftKey ? "end" : ctrlKey ? "beginning" : "whole";
    const ticks = direction * snapTicks(this.#endTick);
    this.#replace(index, moveDraft(draft, part, ticks, this.#endTick));
  }
}
