/**
 * The fields of a setting, besides the faults that have a time.
 *
 * @module
 */
/// <reference lib="dom" />
import { flagName, FLAGS } from "../../../options/flags.ts";
import { DELIVERIES } from "../../../domain/delivery.ts";
import {
  GOSSIP_STYLES,
  READ_REPAIRS,
  REPLICA_CHOICES,
} from "../../../domain/replicas.ts";
import { formatGossip } from "../../../options/gossip.ts";
import { defaultGossip } from "../../../options/read_run.ts";
import { DURABILITIES } from "../../../domain/durability.ts";
import { SEED_MAX } from "../../../domain/random.ts";
import type { RunOptions } from "../../../options/run_options.ts";
import {
  FIELD_LABELS,
  fieldsOfSetting,
  inWordsOfPage,
  readSetting,
} from "../../lab/setting.ts";
import { button, element, setText } from "../dom.ts";

/** A field of the form. */
type Field = HTMLInputElement | HTMLSelectElement;

/** The name of the flag that a field sets. */
type FieldKey = keyof typeof FIELD_LABELS;

/** Pause in typing after which a setting is read, in milliseconds. */
const TYPING_MS = 350;

/** The delivery modes, in a few words each. */
const MODES: Readonly<Record<string, string>> = {
  "at-most-once": "no answer: forget. May lose.",
  "original":
    "no answer: keep the sum for the next report. May count twice, and is stuck once the sum passes 42.",
  "at-least-once":
    "no answer: send the same again. Never loses, may count twice.",
  "dedup":
    "no answer: send the same again, with a number on it. Each is counted once.",
  "crdt":
    "no answer: the next report says the total so far. Each like is counted once.",
};

/**
 * Whether a text that was typed has the meaning of a setting, perhaps in other
 * words: then it stays as it was typed, and typing goes on.
 */
function saysSame(name: string, typed: string, text: string): boolean {
  if (typed.trim() === "" || typed === text) return typed === text;
  try {
    const options = readSetting(new URLSearchParams([[name, typed]]));
    return fieldsOfSetting(options)[name] === text;
  } catch {
    return false;
  }
}

