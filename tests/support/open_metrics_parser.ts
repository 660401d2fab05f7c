import assert from "node:assert/strict";

/** One metric family as a strict reader of OpenMetrics 1.0 sees it. */
export interface MetricFamily {
  readonly type: string;
  readonly unit: string | undefined;
  readonly help: string | undefined;
  /** By name and labels, as they stand in the text. */
  readonly samples: Map<string, number>;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = '([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\[\\\\"n])*)"';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${LABEL})(?:,(?:${LABEL}))*)\\})? (\\S+)$`);
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  gauge: [""],
  counter: ["_total"],
  histogram: ["_bucket", "_sum", "_count"],
  info: ["_info"],
};

/**
 * Reads a text of OpenMetrics 1.0 as strictly as its specification (§4, §5) allows, and fails on anything else.
 *
 * @param text A whole answer.
 * @returns The families by name.
 */
export function parseOpenMetrics(text: string): Map<string, MetricFamily> {
  assert.ok(text.endsWith("\n# EOF\n"), "it ends with # EOF");
  const lines = text.slice(0, -"# EOF\n".length).split("\n").slice(0, -1);
  const families = new Map<string, MetricFamily>();
  let current: { name: string; family: MetricFamily } | undefined;
  for (const line of lines) {
    assert.ok(line !== "" && !line.includes("\r"), "no empty line, no CR");
    const head = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`).exec(line);
    if (head !== null) {
      const [, keyword = "", name = "", rest = ""] = head;
      if (current?.name !== name) {
        assert.ok(!families.has(name), `${name} is in one place`);
        assert.equal(keyword, "TYPE", `${name} begins with its type`);
        assert.ok(rest in SUFFIXES, `${name} has a known type: ${rest}`);
        const family = { type: rest, unit: undefined, help: undefined, samples: new Map() };
        families.set(name, family);
        current = { name, family };
        continue;
      }
      assert.equal(current.family.samples.size, 0, `${name} is described before its samples`);
      const key = keyword === "UNIT" ? "unit" : "help";
      assert.ok(
        keyword !== "TYPE" && current.family[key] === undefined,
        `${name}: ${keyword} once`,
      );
      if (key === "unit") assert.ok(name.endsWith(`_${rest}`), `${name} ends with its unit`);
      current = { name, family: { ...current.family, [key]: rest } };
      families.set(name, current.family);
      continue;
    }
    assert.ok(!line.startsWith("#"), `no other comment: ${line}`);
    const match = SAMPLE.exec(line);
    assert.ok(match !== null && current !== undefined, `a sample: ${line}`);
    const [, sampleName = "", labels = ""] = match;
    const value = match.at(-1) ?? "";
    const { name, family } = current;
    const suffix = SUFFIXES[family.type]?.find((suffix) => sampleName === name + suffix);
    assert.ok(suffix !== undefined, `${sampleName} belongs to ${name}`);
    const number = Number(value);
    assert.ok(/^[+-]?[0-9.]+(?:e[+-]?\d+)?$/.test(value) && Number.isFinite(number), line);
    if (family.type !== "gauge") assert.ok(number >= 0, `${line} does not go below zero`);
    const key = `${sampleName}{${labels}}`;
    assert.ok(!family.samples.has(key), `${key} once`);
    family.samples.set(key, number);
  }
  for (const [name, family] of families) {
    assert.ok(family.help !== undefined, `${name} has a help`);
    if (family.type === "histogram") assertHistogram(name, family.samples);
  }
  return families;
}

/** Buckets grow, the last one is +Inf and is the count. */
function assertHistogram(name: string, samples: ReadonlyMap<string, number>): void {
  const counts = new Map<string, { last: number; bound: number }>();
  for (const [key, value] of samples) {
    const match = new RegExp(`^${name}_bucket\\{(.*?),?le="([^"]+)"\\}$`).exec(key);
    if (match === null) continue;
    const [, labels = "", le = ""] = match;
    const before = counts.get(labels) ?? { last: 0, bound: -Infinity };
    const bound = le === "+Inf" ? Infinity : Number(le);
    assert.ok(le === "+Inf" || /[.e]/.test(le), `${key}: a canonical number`);
    assert.ok(bound > before.bound && value >= before.last, `${key} is in order`);
    counts.set(labels, { last: value, bound });
  }
  for (const [labels, { last, bound }] of counts) {
    assert.equal(bound, Infinity);
    assert.equal(samples.get(`${name}_count{${labels}}`), last);
    assert.ok(samples.has(`${name}_sum{${labels}}`));
  }
}
