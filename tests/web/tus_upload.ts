import { Buffer } from "node:buffer";
import { Upload, type UploadOptions } from "tus-js-client";

/** How one run of a tus upload ended. */
export interface TusRun {
  readonly upload: Upload;
  /** Resolves when the upload is finished, with the headers of the answer that published it. */
  readonly finished: Promise<(name: string) => string | undefined>;
  /** Resolves once so many bytes have gone. */
  sent(bytes: number): Promise<void>;
  /** Interrupts it, or ends it for good. */
  abort(isForGood?: boolean): Promise<void>;
}

/** What a run is made of. */
export interface TusRunOptions {
  /** Address of the gateway. */
  readonly url: string;
  readonly bytes: Uint8Array;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Address of an upload that exists. */
  readonly uploadUrl?: string;
  readonly more?: Partial<UploadOptions>;
}

/** tus-js-client reports progress through a throttle whose timers outlive the upload by this time at most. */
const THROTTLE_MS = 150;

/** Starts an upload with the real tus-js-client. */
export function startTusUpload(options: TusRunOptions): TusRun {
  const finished = Promise.withResolvers<(name: string) => string | undefined>();
  // Whoever waits for it gets the error.
  finished.promise.catch(() => {});
  const waiters: { readonly bytes: number; readonly resolve: () => void }[] = [];
  const upload = new Upload(Buffer.from(options.bytes), {
    endpoint: `${options.url}/api/tus/`,
    uploadUrl: options.uploadUrl ?? null,
    metadata: { ...options.metadata },
    retryDelays: null,
    onProgress: (sent) => {
      for (const { bytes, resolve } of waiters) if (sent >= bytes) resolve();
    },
    onError: (error) => finished.reject(error),
    onSuccess: ({ lastResponse }) => {
      setTimeout(() => finished.resolve((name) => lastResponse.getHeader(name)), THROTTLE_MS);
    },
    ...options.more,
  });
  upload.start();
  return {
    upload,
    finished: finished.promise,
    sent: (bytes) => new Promise((resolve) => waiters.push({ bytes, resolve })),
    abort: async (isForGood): Promise<void> => {
      await upload.abort(isForGood);
      await new Promise((resolve) => setTimeout(resolve, THROTTLE_MS));
    },
  };
}