/** The form of a setting. */
export class LabForm {
  /** The root element, to be put into the page. */
  readonly root: HTMLFormElement;
  /**
   * The error of the setting; to be put where it is seen although the form may
   * be folded away.
   */
  readonly error: HTMLElement = element("p", { class: "error", role: "alert" });
  readonly #fields = new Map<string, Field>();
  readonly #sliders = new Map<string, HTMLInputElement>();
  readonly #mode = element("p", { class: "hint", id: "mode-hint" });
  /** Fields that say something only where there are several replicas. */
  readonly #ofReplicas = this.#group("Between replicas", () => [
    this.#text("gossip"),
    this.#optional("gossipStyle", GOSSIP_STYLES),
    this.#optional("writeTo", REPLICA_CHOICES),
    this.#text("writeQuorum", { placeholder: "1", inputmode: "numeric" }),
    this.#check("noFailover"),
    this.#text("peerLatency", { placeholder: "as latency" }),
  ]);
  /** Fields that say something only where anybody reads. */
  readonly #ofReads = this.#group("Reads", () => [
    this.#text("readInterval", { placeholder: "0.1s..0.5s" }),
    this.#optional("readFrom", REPLICA_CHOICES),
    this.#text("readQuorum", { placeholder: "1", inputmode: "numeric" }),
    this.#optional("readRepair", READ_REPAIRS),
    this.#text("readLatency", { placeholder: "as latency" }),
  ]);
  readonly #onChange: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param onChange Called when a field has another value.
   * @param onRun Called when a run is asked for.
   */
  constructor(onChange: () => void, onRun: () => void) {
    this.#onChange = onChange;
    this.root = element(
      "form",
      { class: "lab-form", "aria-label": "Setting", novalidate: "" },
      this.#select("delivery", DELIVERIES, {
        "aria-describedby": "mode-hint",
      }),
      this.#mode,
      this.#text("servers", { inputmode: "numeric" }),
      this.#text("latency", {
        placeholder: "0ms",
        list: "latencies",
      }),
      element(
        "datalist",
        { id: "latencies" },
        ...[
          "20ms",
          "exp:100ms",
          "uniform:50ms..150ms",
          "pareto:20ms,1.5",
          "lognormal:100ms,0.5",
          "mix:0.9*exp:2ms+0.1*pareto:1ms,1.5",
          "ymmr",
        ].map((value) => element("option", { value })),
      ),
      this.#share("loss"),
      this.#share("duplicate"),
      this.#seed(),
      this.#text("replicas", { inputmode: "numeric" }),
      this.#ofReplicas,
      this.#text("readers", { inputmode: "numeric" }),
      this.#text("readAfter", { placeholder: "no such reads" }),
      this.#ofReads,
      this.#more(),
      element(
        "p",
        { class: "actions" },
        element("button", { type: "submit", class: "run" }, "Run"),
      ),
    );
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.#timer);
      onRun();
    });
  }

  /**
   * The texts of the fields.
   *
   * @returns Values by the names of flags.
   */
  values(): URLSearchParams {
    const values = new URLSearchParams();
    for (const [name, field] of this.#fields) {
      if (field.matches(":disabled")) continue;
      const text = isCheck(field)
        ? field.checked ? field.value : ""
        : field.value.trim();
      if (text !== "") values.set(name, text);
    }
    return values;
  }

  /**
   * Shows a setting.
   *
   * @param options The run.
   */
  show(options: RunOptions): void {
    const texts = fieldsOfSetting(options);
    const gossip = this.#fields.get("gossip");
    gossip?.setAttribute(
      "placeholder",
      formatGossip(defaultGossip(options.writeTo)),
    );
    for (const [name, field] of this.#fields) {
      const text = texts[name] ?? "";
      if (isCheck(field)) field.checked = text !== "";
      else if (!saysSame(name, field.value, text)) field.value = text;
      this.#slide(name);
    }
    setText(this.#mode, MODES[options.delivery] ?? "");
    this.#fit();
    this.fail("");
  }

  /** Offers what can have an effect: what is given in vain is refused. */
  #fit(): void {
    const given = (name: string) => this.#fields.get(name)?.value.trim() ?? "";
    const areMany = Number(given("replicas")) > 1;
    const hasReaders = Number(given("readers")) > 0;
    show(this.#ofReplicas, areMany);
    show(this.#ofReads, hasReaders || given("read-after") !== "");
    for (const name of ["read-from", "read-quorum", "read-repair"]) {
      enable(this.#fields.get(name), areMany);
    }
    enable(this.#fields.get("read-interval"), hasReaders);
  }

  /**
   * Shows an error, in the words of the page.
   *
   * @param message The error in the words of the command line; empty: none.
   */
  fail(message: string): void {
    setText(this.error, inWordsOfPage(message));
    for (const [name, field] of this.#fields) {
      const isNamed = new RegExp(`--${name}(?![\\w-])`).test(message);
      if (isNamed) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
  }

  #changed(isTyping: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, isTyping ? TYPING_MS : 0);
  }

  #field(key: FieldKey, field: Field): HTMLElement {
    const name = flagName(key);
    field.name = name;
    this.#fields.set(name, field);
    field.title = FLAGS[key].help;
    field.addEventListener("input", () => {
      this.#slide(name);
      this.#fit();
      this.#changed(field instanceof HTMLInputElement);
    });
    return element(
      "label",
      { class: "field" },
      element("span", {}, FIELD_LABELS[key]),
      field,
    );
  }

  #text(
    key: FieldKey,
    attributes: Readonly<Record<string, string>> = {},
  ): HTMLElement {
    const common = { autocomplete: "off", spellcheck: "false" };
    return this.#field(key, element("input", { ...common, ...attributes }));
  }

  #select(
    key: FieldKey,
    values: readonly string[],
    attributes: Readonly<Record<string, string>> = {},
  ): HTMLElement {
    const options = values.map((value) => element("option", { value }, value));
    return this.#field(key, element("select", attributes, ...options));
  }

  /** A choice of which the default need not be given. */
  #optional(key: FieldKey, values: readonly string[]): HTMLElement {
    const options = values.map((text) => {
      const value = text === FLAGS[key].defaultText ? "" : text;
      return element("option", { value }, text);
    });
    return this.#field(key, element("select", {}, ...options));
  }

  #check(key: FieldKey): HTMLElement {
    return this.#field(
      key,
      element("input", { type: "checkbox", value: "on" }),
    );
  }

  #group(legend: string, fields: () => HTMLElement[]): HTMLFieldSetElement {
    return element(
      "fieldset",
      {},
      element("legend", {}, legend),
      ...fields(),
    );
  }

  /** A field for a share of messages, with a slider up to a half. */
  #share(key: FieldKey): HTMLElement {
    const name = flagName(key);
    const slider = element("input", {
      type: "range",
      min: "0",
      max: "0.5",
      step: "0.01",
      "aria-label": `${FIELD_LABELS[key]}, as a share`,
    });
    this.#sliders.set(name, slider);
    const field = this.#text(key, { placeholder: "0" });
    slider.addEventListener("input", () => {
      const text = this.#fields.get(name);
      if (text !== undefined) {
        text.value = slider.value === "0" ? "" : slider.value;
      }
      this.#changed(true);
    });
    return element("div", { class: "share" }, field, slider);
  }

  #slide(name: string): void {
    const slider = this.#sliders.get(name);
    const text = this.#fields.get(name)?.value ?? "";
    if (slider === undefined) return;
    const [part = "0", whole = "1"] = text.split("/");
    const share = Number(part) / Number(whole);
    slider.value = String(Number.isFinite(share) ? share : 0);
  }

  #seed(): HTMLElement {
    return element(
      "div",
      { class: "share" },
      this.#text("seed", { inputmode: "numeric" }),
      button("Another seed", () => {
        const seed = this.#fields.get("seed");
        if (seed === undefined) return;
        seed.value = String((Number(seed.value) + 1) % SEED_MAX || 0);
        this.#changed(false);
      }),
    );
  }

  #more(): HTMLElement {
    return element(
      "details",
      {},
      element("summary", {}, "More"),
      this.#text("lifetime"),
      this.#text("spawnInterval"),
      this.#text("interval"),
      this.#text("likes"),
      this.#text("ackTimeout"),
      this.#text("ackLoss", { placeholder: "as loss" }),
      this.#text("ackLatency", { placeholder: "as latency" }),
      this.#text("drain"),
      this.#select("durability", DURABILITIES),
    );
  }
}

function isCheck(field: Field): field is HTMLInputElement {
  return field.type === "checkbox";
}

function show(fields: HTMLFieldSetElement, isShown: boolean): void {
  fields.hidden = fields.disabled = !isShown;
}

function enable(field: Field | undefined, isEnabled: boolean): void {
  if (field !== undefined) field.disabled = !isEnabled;
}
