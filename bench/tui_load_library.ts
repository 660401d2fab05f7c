/**
 * Downloads files of a server into a folder with the library alone, all at once: what the terminal
 * client is compared with. Arguments: HOST:PORT FOLDER NAME…
 */
import { join } from "node:path";
import { SluiceClient } from "#client/mod.ts";
import { parseServerAddress } from "#client/address.ts";

const [address = "", folder = "", ...names] = Deno.args;
await using client = new SluiceClient({
  server: parseServerAddress(address),
  connections: names.length,
});
await Promise.all(names.map((name) => client.download(name, join(folder, name))));
