import { join } from "node:path";
import type { SluiceClient } from "#client/sluice_client.ts";
import type { TransferOptions, TransferResult } from "#client/types.ts";
import type { DemoFiles } from "./demo_files.ts";

/** The two small samples would be through in a blink: they are slowed down to last this long. */
const SMALL_SECONDS: Readonly<Record<string, number>> = { "sample.txt": 5, "sample_script.py": 8 };

/** One transfer of the demo. */
export interface DemoTransfer {
  /** Name on both sides; the server has it in its root. */
  readonly name: string;
  readonly direction: "upload" | "download";
  readonly sizeBytes: number;
  readonly localPath: string;
  /** Where the server has it on the disk, to compare the two. */
  readonly servedPath: string;
  /** Bytes per second, 0 for no limit. */
  readonly limitRate: number;
}

/**
 * Plans the demo: every sample file comes down while another file goes up.
 *
 * @param files What there is.
 */
export function planTransfers(files: DemoFiles): readonly DemoTransfer[] {
  const downloads = files.samples.map((name): DemoTransfer => {
    const servedPath = join(files.root, name);
    const sizeBytes = Deno.statSync(servedPath).size;
    const seconds = SMALL_SECONDS[name];
    const limitRate = seconds === undefined ? 0 : Math.ceil(sizeBytes / seconds);
    const localPath = join(files.downloads, name);
    return { name, direction: "download", sizeBytes, localPath, servedPath, limitRate };
  });
  const { name, path: localPath } = files.upload;
  const upload: DemoTransfer = {
    name,
    direction: "upload",
    sizeBytes: Deno.statSync(localPath).size,
    localPath,
    servedPath: join(files.root, name),
    limitRate: 0,
  };
  return [...downloads, upload];
}

/** Moves the file of one transfer. */
export async function runTransfer(
  client: SluiceClient,
  transfer: DemoTransfer,
  options: Pick<TransferOptions, "onProgress" | "signal">,
): Promise<TransferResult> {
  const { name, direction, localPath, limitRate } = transfer;
  return direction === "upload"
    ? await client.upload(localPath, name, { ...options, limitRate })
    : await client.download(name, localPath, { ...options, limitRate });
}
