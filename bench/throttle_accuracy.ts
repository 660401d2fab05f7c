/**
 * Measures how closely the server keeps to its rates: each limit, both directions, five seconds each.
 *
 * `deno task bench:throttle [SECONDS]`
 */
import { formatRate } from "#protocol/byte_units.ts";
import { startServer } from "#server/start_server.ts";
import { type Flow, meterDownload, meterUpload, rateOf } from "#tests/server/flow_meter.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

const RATES = [10_000, 1_000_000, 20_000_000, 200_000_000];
const LIMITS = ["rate", "ratePerConnection"] as const;
const ALLOWED_ERROR = 0.03;

const seconds = Number(Deno.args[0] ?? 5);
let hasFailed = false;
console.log(`limit               direction  set          measured     error   (${seconds} s each)`);
for (const limit of LIMITS) {
  for (const rate of RATES) {
    for (const direction of ["download", "upload"] as const) {
      const measured = rateOf(await measure({ [limit]: rate }, direction, rate * seconds));
      const error = measured / rate - 1;
      hasFailed ||= Math.abs(error) > ALLOWED_ERROR;
      console.log(
        limit.padEnd(20) + direction.padEnd(11) + formatRate(rate).padEnd(13) +
          formatRate(measured).padEnd(13) + `${(error * 100).toFixed(2)} %`,
      );
    }
  }
}
if (hasFailed) Deno.exitCode = 1;

async function measure(
  throttle: Readonly<Record<string, number>>,
  direction: "download" | "upload",
  sizeBytes: number,
): Promise<Flow> {
  await using folder = await makeTempFolder();
  await using server = await startServer({ port: 0, root: folder.path, throttle });
  if (direction === "upload") return await meterUpload(server, "upload.bin", sizeBytes);
  await Deno.truncate(await makeEmpty(folder.join("download.bin")), sizeBytes);
  return await meterDownload(server, "download.bin");
}

async function makeEmpty(path: string): Promise<string> {
  using _file = await Deno.create(path);
  return path;
}
