/** A request whose body is let go of at the end, whatever became of who read it. */
export interface OwnedBody extends AsyncDisposable {
  readonly request: Request;
}

/**
 * Keeps hold of a request's body while somebody else reads it: streams of Node's that end early leave the
 * web stream behind them open, and with it what the runtime keeps for the request.
 *
 * @param request A request; not to be used itself any more.
 * @returns The same request to hand on, to be disposed of after the answer is made.
 */
export function ownBody(request: Request): OwnedBody {
  if (request.body === null) {
    return { request, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const reader = request.body.getReader();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller): Promise<void> {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  return {
    request: new Request(request, { body }),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      // After its end, or its sender's, there is nothing left to cancel.
      await reader.cancel().catch(() => {});
    },
  };
}
