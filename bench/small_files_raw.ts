/**
 * Measures many small files with raw frames over a few connections, without the client library:
 * `deno run -A bench/small_files_raw.ts HOST:PORT [files] [connections] [batch] [server's pid]`. With the
 * pid it also prints the server's processor time per file, which a busy machine distorts less.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { createXXHash128 } from "hash-wasm";
import { encodeControl, encodeFrame, FrameType, readHeader } from "#protocol/frame.ts";
import { HEADER_BYTES, PREFACE_BYTES } from "#protocol/limits.ts";
import { encodePreface } from "#protocol/preface.ts";

const FILE_BYTES = 4096;
const READ_BYTES = 256 * 1024;

/** Reads frames off a socket and counts how each request ended. */
class FrameCounter {
  readonly #conn: Deno.TcpConn;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #errors = 0;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  async skipPreface(): Promise<void> {
    await this.#fill(PREFACE_BYTES);
    this.#bytes = this.#bytes.subarray(PREFACE_BYTES);
    await this.#fill(HEADER_BYTES);
    const { payloadBytes } = readHeader(this.#bytes, 0, "server");
    await this.#fill(HEADER_BYTES + payloadBytes);
    this.#bytes = this.#bytes.subarray(HEADER_BYTES + payloadBytes);
  }

  /** Waits for that many last frames. */
  async ends(count: number): Promise<void> {
    for (let seen = 0; seen < count;) {
      await this.#fill(HEADER_BYTES);
      const { type, payloadBytes } = readHeader(this.#bytes, 0, "server");
      await this.#fill(HEADER_BYTES + payloadBytes);
      if (type === FrameType.RESULT) seen++;
      if (type === FrameType.ERROR) {
        seen++;
        const text = new TextDecoder().decode(
          this.#bytes.subarray(HEADER_BYTES, HEADER_BYTES + payloadBytes),
        );
        if (this.#errors++ === 0) console.log(text);
      }
      this.#bytes = this.#bytes.subarray(HEADER_BYTES + payloadBytes);
    }
  }

  async #fill(count: number): Promise<void> {
    while (this.#bytes.byteLength < count) {
      const into = new Uint8Array(Math.max(READ_BYTES, count));
      into.set(this.#bytes);
      const kept = this.#bytes.byteLength;
      const read = await this.#conn.read(into.subarray(kept));
      if (read === null) throw new Error("the server closed");
      this.#bytes = into.subarray(0, kept + read);
    }
  }
}

async function connect(address: string): Promise<[Deno.TcpConn, FrameCounter]> {
  const [hostname = "127.0.0.1", port = "9999"] = address.split(":");
  const conn = await Deno.connect({ hostname, port: Number(port) });
  await writeAll(conn, encodePreface());
  await writeAll(conn, encodeControl(FrameType.HELLO, 0, { agent: "bench" }));
  const counter = new FrameCounter(conn);
  await counter.skipPreface();
  return [conn, counter];
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += await conn.write(bytes.subarray(at));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/** Batches of frames, made before the clock starts. */
async function uploadBatches(paths: readonly string[], batch: number): Promise<Uint8Array[]> {
  const hasher = await createXXHash128();
  const bytes = crypto.getRandomValues(new Uint8Array(FILE_BYTES));
  const batches: Uint8Array[] = [];
  for (let at = 0; at < paths.length; at += batch) {
    const frames: Uint8Array[] = [];
    paths.slice(at, at + batch).forEach((path, index) => {
      const id = at + index + 1;
      bytes[0] = id & 255;
      const digest = `xxh128:${hasher.init().update(bytes).digest("hex")}`;
      const put = {
        path,
        sizeBytes: FILE_BYTES,
        stage: true,
        makeParents: true,
        modifiedAtMs: 1e12,
      };
      frames.push(encodeControl(FrameType.PUT, id, put));
      frames.push(encodeFrame(FrameType.DATA, id, bytes, crc32(bytes)));
      frames.push(encodeControl(FrameType.COMMIT, id, { digest }));
    });
    frames.push(encodeControl(FrameType.PUBLISH, 1_000_000 + at, {}));
    batches.push(concat(frames));
  }
  return batches;
}

async function measure(what: string, files: number, run: () => Promise<void>): Promise<void> {
  const [startMs, startTicks] = [performance.now(), cpuTicks()];
  await run();
  const seconds = (performance.now() - startMs) / 1000;
  // A tick is 10 ms.
  const endTicks = cpuTicks();
  const [user = 0, system = 0] = endTicks.map((ticks, index) =>
    Math.round(((ticks - (startTicks[index] ?? 0)) * 10_000) / files)
  );
  console.log(
    `${what}: ${files} files in ${seconds.toFixed(2)} s, ${
      (files / seconds).toFixed(0)
    } files/s, ` +
      `server's µs per file: ${user} user, ${system} system`,
  );
}

/** Processor time of the server so far, in ticks of 10 ms: user, system. */
function cpuTicks(): number[] {
  if (pid === undefined) return [0, 0];
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  return [Number(fields[11]), Number(fields[12])];
}

const [address = "127.0.0.1:9999", files = "6000", connections = "3", batch = "256", pid] =
  Deno.args;
const lanes = Number(connections);
const perLane = Math.floor(Number(files) / lanes);
const run = crypto.randomUUID().slice(0, 8);
const lane = async (index: number) => {
  const paths = Array.from({ length: perLane }, (_, n) => `${run}/${index}/${n % 20}/file-${n}`);
  return {
    paths,
    uploads: await uploadBatches(paths, Number(batch)),
    line: await connect(address),
  };
};
const all = await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));

await measure("upload", perLane * lanes, async () => {
  await Promise.all(all.map(async ({ uploads, line: [conn, counter] }) => {
    const ends = counter.ends(perLane + uploads.length);
    for (const bytes of uploads) await writeAll(conn, bytes);
    await ends;
  }));
});
for (const round of Deno.args[5] === "up" ? [] : ["download", "download again"]) {
  await measure(round, perLane * lanes, async () => {
    await Promise.all(all.map(async ({ paths, line: [conn, counter] }) => {
      const ends = counter.ends(perLane);
      for (let at = 0; at < paths.length; at += 100) {
        const frames = paths.slice(at, at + 100).map((path, index) =>
          encodeControl(FrameType.GET, at + index + 1, { path })
        );
        await writeAll(conn, concat(frames));
      }
      await ends;
    }));
  });
}
for (const { line: [conn] } of all) conn.close();
