/**
 * The rules of the line protocol once more, as naively as they can be written:
 * regular expressions and BigInt. The validator has to agree with this on every
 * line.
 *
 * @module
 */

import {
  REFUSED_BYTES,
  REFUSED_GROWTH_ABOVE,
  REFUSED_GROWTH_BELOW,
  REFUSED_HTTP,
  REFUSED_LENGTH,
  REFUSED_LIKES,
  REFUSED_LIKES_FORM,
  REFUSED_MARK,
  REFUSED_NAME,
  REFUSED_SEQ,
  REFUSED_SEQ_FORM,
  REFUSED_SERVER,
  REFUSED_SESSION,
  REFUSED_TOTAL,
  REFUSED_TOTAL_FORM,
  REFUSED_WORDS,
  VALID,
} from "../../lib/protocol/validator.ts";

/** The content of a valid line. */
export interface OracleReport {
  server: bigint;
  likes: bigint;
  session: string;
  /** 0: no mark. */
  seq: bigint;
  /** -1: no total. */
  total: bigint;
}

/** The verdict on a line, and its content where it is valid. */
export function judgeNaively(
  bytes: Uint8Array,
  serverMax: number,
): { code: number; report?: OracleReport } {
  const line = String.fromCharCode(...bytes.subarray(0, 257));
  const [method = "", target] = line.split(" ");
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(method) && target !== undefined) {
    const isRequest = bytes.length > 256
      ? /^([/*]|[a-z][a-z0-9+.-]*:)/i.test(
        line.slice(method.length).replace(/^ +/, ""),
      )
      : line.toUpperCase().includes("HTTP/", method.length);
    if (isRequest) return { code: REFUSED_HTTP };
  }
  if (bytes.length > 256) return { code: REFUSED_LENGTH };
  if (!/^[ -~]*$/.test(line)) return { code: REFUSED_BYTES };
  if (!/^[^ ]+ [^ ]+( [^ ]+)?$/.test(line)) return { code: REFUSED_WORDS };
  const [name = "", likesWord = "", mark] = line.split(" ");

  const server = number(name.replace(/^LikesServer/, ""));
  if (!name.startsWith("LikesServer") || !server) return { code: REFUSED_NAME };
  if (server.value > BigInt(serverMax)) return { code: REFUSED_SERVER };
  if (server.rest !== "") return { code: REFUSED_NAME };

  const likes = number(likesWord);
  if (!likes) return { code: REFUSED_LIKES_FORM };
  if (likes.value > 42n) return { code: REFUSED_LIKES };
  if (likes.rest !== "") return { code: REFUSED_LIKES_FORM };
  const report = {
    server: server.value,
    likes: likes.value,
    session: "",
    seq: 0n,
    total: -1n,
  };
  if (mark === undefined) return { code: VALID, report };

  report.session = mark.slice(0, 16);
  if (!/^[0-9a-f]{16}$/.test(report.session)) return { code: REFUSED_SESSION };
  if (mark[16] !== "#") return { code: REFUSED_MARK };
  const seq = number(mark.slice(17));
  if (!seq) return { code: REFUSED_SEQ_FORM };
  if (seq.value < 1n || seq.value > 2n ** 31n - 1n) {
    return { code: REFUSED_SEQ };
  }
  report.seq = seq.value;
  if (seq.rest === "") return { code: VALID, report };
  if (!seq.rest.startsWith("=")) return { code: REFUSED_SEQ_FORM };

  const total = number(seq.rest.slice(1));
  if (!total) return { code: REFUSED_TOTAL_FORM };
  if (total.value > 2n ** 53n - 1n) return { code: REFUSED_TOTAL };
  if (total.value < likes.value) return { code: REFUSED_GROWTH_BELOW };
  if (total.value - likes.value > 42n * (seq.value - 1n)) {
    return { code: REFUSED_GROWTH_ABOVE };
  }
  if (total.rest !== "") return { code: REFUSED_TOTAL_FORM };
  report.total = total.value;
  return { code: VALID, report };
}

/** The number at the start of a word, and what follows it. */
function number(word: string): { value: bigint; rest: string } | undefined {
  const digits = /^[0-9]+/.exec(word)?.[0] ?? "";
  if (!/^(0|[1-9][0-9]*)$/.test(digits)) return undefined;
  return { value: BigInt(digits), rest: word.slice(digits.length) };
}
