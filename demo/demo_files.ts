import { join } from "node:path";

const SAMPLES = ["sample.txt", "sample_script.py", "sluice.png"] as const;
const UPLOAD_NAME = "field_notes.txt";
const UPLOAD_BYTES = 200_000;

/** Folders of one demo, all inside one temp folder. */
export interface DemoFiles {
  /** Removed when the demo ends. */
  readonly temp: string;
  /** Served; holds a copy of the sample files. */
  readonly root: string;
  /** Where downloads go. */
  readonly downloads: string;
  readonly samples: readonly string[];
  /** A file that is only here, to be uploaded. */
  readonly upload: { readonly name: string; readonly path: string };
}

/**
 * Lays out what the demo works on.
 *
 * @param samplesFolder Where the sample files are.
 * @returns Fresh folders; the caller removes `temp`.
 */
export async function makeDemoFiles(samplesFolder: string): Promise<DemoFiles> {
  const temp = await Deno.makeTempDir({ prefix: "sluice-demo-" });
  const [root, downloads] = [join(temp, "root"), join(temp, "downloads")];
  for (const folder of [root, downloads]) await Deno.mkdir(folder);
  for (const name of SAMPLES) await Deno.copyFile(join(samplesFolder, name), join(root, name));
  const path = join(temp, UPLOAD_NAME);
  await Deno.writeTextFile(path, fieldNotes());
  return { temp, root, downloads, samples: SAMPLES, upload: { name: UPLOAD_NAME, path } };
}

/** Whether two files hold the same bytes. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([Deno.readFile(a), Deno.readFile(b)]);
  return first.length === second.length && first.every((byte, index) => byte === second[index]);
}

function fieldNotes(): string {
  let text = "";
  for (let hour = 0; text.length < UPLOAD_BYTES; hour++) {
    const gate = Math.round(50 + 45 * Math.sin(hour / 9));
    text += `hour ${hour}: gate ${gate} % open, level ${(2 + Math.cos(hour / 24)).toFixed(2)} m\n`;
  }
  return text.slice(0, UPLOAD_BYTES);
}
