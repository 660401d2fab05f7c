import assert from "node:assert/strict";
import fc from "fast-check";
import type { InputEvent } from "#tui/input/input_event.ts";
import {
  flushInput,
  MAX_SEQUENCE_BYTES,
  needsFlush,
  NOTHING_PENDING,
  parseInput,
} from "#tui/input/input_parser.ts";
import { MAX_PASTE_BYTES } from "#tui/input/paste.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Keys by what a terminal sends for them, written as `C-A-S-name`. */
const KEYS: Readonly<Record<string, string>> = {
  // Characters and controls.
  "q": "q",
  "Q": "Q",
  " ": " ",
  "é": "é",
  "語": "語",
  "😀": "😀",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\x08": "backspace",
  "\x00": "C- ",
  "\x01": "C-a",
  "\x03": "C-c",
  "\x1a": "C-z",
  "\x1c": "C-\\",
  // Alt.
  "\x1bx": "A-x",
  "\x1bQ": "A-Q",
  "\x1bé": "A-é",
  "\x1b\r": "A-enter",
  "\x1b\x7f": "A-backspace",
  "\x1b\x01": "C-A-a",
  // Arrows and their like: xterm, with modifiers, application mode.
  "\x1b[A": "up",
  "\x1b[B": "down",
  "\x1b[C": "right",
  "\x1b[D": "left",
  "\x1bOA": "up",
  "\x1bOD": "left",
  "\x1b[1;5A": "C-up",
  "\x1b[1;2B": "S-down",
  "\x1b[1;3C": "A-right",
  "\x1b[1;8D": "C-A-S-left",
  "\x1b[H": "home",
  "\x1b[F": "end",
  "\x1bOH": "home",
  "\x1bOF": "end",
  "\x1b[1~": "home",
  "\x1b[4~": "end",
  "\x1b[7~": "home",
  "\x1b[8~": "end",
  "\x1b[2~": "insert",
  "\x1b[3~": "delete",
  "\x1b[5~": "pageUp",
  "\x1b[6~": "pageDown",
  "\x1b[3;5~": "C-delete",
  "\x1b[Z": "S-tab",
  // rxvt.
  "\x1b[3$": "S-delete",
  "\x1b[7^": "C-home",
  "\x1b[8@": "C-S-end",
  "\x1b[a": "S-up",
  "\x1bOb": "C-down",
  "\x1b\x1b[A": "A-up",
  "\x1b\x1bOA": "A-up",
  // Function keys: xterm, rxvt, Linux console.
  "\x1bOP": "f1",
  "\x1bOQ": "f2",
  "\x1b[11~": "f1",
  "\x1b[12~": "f2",
  "\x1b[15~": "f5",
  "\x1b[[A": "f1",
  "\x1b[[B": "f2",
  "\x1b[[E": "f5",
  "\x1b[1;2P": "S-f1",
  // The number pad and coded keys.
  "\x1bOM": "enter",
  "\x1bOk": "+",
  "\x1bOw": "7",
  "\x1b[13u": "enter",
  "\x1b[27u": "escape",
  "\x1b[97;5u": "C-a",
  "\x1b[97;2u": "A",
  "\x1b[27;5;105~": "C-i",
};

for (const [sent, expected] of Object.entries(KEYS)) {
  Deno.test(`parseInput() reads ${JSON.stringify(sent)} as ${expected}`, () => {
    const { events, pending } = parseInput(NOTHING_PENDING, encode(sent));
    assert.deepEqual(events.map(inWords), [expected]);
    assert.equal(pending.bytes.length, 0);
  });
}

