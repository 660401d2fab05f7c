import type * as v from "valibot";
import { FrameType } from "#protocol/frame.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import { cancelledError, onAbort } from "./abort.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import { peerError } from "./connection_errors.ts";
import { decodeReply } from "./decode_reply.ts";
import type { ExchangeListener } from "./exchange.ts";

/** A request that is answered by one RESULT. */
export interface Call<S extends v.GenericSchema> {
  /** What it does, for messages: `list "docs"`. */
  readonly act: string;
  readonly type: FrameType;
  readonly payload?: unknown;
  /** Shape of the RESULT. */
  readonly schema: S;
  /** Whether doing it twice is the same as doing it once. */
  readonly isRepeatable: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Is told news before the reply. */
  readonly listener?: ExchangeListener;
}

/**
 * Makes a call on a connection of the pool. When a connection that had been idle turns out to be
 * dead, a repeatable call is made once more on a new one.
 *
 * @param pool Where the connection comes from.
 * @param call What to ask.
 * @returns The validated result.
 * @throws {SluiceError} The server's refusal, or why the server could not be asked.
 */
export async function callServer<S extends v.GenericSchema>(
  pool: ConnectionPool,
  call: Call<S>,
): Promise<v.InferOutput<S>> {
  for (;;) {
    using lease = await pool.lease(call);
    try {
      return await callOn(lease.connection, call);
    } catch (error) {
      const isStale = lease.isReused && !lease.connection.isOpen &&
        error instanceof SluiceError && error.isRetryable;
      if (!isStale || !call.isRepeatable) throw error;
    }
  }
}

/**
 * Makes a call on a connection that the caller holds.
 *
 * @param connection May serve other requests at the same time.
 * @param call What to ask.
 * @returns The validated result.
 * @throws {SluiceError} As {@linkcode callServer} does.
 */
export async function callOn<S extends v.GenericSchema>(
  connection: Connection,
  call: Call<S>,
): Promise<v.InferOutput<S>> {
  const exchange = connection.request(call.type, call.payload, call.listener);
  using _watch = onAbort(call.signal, () => {
    exchange.abandon(cancelledError(call.act, call.signal));
    connection.sendControl(FrameType.CANCEL, exchange.id);
  });
  const reply = await exchange.next();
  if (reply.kind === "result") return decodeReply(call.schema, reply.payload);
  throw peerError(connection.server, "it answered with what was not asked for");
}
