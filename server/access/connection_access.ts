import { includesRole } from "#protocol/access_role.ts";
import { FrameType } from "#protocol/frame.ts";
import type { FrameBatch, FrameView } from "#protocol/frame_reader.ts";
import { HEADER_BYTES } from "#protocol/limits.ts";
import type { HelloRequest } from "#protocol/requests.ts";
import { SluiceError } from "#protocol/sluice_error.ts";
import type { ConnectionLog } from "../connection_log.ts";
import { type RefusalSinks, refuseRequest } from "../refuse_request.ts";
import { BEGINNINGS } from "../request_types.ts";
import { type Access, OPEN_ACCESS } from "./access.ts";
import type { AccessControl } from "./access_control.ts";
import { leastRole } from "./least_role.ts";
import { namedPath } from "./named_path.ts";

/** Where the type stands in a frame's header. */
const TYPE_AT = 4;

/** What one connection may do, from its hello on. */
export class ConnectionAccess {
  readonly #control: AccessControl;
  readonly #log: ConnectionLog;
  #access: Access | undefined;

  /**
   * @param control Who is let in.
   * @param log Hears of requests that are refused.
   */
  constructor(control: AccessControl, log: ConnectionLog) {
    this.#control = control;
    this.#log = log;
  }

  /** Who the connection acts for; before its hello it has asked for nothing. */
  get current(): Access {
    return this.#access ?? OPEN_ACCESS;
  }

  /**
   * Lets the connection in.
   *
   * @param hello What the client says of itself.
   * @returns What it may do.
   * @throws {SluiceError} `token_required` or `token_refused`.
   */
  admit(hello: HelloRequest): Access {
    this.#access = this.#control.admit(hello.token);
    return this.#access;
  }

  /** Why the connection must end by now: its token was revoked or has expired. */
  lapse(): SluiceError | undefined {
    return this.#access === undefined ? undefined : this.#control.lapseOf(this.#access);
  }

  /**
   * Refuses a frame that the role does not allow, before any work is done for it.
   *
   * @param batch What the frame came in; a refused request in it becomes one that nobody serves.
   * @param frame The frame.
   * @param answers Where the refusal goes.
   * @returns Whether it was refused.
   */
  refuses(
    batch: FrameBatch,
    frame: FrameView,
    answers: RefusalSinks["queue"],
  ): boolean {
    const { type, requestId, payloadAt, payloadBytes } = frame;
    const { role } = this.current;
    if (role === "admin" || requestId === 0) return false;
    const payload = (): Uint8Array => batch.bytes.subarray(payloadAt, payloadAt + payloadBytes);
    const least = leastRole(type, payload);
    if (least === undefined || includesRole(role, least)) return false;
    const why = `it takes the role "${least}", and the access token has "${role}"`;
    const error = new SluiceError("permission_denied", `Cannot do this: ${why}`);
    const request = {
      requestId,
      operation: operationOf(type),
      path: namedPath(this.current, payload()),
    };
    refuseRequest(request, error, { queue: answers, log: this.#log });
    // The buffer may hold other requests, so it goes to the worker, which drops stray DATA.
    if (BEGINNINGS.has(type)) batch.bytes[payloadAt - HEADER_BYTES + TYPE_AT] = FrameType.DATA;
    return true;
  }
}

function operationOf(type: FrameType): string | undefined {
  return type === FrameType.THROTTLE ? "throttle" : BEGINNINGS.get(type);
}
