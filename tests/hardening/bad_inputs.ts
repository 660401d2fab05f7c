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

/** All that are known, by kind. */
const BY_KIND: Readonly<Record<string, ByTest>> = {
  paths: {
    "e2e/bad_names_test.ts": {
      "each request gets invalid_name for each path that docs/protocol.md §7 refuses": [
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
        "a lone surrogate",
        "the state folder",
      ],
      "RENAME to a name that begins like it": ["a folder whose name begins like another's"],
      "DELETE of root": ["deleting root"],
      "RENAME of root": ["renaming root"],
      "PUT on root": ["overwriting root"],
      "RENAME onto a folder": ["a rename onto a folder"],
      "RENAME into itself": ["a rename into itself"],
      "RENAME onto itself": ["a rename onto itself"],
      "RENAME that changes case only": ["a change of case only"],
      "each request about root, a folder or a file that does not fit gets its own code": [
        "requests that do not fit what is there",
      ],
    },
    "e2e/bad_frames_test.ts": {
      "invalid UTF-8": ["invalid UTF-8"],
    },
    "hardening/odd_entries_test.ts": {
      "names on the disk that are no UTF-8": ["names on disk that are no UTF-8"],
    },
    "protocol/remote_path_test.ts": {
      "isWithin() is true for a folder and what is below it": ["a prefix that is no parent"],
    },
    "support/path_cases.ts": {
      "what looks like a temporary file": ["names like temporary files"],
    },
  },
  names: {
    "support/path_cases.ts": {
      "a device of Windows": ["CON, NUL, COM1", "a:stream"],
      "an ending that Windows drops": ["a trailing dot or space"],
      "invisible and turning characters": ["zero-width and bidi characters"],
      "a leading hyphen": ["a leading hyphen"],
      "control characters": ["newline and tab", "CRLF"],
      "terminal escapes": ["ESC, OSC and C1"],
      "markup and quotes": ["HTML and quotes"],
    },
    "e2e/bad_names_test.ts": {
      "names that differ in case or in the form of an accent": ["NFC against NFD"],
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
    "e2e/bad_frames_test.ts": {
      "each frame that breaks the layout ends its connection, and no other": [
        "a length that is wrong either way",
        "an unknown frame",
      ],
      "each payload that is not what its type asks for gets invalid_request and no more": [
        "numbers that are negative, fractional or over 2^53",
      ],
      "an offset or a length past the end": ["an offset past the end"],
      "a thousand requests in one go": ["pipelined requests"],
      "requests before trailing garbage are answered": ["trailing garbage"],
      "60,000 nested objects": ["deep or huge JSON"],
      "unknown and repeated keys": ["duplicate keys"],
      "a path in __proto__": ["__proto__"],
    },
    "e2e/bad_uploads_test.ts": {
      "an upload of fewer bytes than announced": ["a declared size that is not kept"],
      "an upload of more bytes than announced": ["more than was declared"],
      "an empty file is published without any DATA": ["a length of zero"],
    },
    "protocol/frame_reader_test.ts": {
      "split at every byte": ["a frame split at every byte"],
    },
    "e2e/refusals_test.ts": {
      "is not moved by a byte now and then": ["one byte a second"],
      "the server reads an endless header to no end": ["an endless header"],
      "the server states its version and refuses another one": ["an unknown version"],
      "the server answers TLS with the alert": ["TLS on the port"],
      "the server answers HTTP with a small 400": ["HTTP on the port"],
      "the server refuses random bytes with protocol_error": ["random bytes"],
    },
    "hardening/fuzz_test.ts": {
      "damaged or made-up inputs": ["damaged sessions"],
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
