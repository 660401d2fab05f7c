import assert from "node:assert/strict";
import { Exchange } from "#client/exchange.ts";
import { SendWindow } from "#client/send_window.ts";
import { SilenceWatch } from "#client/silence_watch.ts";
import { FrameType } from "#protocol/frame.ts";
import { SluiceError } from "#protocol/sluice_error.ts";

const WINDOW = 100;

Deno.test("untilFits() lets a window of what travels be under way, whatever it stands for", async () => {
  using place = open();
  const { exchange, window } = place;
  await window.untilFits(40, 40);
  await window.untilFits(100, 60);
  const next = window.untilFits(130, 30);
  assert.equal(await isPending(next), true);
  exchange.acknowledge(39);
  assert.equal(await isPending(next), true);
  exchange.acknowledge(40);
  await next;
  // Ten bytes each: ten of them fit, and no more.
  exchange.acknowledge(130);
  for (let sent = 1; sent <= 10; sent++) await window.untilFits(130 + 30 * sent, 10);
  const more = window.untilFits(460, 10);
  assert.equal(await isPending(more), true);
  exchange.acknowledge(160);
  await more;
});

Deno.test("untilFits() lets four windows of the file be under way, however little travels", async () => {
  using place = open();
  const { exchange, window } = place;
  for (let end = 50; end <= 400; end += 50) await window.untilFits(end, 1);
  const next = window.untilFits(450, 1);
  assert.equal(await isPending(next), true);
  exchange.acknowledge(50);
  await next;
});

Deno.test("untilFits() fails with why the upload ended", async () => {
  using place = open();
  const { exchange, window } = place;
  await window.untilFits(100, 100);
  const next = window.untilFits(200, 100);
  exchange.refuse(new SluiceError("disk_full", "Cannot go on: no space left"));
  await assert.rejects(next, { code: "disk_full" });
});

interface Opened extends Disposable {
  readonly exchange: Exchange;
  readonly window: SendWindow;
}

function open(): Opened {
  const watch = new SilenceWatch(60_000, { onHalfTime: () => true, onSilence: () => {} });
  const exchange = new Exchange(1, FrameType.PUT, watch);
  const window = new SendWindow(exchange, WINDOW);
  return { exchange, window, [Symbol.dispose]: () => watch[Symbol.dispose]() };
}

async function isPending(promise: Promise<void>): Promise<boolean> {
  const turn = new Promise((resolve) => setTimeout(() => resolve("pending"), 0));
  return await Promise.race([promise, turn]) === "pending";
}
