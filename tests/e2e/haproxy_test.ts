import assert from "node:assert/strict";
import { SluiceClient } from "#client/mod.ts";
import { encodeControl, FrameType } from "#protocol/frame.ts";
import { encodePreface } from "#protocol/preface.ts";
import { hasHaProxy, startHaProxy } from "#tests/support/haproxy.ts";
import { readProjectFile } from "#tests/support/project_files.ts";
import { startServerProcess } from "#tests/support/server_process.ts";
import { checkStateFolder } from "#tests/support/state_folder.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";
import { transferThrough } from "#tests/support/transfers_through_kill.ts";

const ignore = !await hasHaProxy();

Deno.test({
  name: "twenty transfers through HAProxy finish when one of two servers of a folder is killed",
  ignore,
  fn: async () => {
    await using folder = await makeTempFolder();
    const root = folder.join("root");
    await Deno.mkdir(root);
    await using a = await startServerProcess({ root, flags: ["--shared", "a"] });
    await using b = await startServerProcess({
      root,
      flags: ["--shared", "b", "--processes", "2"],
    });
    await using proxy = await startHaProxy(a.address, b.address);
    const lost = await transferThrough(proxy, folder, root, () => a.kill("SIGKILL"));
    // leastconn: the proxy gives each server half of them.
    assert.ok(lost >= 5, `${lost} of 20 transfers lost their connection`);
    await using client = new SluiceClient({ server: proxy });
    assert.equal((await client.status()).serverName, "b");
    await checkStateFolder(root, { isAlive: true });
  },
});

Deno.test("docs/haproxy.cfg greets servers as a client does", async () => {
  const config = await readProjectFile("docs/haproxy.cfg");
  const hello = encodeControl(FrameType.HELLO, 0, { agent: "haproxy" });
  assert.ok(config.includes(`send-binary ${encodePreface().toHex()}${hello.toHex()}\n`));
  const welcome = FrameType.WELCOME.toString(16).padStart(2, "0");
  assert.ok(config.includes(`^${encodePreface().toHex().toUpperCase()}.{8}${welcome}\n`));
});
