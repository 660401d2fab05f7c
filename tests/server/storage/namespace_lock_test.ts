import assert from "node:assert/strict";
import { NamespaceLock } from "#server/storage/namespace_lock.ts";
import { makeTempFolder } from "#tests/support/temp_folder.ts";

Deno.test("NamespaceLock.hold() gives up with busy when another machine keeps the lock for too long", async () => {
  await using folder = await makeTempFolder();
  using other = new NamespaceLock(folder.path);
  using lock = new NamespaceLock(folder.path, 20);
  other.hold(() => {
    assert.throws(() => lock.hold(() => assert.fail("both hold it")), { code: "busy" });
  });
  assert.equal(lock.hold(() => "held"), "held");
});

Deno.test("NamespaceLock.hold() lets go of the lock when the change fails", async () => {
  await using folder = await makeTempFolder();
  using lock = new NamespaceLock(folder.path, 20);
  using other = new NamespaceLock(folder.path, 20);
  assert.throws(() =>
    lock.hold(() => {
      throw new RangeError("it failed");
    }), RangeError);
  assert.equal(other.hold(() => 1), 1);
});
