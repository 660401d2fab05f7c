/** Inputs that a file server must survive, and the test that shows that this one does. */
export interface BadInput {
  /** What comes in, in a few words. */
  readonly what: string;
  /** The test's file. */
  readonly file: string;
  /** The test's name, or that of its case or a part of it, as it stands in the file. */
  readonly test: string;
}

/** Inputs by the test that sends them, by its file. */
type ByTest = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Inputs that have a test of just their name. */
function own(...whats: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(whats.map((what) => [what, [what]]));
}

/** All that are known, by kind. */
const BY_KIND: Readonly<Record<string, ByTest>> = {
  paths: {
    "hardening/bad_paths_test.ts": own(
      "a way up in every spelling",
      "an absolute path",
      "a drive of Windows",
      "a share of Windows",
      "a backslash",
      "a NUL",
      "an empty name",
      "a dot",
      "a name over 255 bytes",
      "500 levels",
      "invalid UTF-8",
      "a lone surrogate",
      "a prefix that is no parent",
      "deleting root",
      "renaming root",
      "overwriting root",
      "the state folder",
      "a rename onto a folder",
      "a rename into itself",
      "a rename onto itself",
      "a change of case only",
      "names like temporary files",
    ),
    "hardening/odd_entries_test.ts": {
      "names on the disk that are no UTF-8": ["names on disk that are no UTF-8"],
    },
    "e2e/bad_names_test.ts": {
      "each request gets invalid_name for each path that docs/protocol.md §7 refuses": [
        "any refused path in each request",
      ],
      "each request about root, a folder or a file that does not fit gets its own code": [
        "requests that do not fit what is there",
      ],
    },
    "hardening/confined_test.ts": {
      "no request that takes a name leads a confined token out": [
        "any way out of a token's folder",
      ],
    },
  },
  names: {
    "hardening/bad_paths_test.ts": own(
      "CON, NUL, COM1",
      "a:stream",
      "a trailing dot or space",
      "NFC against NFD",
      "zero-width and bidi characters",
      "a leading hyphen",
      "newline and tab",
      "ESC, OSC and C1",
      "HTML and quotes",
      "CRLF",
    ),
    "e2e/bad_names_test.ts": {
      "each odd but legal name can be uploaded, seen, read, renamed and deleted": [
        "any odd name in each request",
      ],
      "a list leaves out names that no request could use": ["names that no client could ask for"],
    },
    "e2e/server_log_test.ts": {
      "no name reaches the": ["a name in the log"],
    },
    "tui/views/screen_lines_test.ts": {
      "lets nothing through, whatever the names": ["a name on the screen"],
    },
    "protocol/escape_text_test.ts": {
      "escapeText() leaves no control, bidi, invisible or surrogate": ["a name on a terminal"],
    },
  },
  fileSystem: {
    "e2e/bad_links_test.ts": {
      "a link as the last name is shown and never followed": [
        "a link as the leaf",
        "a dangling link",
      ],
      "a link as a folder on the way is refused": ["a link on the way"],
      "no download shows the canary while its folder turns into a link": [
        "a link swapped in midway",
      ],
      "a pipe is shown as other and never opened": ["a pipe"],
    },
    "hardening/odd_entries_test.ts": {
      "devices and sockets are shown as other": ["a device", "a socket"],
    },
    "hardening/disk_faults_test.ts": {
      "a folder that the server may not read": ["an unreadable folder", "an unreadable file"],
      "a disk that becomes read-only": ["a read-only disk"],
      "what would cross to another disk": ["another disk below root"],
    },
    "e2e/server_disk_full_test.ts": {
      "a disk that is full to the last byte": ["a full disk at open"],
      "an upload that fills the disk gets disk_full": ["a full disk at write and fsync"],
      "of two uploads that do not both fit": ["a full disk at publish"],
    },
    "e2e/faults_disk_full_test.ts": {
      "disk": ["a full disk of the client"],
    },
    "server/download_test.ts": {
      "meanwhile ends with file_changed": [
        "a file that grows, shrinks or changes while it is read",
      ],
      "keeps the version that it began with": ["a file that vanishes while it is read"],
    },
    "hardening/descriptors_test.ts": {
      "a server of ${LIMIT} descriptors survives": ["descriptors that run out"],
    },
    "hardening/clock_test.ts": {
      "a clock that is set back again and again": ["a clock that is set back"],
    },
  },
  protocol: {
    "hardening/bad_protocol_test.ts": own(
      "a length of zero",
      "numbers that are negative, fractional or over 2^53",
      "a length that is wrong either way",
      "a declared size that is not kept",
      "more than was declared",
      "an offset past the end",
      "a frame split at every byte",
      "one byte a second",
      "an endless header",
      "pipelined requests",
      "trailing garbage",
      "deep or huge JSON",
      "duplicate keys",
      "__proto__",
      "an unknown version",
      "an unknown frame",
      "TLS on the port",
      "HTTP on the port",
      "random bytes",
    ),
    "hardening/fuzz_test.ts": {
      "damaged or made-up inputs": ["damaged sessions"],
    },
    "hardening/logins_test.ts": {
      "forged and damaged logins": ["forged and damaged logins"],
    },
    "hardening/tls_test.ts": {
      "inputs that are no TLS": ["plain text and garbage at a TLS port"],
      "half a handshake": ["half a handshake"],
      "that wants to agree on keys anew": ["keys that are to be changed"],
    },
  },
  concurrency: {
    "e2e/concurrent_upload_test.ts": {
      "of two clients that upload one name at once": ["two uploads of one name"],
    },
    "e2e/concurrent_change_test.ts": {
      "a download ends with the file that it began with": [
        "delete, rename and replace during a download",
      ],
    },
    "e2e/concurrent_session_test.ts": {
      "a connection that resumes an upload session takes it": ["one session resumed twice"],
    },
    "e2e/server_descriptors_test.ts": {
      "readers that never read": ["a reader that never reads"],
      "writers that never write": ["a writer that never writes"],
      "clients that end their sending side": ["half-close"],
    },
    "hardening/slow_test.ts": {
      "that dribble bytes or never read": ["500 slow clients"],
    },
    "e2e/bad_uploads_test.ts": {
      "an upload that is reset in the middle of a chunk": ["a reset in a chunk"],
    },
    "hardening/tls_test.ts": {
      "handshakes that never come to an end": ["200 handshakes without an end"],
    },
    "hardening/revoke_test.ts": {
      "in the middle of transfers": ["a token that is revoked in a transfer"],
    },
    "hardening/accept_test.ts": {
      "peers that reset before a server accepts them": ["a reset before accept"],
    },
    "server/worker_faults_test.ts": {
      "a connection whose worker fails with": ["a worker that crashes"],
      "a worker that does not answer any more": ["a worker that hangs or ends silently"],
    },
    "hardening/worker_memory_test.ts": {
      "does not fill a worker's memory": ["a worker that might run out of memory"],
    },
    "e2e/server_stop_test.ts": {
      "lets transfers finish, ends idle connections": ["SIGTERM"],
    },
    "hardening/kill_test.ts": {
      "at random instants lose nothing": ["kill -9 of server, worker and gateway"],
      "of a client at random instants": ["kill -9 of a client"],
    },
    "hardening/model_test.ts": {
      "over breaking lines": ["lines that break"],
    },
    "server/worker_queue_test.ts": {
      "a thousand idle connections hold no worker": ["thousands of idle connections"],
    },
  },
  web: {
    "web/files_test.ts": {
      "a preview shows text as text": ["uploaded HTML or SVG with script"],
    },
    "web/guards_test.ts": {
      "the page has a strict policy": ["script in a page"],
      "(CSRF)": ["CSRF", "a foreign Origin"],
      "(DNS rebinding)": ["a foreign Host"],
      "500 files dropped at once all arrive": ["500 files at once"],
    },
    "hardening/web_inputs_test.ts": {
      "tells no address that was asked": ["secrets of an address in a log"],
    },
    "web/http_parts_test.ts": {
      "contentDisposition() carries any name": ["Content-Disposition injection"],
    },
    "web/put_test.ts": {
      "a huge Content-Length is refused": ["a huge or lying Content-Length"],
      "an aborted upload publishes nothing": ["an aborted upload"],
    },
  },
};

/** The same, one by one. */
export const BAD_INPUTS: ReadonlyMap<string, readonly BadInput[]> = new Map(
  Object.entries(BY_KIND).map(([kind, byFile]) => [
    kind,
    Object.entries(byFile).flatMap(([file, byTest]) =>
      Object.entries(byTest).flatMap(([test, whats]) => whats.map((what) => ({ what, file, test })))
    ),
  ]),
);
