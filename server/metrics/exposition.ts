import { BUCKET_BOUNDS, type Histogram } from "./request_tally.ts";

/** Labels of one sample. */
export type Labels = Readonly<Record<string, string>>;

/** One number and its labels. */
export type Sample = readonly [value: number, labels?: Labels];

/** What a metric is. */
export interface Metric {
  /** With the unit as its end, and without `_total`. */
  readonly name: string;
  readonly help: string;
  readonly unit?: "seconds" | "bytes" | "bytes_per_second";
}

/** The two forms that collectors read. */
export const FORMATS = {
  /** OpenMetrics 1.0. */
  openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  /** The older form of Prometheus. */
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
} as const;

/** One of them. */
export type Format = keyof typeof FORMATS;

/**
 * Chooses the form by the header `Accept`: OpenMetrics for those who name it.
 *
 * @param accept The header; `undefined` without one.
 */
export function chooseFormat(accept: string | undefined): Format {
  const isNamed = (accept ?? "").split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return type === "application/openmetrics-text" && !isRefused;
  });
  return isNamed ? "openMetrics" : "prometheus";
}

/** Writes metrics as text (OpenMetrics 1.0, or the older form that all collectors read). */
export class Exposition {
  readonly #isOpen: boolean;
  #text = "";

  /** @param format Which form. */
  constructor(format: Format) {
    this.#isOpen = format === "openMetrics";
  }

  /** Adds numbers that go up and down. */
  gauge(metric: Metric, ...samples: readonly Sample[]): void {
    this.#head(metric, "gauge", metric.name);
    for (const [value, labels] of samples) this.#sample(metric.name, value, labels);
  }

  /** Adds numbers that only grow. */
  counter(metric: Metric, ...samples: readonly Sample[]): void {
    const total = `${metric.name}_total`;
    this.#head(metric, "counter", this.#isOpen ? metric.name : total);
    for (const [value, labels] of samples) this.#sample(total, value, labels);
  }

  /** Adds what does not change: texts, as labels. */
  info(metric: Metric, labels: Labels): void {
    this.#head(
      metric,
      this.#isOpen ? "info" : "gauge",
      this.#isOpen ? metric.name : `${metric.name}_info`,
    );
    this.#sample(`${metric.name}_info`, 1, labels);
  }

  /** Adds histograms; those without a single count are left out. */
  histogram(
    metric: Metric,
    ...samples: readonly (readonly [value: Histogram, labels?: Labels])[]
  ): void {
    this.#head(metric, "histogram", metric.name);
    for (const [{ counts, sumSeconds }, labels] of samples) {
      let count = 0;
      for (const [bucket, more] of counts.entries()) {
        count += more;
        const le = bucketName(BUCKET_BOUNDS[bucket]);
        this.#sample(`${metric.name}_bucket`, count, { ...labels, le });
      }
      this.#sample(`${metric.name}_sum`, sumSeconds, labels);
      this.#sample(`${metric.name}_count`, count, labels);
    }
  }

  /** The whole text. */
  end(): string {
    return this.#isOpen ? `${this.#text}# EOF\n` : this.#text;
  }

  #head(metric: Metric, type: string, name: string): void {
    this.#text += `# TYPE ${name} ${type}\n`;
    if (this.#isOpen && metric.unit !== undefined) this.#text += `# UNIT ${name} ${metric.unit}\n`;
    this.#text += `# HELP ${name} ${metric.help}\n`;
  }

  #sample(name: string, value: number, labels: Labels = {}): void {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
    this.#text += `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
  }
}

function bucketName(bound: number | undefined): string {
  if (bound === undefined) return "+Inf";
  // Canonical in OpenMetrics: a whole number is written with a point, too.
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