/** What is no key of ours: nothing of it may appear as text. */
const UNKNOWN: readonly string[] = [
  "\x1b[17~",
  "\x1b[19;5~",
  "\x1b[200;1~",
  "\x1b[201~",
  "\x1b[?1;2c",
  "\x1b[>41;354;0c",
  "\x1b[?2026;2$y",
  "\x1b[24;80R",
  "\x1b[I",
  "\x1b[O",
  "\x1b[<64M",
  "\x1b[<35;10;10M",
  "\x1b[<2;10;10M",
  "\x1b[57441u",
  "\x1b[55296u",
  "\x1b[99999999u",
  "\x1b[ q",
  "\x1bOR",
  "\x1bO5X",
  "\x1b]11;rgb:0000/0000/0000\x07",
  "\x1b]11;rgb:0000/0000/0000\x1b\\",
  "\x1bP>|xterm(390)\x1b\\",
  "\x1b_Gi=1;OK\x1b\\",
  "\u0085",
  "\u009b",
];
for (const sent of UNKNOWN) {
  Deno.test(`parseInput() swallows ${JSON.stringify(sent)}`, () => {
    const { events, pending } = parseInput(NOTHING_PENDING, encode(sent + "k"));
    assert.deepEqual(events.map(inWords), ["k"]);
    assert.equal(pending.bytes.length, 0);
  });
}

Deno.test("parseInput() swallows bytes that are no UTF-8 and reads on behind them", () => {
  const wrong = [[0xff], [0x80], [0xc0, 0xaf], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf8, 0x88]];
  for (const bytes of wrong) {
    const { events } = parseInput(NOTHING_PENDING, new Uint8Array([...bytes, 0x6b]));
    assert.deepEqual(events.map(inWords), ["k"], String(bytes));
  }
});

Deno.test("parseInput() lets a control character end a broken sequence", () => {
  assert.deepEqual(inParts(encode("\x1b[12\x03"), []), ["C-c"]);
  assert.deepEqual(inParts(encode("\x1b]0;title\rk"), []), ["enter", "k"]);
  assert.deepEqual(inParts(encode("\x1b[12\x1b[A"), []), ["up"]);
  assert.deepEqual(inParts(encode("\x1bO\x1b[A"), []), ["up"]);
});

Deno.test("parseInput() reads the mouse in SGR form, counted from 0", () => {
  const { events } = parseInput(
    NOTHING_PENDING,
    encode("\x1b[<0;1;1M\x1b[<0;1;1m\x1b[<64;80;24M\x1b[<65;300;90M\x1b[<4;3;2M"),
  );
  assert.deepEqual(events, [
    { kind: "mouse", action: "press", column: 0, row: 0 },
    { kind: "mouse", action: "release", column: 0, row: 0 },
    { kind: "mouse", action: "wheelUp", column: 79, row: 23 },
    { kind: "mouse", action: "wheelDown", column: 299, row: 89 },
    { kind: "mouse", action: "press", column: 2, row: 1 },
  ]);
});

Deno.test("parseInput() reads the mouse in X10 form too", () => {
  const { events } = parseInput(NOTHING_PENDING, encode("\x1b[M !!\x1b[M#!!\x1b[M`&*"));
  assert.deepEqual(events, [
    { kind: "mouse", action: "press", column: 0, row: 0 },
    { kind: "mouse", action: "release", column: 0, row: 0 },
    { kind: "mouse", action: "wheelUp", column: 5, row: 9 },
  ]);
});

Deno.test("parseInput() gives a paste as one text, without controls", () => {
  const { events } = parseInput(
    NOTHING_PENDING,
    encode("\x1b[200~a\r\nb\x1b[Ac\tü\x1b[201~k"),
  );
  assert.deepEqual(events, [{ kind: "paste", text: "a\nb[Ac\tü" }, ...read("k")]);
});

Deno.test("parseInput() gives nothing for an empty paste", () => {
  assert.deepEqual(read("\x1b[200~\x1b[201~"), []);
});

Deno.test("parseInput() cuts a paste at its limit and never inside a character", () => {
  const text = "a" + "é".repeat(MAX_PASTE_BYTES);
  const [event] = read(`\x1b[200~${text}\x1b[201~`);
  assert.ok(event?.kind === "paste");
  assert.equal(event.text, "a" + "é".repeat(MAX_PASTE_BYTES / 2 - 1));
});

