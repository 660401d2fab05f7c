import { join } from "node:path";
import type { SluiceClient } from "#client/sluice_client.ts";
import type { TransferProgress, TransferResult } from "#client/types.ts";
import type { DemoFiles } from "./demo_files.ts";

/** The two small samples would be through in a blink: they are slowed down to last this long. */
const SMALL_SECONDS: Readonly<Record<string, number>> = { "sample.txt": 5, "sample_script.py": 8 };

/** One transfer of the demo. */
export interface DemoTransfer {
  readonly name: string;
  readonly direction: "upload" | "download";
  readonly sizeBytes: number;
  /** The file on each side, to be compared. */
  readonly paths: readonly [string, string];
  run(onProgress: (progress: TransferProgress) => void): Promise<TransferResult>;
}

/**
 * Plans the demo: every sample file comes down while another file goes up.
 *
 * @param files What there is.
 * @param client A client with a connection for each transfer.
 * @param signal Ends all transfers.
 */
export function planTransfers(
  files: DemoFiles,
  client: SluiceClient,
  signal: AbortSignal,
): readonly DemoTransfer[] {
  const downloads = files.samples.map((name): DemoTransfer => {
    const [remote, local] = [join(files.root, name), join(files.downloads, name)];
    const sizeBytes = Deno.statSync(remote).size;
    const seconds = SMALL_SECONDS[name];
    const limitRate = seconds === undefined ? 0 : Math.ceil(sizeBytes / seconds);
    const run: DemoTransfer["run"] = (onProgress) =>
      client.download(name, local, { limitRate, onProgress, signal });
    return { name, direction: "download", sizeBytes, paths: [remote, local], run };
  });
  const { name, path } = files.upload;
  const upload: DemoTransfer = {
    name,
    direction: "upload",
    sizeBytes: Deno.statSync(path).size,
    paths: [path, join(files.root, name)],
    run: (onProgress) => client.upload(path, name, { onProgress, signal }),
  };
  return [...downloads, upload];
}
