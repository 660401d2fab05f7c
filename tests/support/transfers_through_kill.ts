import assert from "node:assert/strict";
import { join } from "node:path";
import { RateLimit, SluiceClient, type TransferProgress } from "#client/mod.ts";
import { withDeadline } from "./deadline.ts";
import { writeSparseFile } from "./big_transfer.ts";
import { fileDigest, writeRandomFile } from "./random_file.ts";
import type { TempFolder } from "./temp_folder.ts";

/** Half of them up, half of them down. */
const TRANSFERS = 20;
const UPLOAD_BYTES = 1_000_000;
/** More than all buffers on the way hold, so that a server that is killed has not sent it all. */
const DOWNLOAD_BYTES = 24_000_000;
/** Until all have begun, however long that takes: an upload would last a quarter of an hour. */
const SLOW = 1_000;

/** One transfer, with files of its own. */
interface Transfer {
  readonly isUpload: boolean;
  readonly name: string;
  readonly source: string;
  readonly target: string;
  readonly limit: RateLimit;
  readonly begun: PromiseWithResolvers<void>;
  wasLost: boolean;
}

/**
 * Runs twenty transfers, each by a client of its own, and does something when all are in the middle.
 *
 * @param server Where the clients connect.
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
  for (const [index, { source, isUpload }] of transfers.entries()) {
    if (isUpload) await writeRandomFile(source, UPLOAD_BYTES, index + 1);
    else await writeSparseFile(source, DOWNLOAD_BYTES);
  }
  const running = transfers.map((transfer) => run(server, transfer));
  const all = Promise.all(running);
  const begun = Promise.all(transfers.map((transfer) => transfer.begun.promise));
  await withDeadline(Promise.race([begun, all]), "all transfers to begin");
  act();
  for (const { limit } of transfers) limit.bytesPerSecond = 0;
  await withDeadline(all, "the end of all transfers");
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
  const [limit, begun] = [new RateLimit(SLOW), Promise.withResolvers<void>()];
  return { isUpload, name, source, target, limit, begun, wasLost: false };
}

async function run(
  server: { readonly hostname: string; readonly port: number },
  transfer: Transfer,
): Promise<void> {
  const { isUpload, name, source, target, limit, begun } = transfer;
  await using client = new SluiceClient({ server });
  const onProgress = ({ state, doneBytes }: TransferProgress): void => {
    if (doneBytes > 0) begun.resolve();
    if (state === "retrying") transfer.wasLost = true;
  };
  const options = { onProgress, limitRate: limit, compress: "off" } as const;
  if (isUpload) await client.upload(source, name, options);
  else await client.download(name, target, options);
}
