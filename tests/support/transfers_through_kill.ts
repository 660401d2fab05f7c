import assert from "node:assert/strict";
import { join } from "node:path";
import { SluiceClient, type TransferProgress } from "#client/mod.ts";
import { withDeadline } from "./deadline.ts";
import { fileDigest, writeRandomFile } from "./random_file.ts";
import type { TempFolder } from "./temp_folder.ts";

/** Half of them up, half of them down. */
const TRANSFERS = 20;
const SIZE_BYTES = 1_000_000;
/** So slow that all are under way together, on a busy machine, too. */
export const SLOWLY: readonly string[] = ["--rate-per-connection", "150kB/s"];
const DEADLINE_MS = 180_000;

/** One transfer, with files of its own. */
interface Transfer {
  readonly isUpload: boolean;
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly begun: PromiseWithResolvers<void>;
  wasLost: boolean;
}

/**
 * Runs twenty transfers, each by a client of its own, and does something when all are in the middle.
 *
 * @param server Where the clients connect; the server behind it has the flags {@linkcode SLOWLY}.
 * @param folder Place for the clients' files.
 * @param root What is served.
 * @param act What happens then.
 * @returns How many transfers lost their connection; all have finished and were compared.
 */
export async function transferThrough(
  server: { readonly hostname: string; readonly port: number },
  folder: TempFolder,
  root: string,
  act: () => void,
): Promise<number> {
  const transfers = Array.from({ length: TRANSFERS }, (_, index) => describe(index, folder, root));
  for (const [index, { source }] of transfers.entries()) {
    await writeRandomFile(source, SIZE_BYTES, index + 1);
  }
  const running = transfers.map((transfer) => run(server, transfer));
  const all = Promise.all(running);
  const begun = Promise.all(transfers.map((transfer) => transfer.begun.promise));
  await withDeadline(Promise.race([begun, all]), "all transfers to begin", DEADLINE_MS);
  act();
  await withDeadline(all, "the end of all transfers", DEADLINE_MS);
  for (const { source, target, name } of transfers) {
    assert.equal(await fileDigest(target), await fileDigest(source), name);
  }
  return transfers.filter(({ wasLost }) => wasLost).length;
}

function describe(index: number, folder: TempFolder, root: string): Transfer {
  const isUpload = index % 2 === 0;
  const name = `${isUpload ? "up" : "down"}-${index}.bin`;
  const [local, remote] = [folder.join(name), join(root, name)];
  const [source, target] = isUpload ? [local, remote] : [remote, local];
  return { isUpload, name, source, target, begun: Promise.withResolvers(), wasLost: false };
}

async function run(
  server: { readonly hostname: string; readonly port: number },
  transfer: Transfer,
): Promise<void> {
  const { isUpload, name, source, target, begun } = transfer;
  await using client = new SluiceClient({ server });
  const onProgress = ({ state, doneBytes }: TransferProgress): void => {
    if (doneBytes > 0) begun.resolve();
    if (state === "retrying") transfer.wasLost = true;
  };
  if (isUpload) await client.upload(source, name, { onProgress });
  else await client.download(name, target, { onProgress });
}
