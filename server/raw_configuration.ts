import * as v from "valibot";
import { switchValue } from "#protocol/switch_value.ts";
import {
  ADMISSION_KEYS,
  ADMISSION_VARIABLES,
  type RawAdmission,
} from "./admission/admission_flags.ts";
import { TEXT_SETTING } from "./text_setting.ts";
import { withoutUndefined } from "./without_undefined.ts";

/** Settings as people write them, from flags, variables or a file; all may be missing. */
export interface RawConfiguration extends RawAdmission {
  readonly host?: string;
  readonly port?: string;
  readonly root?: string;
  readonly chunkSize?: string;
  readonly chunkDelay?: string;
  readonly classroom?: boolean;
  readonly rate?: string;
  readonly ratePerConnection?: string;
  readonly workers?: string;
  readonly maxConnections?: string;
  readonly requireToken?: boolean;
  readonly insecure?: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly compress?: boolean;
  readonly logFormat?: string;
  readonly logLevel?: string;
  readonly trashKeep?: string;
  readonly trashSize?: string;
  readonly historyKeep?: string;
  readonly uploadKeep?: string;
  readonly processes?: string;
  readonly shared?: string;
  readonly metrics?: string;
  readonly auditLog?: string;
  readonly auditSize?: string;
  readonly auditKeep?: string;
  readonly largestFile?: string;
  readonly quota?: string;
  readonly reserve?: string;
  readonly readOnly?: boolean;
  readonly allowNames?: readonly string[];
  readonly denyNames?: readonly string[];
}

/** Environment variable of each setting. */
export const VARIABLES: Readonly<Record<keyof RawConfiguration, string>> = {
  host: "SLUICE_HOST",
  port: "SLUICE_PORT",
  root: "SLUICE_ROOT",
  chunkSize: "SLUICE_CHUNK_SIZE",
  chunkDelay: "SLUICE_CHUNK_DELAY",
  classroom: "SLUICE_CLASSROOM",
  rate: "SLUICE_RATE",
  ratePerConnection: "SLUICE_RATE_PER_CONNECTION",
  workers: "SLUICE_WORKERS",
  maxConnections: "SLUICE_MAX_CONNECTIONS",
  requireToken: "SLUICE_REQUIRE_TOKEN",
  insecure: "SLUICE_INSECURE",
  tlsCert: "SLUICE_TLS_CERT",
  tlsKey: "SLUICE_TLS_KEY",
  compress: "SLUICE_COMPRESS",
  logFormat: "SLUICE_LOG_FORMAT",
  logLevel: "SLUICE_LOG_LEVEL",
  trashKeep: "SLUICE_TRASH_KEEP",
  trashSize: "SLUICE_TRASH_SIZE",
  historyKeep: "SLUICE_HISTORY_KEEP",
  uploadKeep: "SLUICE_UPLOAD_KEEP",
  processes: "SLUICE_PROCESSES",
  shared: "SLUICE_SHARED",
  metrics: "SLUICE_METRICS",
  auditLog: "SLUICE_AUDIT_LOG",
  auditSize: "SLUICE_AUDIT_SIZE",
  auditKeep: "SLUICE_AUDIT_KEEP",
  largestFile: "SLUICE_LARGEST_FILE",
  quota: "SLUICE_QUOTA",
  reserve: "SLUICE_RESERVE",
  readOnly: "SLUICE_READ_ONLY",
  allowNames: "SLUICE_ALLOW_NAMES",
  denyNames: "SLUICE_DENY_NAMES",
  ...ADMISSION_VARIABLES,
};

/** Settings that are on or off. */
const SWITCHES: ReadonlySet<string> = new Set([
  "classroom",
  "compress",
  "requireToken",
  "insecure",
  "readOnly",
  "penalties",
]);
/** Settings that are lists; a variable separates with commas. */
const LISTS: ReadonlySet<string> = new Set(["allowNames", "denyNames"]);

/** A setting as it is typed on the command line. */
export function flagOf(key: keyof RawConfiguration): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const FileSchema = v.strictObject({
  host: TEXT_SETTING,
  port: TEXT_SETTING,
  root: TEXT_SETTING,
  chunkSize: TEXT_SETTING,
  chunkDelay: TEXT_SETTING,
  classroom: v.optional(v.boolean()),
  requireToken: v.optional(v.boolean()),
  insecure: v.optional(v.boolean()),
  tlsCert: TEXT_SETTING,
  tlsKey: TEXT_SETTING,
  rate: TEXT_SETTING,
  ratePerConnection: TEXT_SETTING,
  workers: TEXT_SETTING,
  maxConnections: TEXT_SETTING,
  compress: v.optional(v.boolean()),
  logFormat: TEXT_SETTING,
  logLevel: TEXT_SETTING,
  trashKeep: TEXT_SETTING,
  trashSize: TEXT_SETTING,
  historyKeep: TEXT_SETTING,
  uploadKeep: TEXT_SETTING,
  processes: TEXT_SETTING,
  shared: TEXT_SETTING,
  metrics: TEXT_SETTING,
  auditLog: TEXT_SETTING,
  auditSize: TEXT_SETTING,
  auditKeep: TEXT_SETTING,
  largestFile: TEXT_SETTING,
  quota: TEXT_SETTING,
  reserve: TEXT_SETTING,
  readOnly: v.optional(v.boolean()),
  allowNames: v.optional(v.array(v.string())),
  denyNames: v.optional(v.array(v.string())),
  ...ADMISSION_KEYS,
});

/**
 * Reads the text of a configuration file: JSON with the flags' names in camelCase.
 *
 * @param json Content of the file.
 * @returns Its settings.
 * @throws {RangeError} When it is not JSON, or holds a name or value that is none of them.
 */
export function parseConfigurationFile(json: string): RawConfiguration {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new RangeError("Cannot read the configuration file: it is not JSON", { cause });
  }
  // The validator would take an array for an object without any keys.
  if (Array.isArray(value)) {
    throw new RangeError("Cannot use the configuration file: it is not a JSON object");
  }
  const result = v.safeParse(FileSchema, value);
  if (result.success) return withoutUndefined(result.output);
  const issue = result.issues[0];
  const where = v.getDotPath(issue) ?? "the file";
  throw new RangeError(`Cannot use the configuration file: ${where}: ${issue.message}`);
}

/**
 * Reads the settings in environment variables.
 *
 * @param get Looks up a variable.
 * @returns Those that are set and not empty.
 * @throws {RangeError} When one that switches something is neither true nor false.
 */
export function readVariables(get: (name: string) => string | undefined): RawConfiguration {
  const found: Record<string, string | boolean | string[]> = {};
  for (const [key, name] of Object.entries(VARIABLES)) {
    const value = get(name);
    if (value === undefined || value === "") continue;
    found[key] = SWITCHES.has(key)
      ? parseSwitch(name, value)
      : LISTS.has(key)
      ? value.split(",")
      : value;
  }
  return found;
}

function parseSwitch(name: string, value: string): boolean {
  const isOn = switchValue(value);
  if (isOn !== undefined) return isOn;
  throw new RangeError(`Cannot use ${name}="${value}": it must be true or false`);
}