Deno.test("parseInput() gives the same events wherever the bytes are cut", () => {
  const all = [
    ...Object.keys(KEYS),
    ...UNKNOWN,
    "\x1b[200~pasted \x1b[20 text\x1b[201~",
    "\x1b[<0;12;7M",
    "\x1b[M !!",
    "\x1b[" + "0".repeat(300) + "A",
    "\x1b]" + "x".repeat(300) + "\x1b\\",
    "\x1bO" + "1".repeat(300) + "A",
  ];
  for (const text of all) {
    const bytes = encode(text + "k");
    const whole = inParts(bytes, []);
    for (let cut = 1; cut < bytes.length; cut++) {
      assert.deepEqual(inParts(bytes, [cut]), whole, `${JSON.stringify(text)} cut at ${cut}`);
    }
    const everywhere = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
    assert.deepEqual(inParts(bytes, everywhere), whole, `${JSON.stringify(text)} byte by byte`);
  }
});

Deno.test("parseInput() takes garbage: it never throws, keeps little, and cuts change nothing", () => {
  const byte = fc.oneof(
    fc.constantFrom(...encode("\x1b[O]P;<?0123456789~MmA$\x07\\\x03u")),
    fc.integer({ min: 0, max: 255 }),
  );
  const garbage = fc.array(byte, { maxLength: 700, size: "max" });
  fc.assert(
    fc.property(garbage, fc.array(fc.nat({ max: 700 }), { maxLength: 40 }), (values, places) => {
      const bytes = new Uint8Array(values);
      const cuts = [...new Set(places)].filter((place) => place > 0 && place < bytes.length);
      cuts.sort((one, other) => one - other);
      assert.deepEqual(inParts(bytes, cuts), inParts(bytes, []));
    }),
  );
});

Deno.test("flushInput() decides a lone ESC", () => {
  const { pending, events } = parseInput(NOTHING_PENDING, encode("\x1b"));
  assert.deepEqual(events, []);
  assert.equal(needsFlush(pending), true);
  const flushed = flushInput(pending);
  assert.deepEqual(flushed.events.map(inWords), ["escape"]);
  assert.equal(needsFlush(flushed.pending), false);
});

Deno.test("flushInput() decides what could have begun a sequence", () => {
  const cases = { "\x1b[": ["A-["], "\x1bO": ["A-O"], "\x1b\x1b": ["escape", "escape"] };
  for (const [sent, expected] of Object.entries(cases)) {
    const { pending } = parseInput(NOTHING_PENDING, encode(sent));
    assert.deepEqual(flushInput(pending).events.map(inWords), expected);
  }
});

Deno.test("flushInput() lets a sequence that has begun wait for its end", () => {
  const { pending } = parseInput(NOTHING_PENDING, encode("\x1b[1;"));
  const flushed = flushInput(pending);
  assert.deepEqual(flushed.events, []);
  assert.deepEqual(parseInput(flushed.pending, encode("5A")).events.map(inWords), ["C-up"]);
});

Deno.test("flushInput() leaves a paste alone and drops a broken string", () => {
  const paste = parseInput(NOTHING_PENDING, encode("\x1b[200~half")).pending;
  assert.equal(needsFlush(paste), false);
  const rest = parseInput(flushInput(paste).pending, encode("way\x1b[201~"));
  assert.deepEqual(rest.events, [{ kind: "paste", text: "halfway" }]);
  const string = parseInput(NOTHING_PENDING, encode("\x1b]0;x")).pending;
  assert.deepEqual(flushInput(string), { events: [], pending: NOTHING_PENDING });
});

function read(text: string): readonly InputEvent[] {
  return parseInput(NOTHING_PENDING, encode(text)).events;
}

/** Parses in parts; gives what was read, and checks that what waits stays small. */
function inParts(bytes: Uint8Array, cuts: readonly number[]): string[] {
  let pending = NOTHING_PENDING;
  const events: InputEvent[] = [];
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const parsed = parseInput(pending, bytes.subarray(from, to));
    events.push(...parsed.events);
    pending = parsed.pending;
    assert.ok(pending.bytes.length <= MAX_SEQUENCE_BYTES);
    from = to;
  }
  return events.map(inWords);
}

function inWords(event: InputEvent): string {
  if (event.kind === "paste") return `paste ${event.text}`;
  if (event.kind === "mouse") return `${event.action} ${event.column} ${event.row}`;
  const { key, isControl, isAlt, isShift } = event;
  return `${isControl ? "C-" : ""}${isAlt ? "A-" : ""}${isShift ? "S-" : ""}${key}`;
}
