import { SluiceError } from "#protocol/sluice_error.ts";
import type { TransferProgress } from "#client/types.ts";
import type { Transfer } from "#tui/model/transfer.ts";

/** One transfer in each state. */
export function sampleTransfers(nowMs: number): readonly Transfer[] {
  return [
    transfer(nowMs, 1, "video.mp4", {
      direction: "upload",
      progress: moving(438_000_000, 812_000_000),
      samples: [
        { atMs: nowMs - 5_000, bytes: 397_500_000 },
        { atMs: nowMs, bytes: 438_000_000 },
      ],
      sparkline: [2, 4, 7, 6, 7, 8, 8].map((level) => level * 1e6),
    }),
    transfer(nowMs, 2, "backup.tar", {
      phase: "paused",
      progress: moving(41_000_000, 512_000_000),
      limitRate: 2_000_000,
    }),
    transfer(nowMs, 3, "sample.txt", {
      phase: "done",
      progress: moving(946, 946),
      result: {
        direction: "download",
        outcome: "created",
        remotePath: "sample.txt",
        localPath: "/home/ada/work/sample.txt",
        sizeBytes: 946,
        digest: "xxh128:9f86d081884c7d659a2feaa0c55ad015",
        seconds: 0.1,
        resumedFromBytes: 0,
      },
      seconds: 0.1,
    }),
    transfer(nowMs, 4, "limited.iso", {
      progress: moving(1_000_000, 8_000_000),
      limitRate: 1_500_000,
      samples: [{ atMs: nowMs - 4_000, bytes: 0 }, { atMs: nowMs, bytes: 1_000_000 }],
      sparkline: [1, 2, 3],
    }),
    transfer(nowMs, 5, "stuck.bin", {
      progress: moving(3_000_000, 8_000_000),
      lastByteAtMs: nowMs - 7_400,
    }),
    transfer(nowMs, 6, "queued.bin", { phase: "queued" }),
    transfer(nowMs, 7, "later.bin", { progress: { ...moving(0, 10), state: "waiting" } }),
    transfer(nowMs, 8, "worker.bin", {
      progress: { ...moving(0, 10), state: "queued", queuePosition: 3 },
    }),
    transfer(nowMs, 9, "check.bin", { progress: { ...moving(0, 10), state: "checking" } }),
    transfer(nowMs, 10, "again.bin", {
      retryAtMs: nowMs + 3_200,
      progress: {
        ...moving(5, 10),
        state: "retrying",
        reason: new SluiceError(
          "unreachable",
          'Cannot download "again.bin": the server closed the connection',
        ),
      },
    }),
    transfer(nowMs, 11, "almost.bin", { progress: { ...moving(10, 10), state: "finishing" } }),
    transfer(nowMs, 12, "taken.bin", { phase: "asking", progress: moving(0, 10) }),
    transfer(nowMs, 13, "there.bin", { phase: "skipped" }),
    transfer(nowMs, 14, "full\n\u001b[2J.bin", {
      phase: "failed",
      failure: 'Cannot download "full\n.bin": the disk is full',
    }),
    transfer(nowMs, 15, "never.bin", { phase: "cancelled" }),
    transfer(nowMs, 16, "写真", {
      kind: "folder",
      progress: moving(12_000_000, 90_000_000),
      files: { done: 12, failed: 1, total: 340, isCounting: true },
      samples: [{ atMs: nowMs - 4_000, bytes: 0 }, { atMs: nowMs, bytes: 12_000_000 }],
    }),
    transfer(nowMs, 17, "album", {
      kind: "folder",
      phase: "done",
      progress: moving(90_000_000, 90_000_000),
      files: { done: 38, failed: 2, total: 40, isCounting: false },
      seconds: 12,
    }),
    transfer(nowMs, 18, "ending.bin", { stopping: "cancel", progress: moving(1, 10) }),
  ];
}

/** A transfer that runs, with changes. */
export function transfer(
  nowMs: number,
  id: number,
  name: string,
  changes: Partial<Transfer>,
): Transfer {
  return {
    id,
    direction: "download",
    kind: "file",
    name,
    localPath: `/home/ada/work/${name}`,
    remotePath: name,
    phase: "running",
    stopping: undefined,
    batchId: 1,
    progress: undefined,
    files: undefined,
    samples: [],
    sparkline: [],
    limitRate: 0,
    lastByteAtMs: nowMs,
    retryAtMs: undefined,
    result: undefined,
    seconds: undefined,
    startedAtMs: nowMs - 10_000,
    failure: undefined,
    ...changes,
  };
}

function moving(doneBytes: number, totalBytes: number): TransferProgress {
  return { state: "moving", doneBytes, totalBytes, resumedFromBytes: 0 };
}
