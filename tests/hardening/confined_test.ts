import assert from "node:assert/strict";
import { FrameType } from "#protocol/frame.ts";
import { STATE_FOLDER } from "#protocol/limits.ts";
import { inLanes } from "#tests/support/in_lanes.ts";
import { REFUSED_PATHS } from "#tests/support/path_cases.ts";
import { assertError, RawPeer } from "#tests/support/raw_peer.ts";
import { makeTempFolder, type TempFolder } from "#tests/support/temp_folder.ts";
import { startTestServer, type TestServer } from "#tests/server/test_server.ts";
import { caseRandom } from "./fuzz/case_random.ts";
import { REQUESTS_PER_CONNECTION, runRequests } from "./fuzz/request_cases.ts";
import { NAME_REQUESTS, NO_PATHS } from "./bad_inputs/name_requests.ts";
import { makeRequest } from "./fuzz/request_grammar.ts";
import { makeTokens } from "./tokens/make_tokens.ts";

/**
 * What stands in names and files outside of the token's folder: none of it may ever be told. Of `canary` the name is
 * asked for, so it is no secret; what is in it is.
 */
const OUTSIDE = /hidden|outer-folder/;
const BASE = "outer-folder/inner";
const SEED = 20_262;
const CASES = 6_000;

/** Names outside, as one might try to reach them from inside. */
const ESCAPES = [
  ...["../canary", "../../canary", "deep/../../canary", "./../canary", "..//canary", "//canary"],
  ...["/outer-folder/canary", "outer-folder/inner/../canary", "..\\canary", "\\canary"],
  ...[
    "deep/../../../outer-folder/inner-canary/canary",
    "\0../canary",
    "../canary\0",
    "..%2fcanary/..",
  ],
  ...["link/canary", "deep/link-up/canary", "link/../canary"],
];

async function startConfined(folder: TempFolder): Promise<TestServer> {
  const root = folder.join("root");
  await Deno.mkdir(folder.join("root", BASE, "deep"), { recursive: true });
  await Deno.mkdir(folder.join("root", "outer-folder", "inner-canary"));
  for (const at of ["", "root", "root/outer-folder", "root/outer-folder/inner-canary"]) {
    for (const name of ["canary", "hidden.txt"]) {
      await Deno.writeTextFile(folder.join(at, name), "hidden");
    }
  }
  await Deno.writeTextFile(folder.join("root", BASE, "file"), "inside");
  await Deno.writeTextFile(folder.join("root", BASE, "taken"), "inside");
  if (Deno.build.os !== "windows") {
    await Deno.symlink(folder.join("root"), folder.join("root", BASE, "link"));
    await Deno.symlink("../..", folder.join("root", BASE, "deep", "link-up"));
  }
  return await startTestServer({ root, isTokenRequired: true });
}

/** All outside of the token's folder: names, and what is in files. */
function outsideOf(folder: TempFolder): readonly string[] {
  const found: string[] = [];
  const walk = (at: string): void => {
    for (const { name, isDirectory } of Deno.readDirSync(folder.join(at))) {
      const path = at === "" ? name : `${at}/${name}`;
      if (path === `root/${BASE}` || path === `root/${STATE_FOLDER}`) continue;
      found.push(isDirectory ? path : `${path}: ${Deno.readTextFileSync(folder.join(path))}`);
      if (isDirectory) walk(path);
    }
  };
  walk("");
  return found.sort();
}

Deno.test("no request that takes a name leads a confined token out of its folder", async () => {
  await using folder = await makeTempFolder();
  await using place = await startConfined(folder);
  const before = outsideOf(folder);
  const { ann } = makeTokens(folder.join("root"), { ann: { role: "admin", base: BASE } });
  const ways = [...new Set([...ESCAPES, ...REFUSED_PATHS.map(({ text }) => text)])];
  let count = 0;
  await inLanes(NAME_REQUESTS, async ([what, type, payload]) => {
    using peer = await RawPeer.greet(place, ann);
    for (const way of ways) {
      const requestId = await peer.begin(type, payload(way));
      if (type === FrameType.PUT) await peer.sendFrame(FrameType.ABORT, requestId, {});
      const shown = `${what} of ${JSON.stringify(way)}`;
      const asked = way.length > 0 ? way.split(/[\\/\0]/) : [];
      for (;;) {
        const frame = await peer.nextFrame();
        assert.equal(frame.requestId, requestId, `${shown}: ${JSON.stringify(frame.json)}`);
        const told = new TextDecoder().decode(frame.payload);
        // Only the words that it was asked with come back.
        const hidden = asked.reduce(
          (text, name) => name === "" ? text : text.replaceAll(name, ""),
          told,
        );
        assert.ok(!OUTSIDE.test(hidden), `${shown} tells ${told}`);
        const isLast = frame.type === FrameType.RESULT || frame.type === FrameType.ERROR;
        if (!isLast) continue;
        if (!NO_PATHS.test(what)) {
          assert.equal(frame.type, FrameType.ERROR, `${shown}: ${told}`);
          const name = String(frame.json?.name);
          assert.match(
            name,
            /^(invalid_name|invalid_request|permission_denied|not_found|cancelled)$/,
            shown,
          );
        }
        break;
      }
      count++;
    }
    assertError(await peer.request(FrameType.STAT, { path: "canary" }), "not_found", what);
  });
  console.log(
    `confined: ${count} requests of ${NAME_REQUESTS.length} kinds by ${ways.length} ways out`,
  );
  assert.deepEqual(outsideOf(folder), before);
});

Deno.test(`${CASES} made-up requests of confined tokens change and tell nothing outside of their folder`, async () => {
  await using folder = await makeTempFolder();
  await using place = await startConfined(folder);
  const before = outsideOf(folder);
  const tokens = makeTokens(folder.join("root"), {
    ann: { role: "admin", base: BASE },
    bob: { role: "writer", base: BASE },
  });
  const numbers = Array.from({ length: CASES / REQUESTS_PER_CONNECTION }, (_, n) => n);
  await inLanes(numbers, async (number) => {
    const first = number * REQUESTS_PER_CONNECTION;
    let left = Array.from(
      { length: REQUESTS_PER_CONNECTION },
      (_, n) => makeRequest(caseRandom(SEED, first + n), (n + 1) * 10),
    );
    const token = number % 2 === 0 ? tokens.ann : tokens.bob;
    while (left.length > 0) {
      const done = await runRequests(place, left, {
        token,
        look: ({ payload }) => {
          const told = new TextDecoder().decode(payload);
          assert.ok(!OUTSIDE.test(told), `cases from ${first} of seed ${SEED}: ${told}`);
        },
      });
      left = left.slice(done);
    }
  });
  assert.deepEqual(outsideOf(folder), before);
});
