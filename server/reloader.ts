import { getLogger } from "@logtape/logtape";
import { escapeText } from "#protocol/escape_text.ts";
import type { CertificateFiles, TlsCertificate } from "#protocol/tls_certificate.ts";
import type { Configuration } from "./configuration.ts";
import type { LiveControls } from "./live_controls.ts";
import { flagOf, type RawConfiguration } from "./raw_configuration.ts";
import { completeSettings, type ServerSettings } from "./server_options.ts";

/** Settings that take effect at once; all others need a restart. */
const LIVE: ReadonlySet<keyof RawConfiguration> = new Set<keyof RawConfiguration>([
  "rate",
  "ratePerConnection",
  "maxConnections",
  "largestFile",
  "quota",
  "reserve",
  "readOnly",
  "allowNames",
  "denyNames",
  "logLevel",
]);

/** What a reload needs. */
export interface ReloaderOptions {
  /** Reads flags, variables and file anew. */
  readonly load: () => Promise<Configuration>;
  readonly controls: LiveControls;
  /** Looks whether settings can be used here, besides their ranges. @throws {RangeError} When not. */
  readonly check: (settings: ServerSettings) => void;
  /** Reads a certificate and its key anew. @throws {RangeError} When they cannot be used. */
  readonly readCertificate: (files: CertificateFiles) => Promise<TlsCertificate>;
  /** Gives new connections another certificate. */
  readonly renewCertificate: (tls: TlsCertificate) => void;
  /** Changes how much is logged. */
  readonly setLogLevel: (level: Configuration["logLevel"]) => Promise<void>;
}

/**
 * Reads the configuration and the certificate again while the server runs. What differs from the last time takes
 * effect, or is said to need a restart; a configuration that cannot be used changes nothing, and a certificate that
 * cannot leaves the one that is used.
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #logger = getLogger(["sluice", "server"]);
  #current: Configuration;
  /** `undefined` when connections are not encrypted. */
  #tls: TlsCertificate | undefined;
  #running: Promise<void> = Promise.resolve();

  /**
   * @param current What the server was started with.
   * @param options What a reload needs.
   * @param tls The certificate, when connections are encrypted.
   */
  constructor(current: Configuration, options: ReloaderOptions, tls?: TlsCertificate) {
    this.#current = current;
    this.#options = options;
    this.#tls = tls;
  }

  /** Reloads, one after the other; never rejects. */
  reload(): Promise<void> {
    this.#running = this.#running.then(() => this.#reload());
    return this.#running;
  }

  async #reload(): Promise<void> {
    this.#reopenFiles();
    try {
      const next = await this.#options.load();
      // All of it is looked at before any of it is used.
      this.#options.check(completeSettings({ ...next.options, root: "" }));
      const changed = changedKeys(this.#current.raw, next.raw);
      const live = changed.filter((key) => this.#isLive(key, next));
      await this.#apply(live, next);
      const isRenewed = await this.#renewCertificate(next.certificateFiles);
      this.#tell(
        live.filter((key) => isRenewed || !isOfCertificate(key)),
        changed.filter((key) => !this.#isLive(key, next)),
      );
      this.#current = next;
    } catch (error) {
      this.#logger.error("the configuration is not reloaded, nothing has changed: {reason}", {
        reason: reasonOf(error),
      });
    }
  }

  /** Files that other programs put aside or replace are opened or read anew here, and nowhere else. */
  #reopenFiles(): void {
    this.#options.controls.reopenAudit();
  }

  /** Whether a connection is encrypted is decided at the start, with which certificate is not. */
  #isLive(key: keyof RawConfiguration, next: Configuration): boolean {
    if (!isOfCertificate(key)) return LIVE.has(key);
    return this.#tls !== undefined && next.certificateFiles !== undefined;
  }

  /** The same files may have another content. Says whether what they hold is used. */
  async #renewCertificate(files: CertificateFiles | undefined): Promise<boolean> {
    if (this.#tls === undefined || files === undefined) return true;
    try {
      const tls = await this.#options.readCertificate(files);
      if (tls.cert === this.#tls.cert && tls.key === this.#tls.key) return true;
      this.#options.renewCertificate(tls);
      this.#tls = tls;
      return true;
    } catch (error) {
      this.#logger.error("the certificate stays as it was: {reason}", { reason: reasonOf(error) });
      return false;
    }
  }

  async #apply(keys: readonly (keyof RawConfiguration)[], next: Configuration): Promise<void> {
    const { controls, setLogLevel } = this.#options;
    const { throttle, limits, maxConnections } = completeSettings({ ...next.options, root: "" });
    // Only what the file changed: a rate that somebody set with `throttle` stays otherwise.
    for (const rate of ["rate", "ratePerConnection"] as const) {
      if (keys.includes(rate)) controls.setThrottle({ [rate]: throttle[rate] });
    }
    controls.setLimits(limits);
    controls.setMaxConnections(maxConnections);
    if (keys.includes("logLevel")) await setLogLevel(next.logLevel);
  }

  #tell(
    live: readonly (keyof RawConfiguration)[],
    later: readonly (keyof RawConfiguration)[],
  ): void {
    const names = (keys: readonly (keyof RawConfiguration)[]): string =>
      keys.map(flagOf).join(", ");
    if (live.length + later.length === 0) this.#logger.info("reloaded: nothing has changed");
    if (live.length > 0) {
      this.#logger.info("reloaded: {changed} took effect", { changed: names(live) });
    }
    if (later.length > 0) {
      this.#logger.warn("reloaded: {later} need a restart", { later: names(later) });
    }
  }
}

function isOfCertificate(key: keyof RawConfiguration): boolean {
  return key === "tlsCert" || key === "tlsKey";
}

function reasonOf(error: unknown): string {
  return escapeText(error instanceof Error ? error.message : String(error));
}

function changedKeys(
  before: RawConfiguration,
  after: RawConfiguration,
): (keyof RawConfiguration)[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return ([...keys] as (keyof RawConfiguration)[])
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])).sort();
}
