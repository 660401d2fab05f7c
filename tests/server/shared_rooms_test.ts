import assert from "node:assert/strict";
import fc from "fast-check";
import { RoomCells } from "#server/limits/room_cells.ts";
import { addWritten, ALL, SharedRooms, type WrittenBytes } from "#server/limits/shared_rooms.ts";

Deno.test("SharedRooms counts in each process what all have written, once", () => {
  const amounts = fc.array(
    fc.record({
      process: fc.nat(2),
      bytes: fc.integer({ min: 1, max: 1e6 }),
      isTold: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  fc.assert(fc.property(amounts, (writes) => {
    const rooms = [0, 1, 2].map(() => RoomCells.allocate());
    const processes = rooms.map((room) => new SharedRooms(() => [[ALL, room]]));
    const tell = (): void => {
      const written = processes.map((process) => process.written);
      processes.forEach((process, index) => process.note(addWritten(written.toSpliced(index, 1))));
    };
    tell();
    for (const { process, bytes, isTold } of writes) {
      const room = rooms[process];
      if (room !== undefined) new RoomCells(room).addWritten(bytes);
      if (isTold) tell();
    }
    tell();
    const total = writes.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const room of rooms) assert.equal(new RoomCells(room).usedBytes, total);
  }));
});

Deno.test("SharedRooms takes what was written before it looked as found on the disk", () => {
  const rooms = new Map<string, SharedArrayBuffer>();
  const shared = new SharedRooms(() => rooms);
  const note = (written: WrittenBytes): void => shared.note(written);
  note({ token: 100 });
  const room = RoomCells.allocate();
  rooms.set("token", room);
  note({ token: 150 });
  note({ token: 175, other: 9 });
  assert.equal(new RoomCells(room).usedBytes, 25);
  assert.deepEqual(shared.written, {});
});
