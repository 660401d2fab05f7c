/** Something that a file server must survive, and the test that shows that this one does. */
export interface BadInput {
  /** What comes in, in a few words. */
  readonly what: string;
  /** The test's file. */
  readonly file: string;
  /** The test's name, or that of its case, as it stands in the file. */
  readonly test: string;
}

const from = (file: string, test: string, ...whats: readonly string[]): readonly BadInput[] =>
  whats.map((what) => ({ what, file, test }));

const REFUSED = "each request gets invalid_name for each path that docs/protocol.md §7 refuses";
const LEGAL = "each odd but legal name can be uploaded, seen, read, renamed and deleted";
const FITS = "each request about root, a folder or a file that does not fit gets its own code";
const LAYOUT = "each frame that breaks the layout ends its connection, and no other";
const PAYLOAD = "each payload that is not what its type asks for gets invalid_request and no more";

/** All that is known, by kind. */
export const BAD_INPUTS: Readonly<Record<string, readonly BadInput[]>> = {
  paths: [
    ...from("e2e/bad_names_test.ts", REFUSED, "a way up in every spelling", "an absolute path"),
    ...from("e2e/bad_names_test.ts", REFUSED, "a drive of Windows", "a share of Windows"),
    ...from("e2e/bad_names_test.ts", REFUSED, "a backslash", "a NUL", "an empty name", "a dot"),
    ...from("e2e/bad_names_test.ts", REFUSED, "a name over 255 bytes", "500 levels"),
    ...from("e2e/bad_names_test.ts", REFUSED, "a lone surrogate", "the state folder"),
    ...from("hardening/fuzz/request_grammar.ts", "oneIn(random, 20) ? random", "invalid UTF-8"),
    ...from(
      "hardening/odd_entries_test.ts",
      "names on the disk that are no UTF-8",
      "names on disk that are no UTF-8",
    ),
    ...from(
      "e2e/bad_names_test.ts",
      "RENAME to a name that begins like it",
      "a folder whose name begins like another's",
    ),
    ...from(
      "protocol/remote_path_test.ts",
      "isWithin() is true for a folder and what is below it",
      "a prefix that is no parent",
    ),
    ...from("e2e/bad_names_test.ts", "DELETE of root", "deleting root"),
    ...from("e2e/bad_names_test.ts", "RENAME of root", "renaming root"),
    ...from("e2e/bad_names_test.ts", "PUT on root", "overwriting root"),
    ...from("e2e/bad_names_test.ts", "RENAME onto a folder", "a rename onto a folder"),
    ...from("e2e/bad_names_test.ts", "RENAME into itself", "a rename into itself"),
    ...from("e2e/bad_names_test.ts", "RENAME onto itself", "a rename onto itself"),
    ...from("e2e/bad_names_test.ts", "RENAME that changes case only", "a change of case only"),
    ...from("e2e/bad_names_test.ts", FITS, "requests that do not fit what is there"),
    ...from(
      "support/path_cases.ts",
      "what looks like a temporary file",
      "names like temporary files",
    ),
  ],
  names: [
    ...from("support/path_cases.ts", "a device of Windows", "CON, NUL, COM1", "a:stream"),
    ...from("support/path_cases.ts", "an ending that Windows drops", "a trailing dot or space"),
    ...from(
      "e2e/bad_names_test.ts",
      "names that differ in case or in the form of an accent",
      "NFC against NFD",
    ),
    ...from(
      "support/path_cases.ts",
      "invisible and turning characters",
      "zero-width and bidi characters",
    ),
    ...from("support/path_cases.ts", "a leading hyphen", "a leading hyphen"),
    ...from("support/path_cases.ts", "control characters", "newline and tab", "CRLF"),
    ...from("support/path_cases.ts", "terminal escapes", "ESC, OSC and C1"),
    ...from("support/path_cases.ts", "markup and quotes", "HTML and quotes"),
    ...from("e2e/bad_names_test.ts", LEGAL, "any odd name in each request"),
    ...from("e2e/server_log_test.ts", "no name reaches the", "a name in the log"),
    ...from(
      "tui/views/screen_lines_test.ts",
      "lets nothing through, whatever the names",
      "a name on the screen",
    ),
    ...from(
      "protocol/escape_text_test.ts",
      "escapeText() leaves no control, bidi, invisible or surrogate",
      "a name on a terminal",
    ),
    ...from(
      "e2e/bad_names_test.ts",
      "a list leaves out names that no request could use",
      "names that no client could ask for",
    ),
  ],
  fileSystem: [
    ...from(
      "e2e/bad_links_test.ts",
      "a link as the last name is shown and never followed",
      "a link as the leaf",
      "a dangling link",
    ),
    ...from(
      "e2e/bad_links_test.ts",
      "a link as a folder on the way is refused",
      "a link on the way",
    ),
    ...from(
      "e2e/bad_links_test.ts",
      "no download shows the canary while its folder turns into a link",
      "a link swapped in midway",
    ),
    ...from("e2e/bad_links_test.ts", "a pipe is shown as other and never opened", "a pipe"),
    ...from(
      "hardening/odd_entries_test.ts",
      "devices and sockets are shown as other",
      "a device",
      "a socket",
    ),
    ...from(
      "hardening/disk_faults_test.ts",
      "a folder that the server may not read",
      "an unreadable folder",
      "an unreadable file",
    ),
    ...from(
      "e2e/server_disk_full_test.ts",
      "a disk that is full to the last byte",
      "a full disk at open",
    ),
    ...from(
      "e2e/server_disk_full_test.ts",
      "an upload that fills the disk gets disk_full",
      "a full disk at write and fsync",
    ),
    ...from(
      "e2e/server_disk_full_test.ts",
      "of two uploads that do not both fit",
      "a full disk at publish",
    ),
    ...from("e2e/faults_disk_full_test.ts", "disk", "a full disk of the client"),
    ...from("hardening/disk_faults_test.ts", "a disk that becomes read-only", "a read-only disk"),
    ...from(
      "hardening/disk_faults_test.ts",
      "what would cross to another disk",
      "another disk below root",
    ),
    ...from(
      "server/download_test.ts",
      "meanwhile ends with file_changed",
      "a file that grows, shrinks or changes while it is read",
    ),
    ...from(
      "server/download_test.ts",
      "keeps the version that it began with",
      "a file that vanishes while it is read",
    ),
    ...from(
      "hardening/descriptors_test.ts",
      "a server of ${LIMIT} descriptors survives",
      "descriptors that run out",
    ),
    ...from(
      "hardening/clock_test.ts",
      "a clock that is set back again and again",
      "a clock that is set back",
    ),
  ],
  protocol: [
    ...from(
      "e2e/bad_frames_test.ts",
      LAYOUT,
      "a length that is wrong either way",
      "an unknown frame",
    ),
    ...from(
      "e2e/bad_frames_test.ts",
      PAYLOAD,
      "numbers that are negative, fractional or over 2^53",
    ),
    ...from(
      "e2e/bad_uploads_test.ts",
      "an upload of fewer bytes than announced",
      "a declared size that is not kept",
    ),
    ...from(
      "e2e/bad_uploads_test.ts",
      "an upload of more bytes than announced",
      "more than was declared",
    ),
    ...from(
      "e2e/bad_uploads_test.ts",
      "an empty file is published without any DATA",
      "a length of zero",
    ),
    ...from(
      "e2e/bad_frames_test.ts",
      "an offset or a length past the end",
      "an offset past the end",
    ),
    ...from("protocol/frame_reader_test.ts", "split at every byte", "a frame split at every byte"),
    ...from("e2e/refusals_test.ts", "is not moved by a byte now and then", "one byte a second"),
    ...from(
      "e2e/refusals_test.ts",
      "the server reads an endless header to no end",
      "an endless header",
    ),
    ...from("e2e/bad_frames_test.ts", "a thousand requests in one go", "pipelined requests"),
    ...from(
      "e2e/bad_frames_test.ts",
      "requests before trailing garbage are answered",
      "trailing garbage",
    ),
    ...from("e2e/bad_frames_test.ts", "60,000 nested objects", "deep or huge JSON"),
    ...from("e2e/bad_frames_test.ts", "unknown and repeated keys", "duplicate keys"),
    ...from("e2e/bad_frames_test.ts", "a path in __proto__", "__proto__"),
    ...from(
      "e2e/refusals_test.ts",
      "the server states its version and refuses another one",
      "an unknown version",
    ),
    ...from("e2e/refusals_test.ts", "the server answers TLS with the alert", "TLS on the port"),
    ...from("e2e/refusals_test.ts", "the server answers HTTP with a small 400", "HTTP on the port"),
    ...from(
      "e2e/refusals_test.ts",
      "the server refuses random bytes with protocol_error",
      "random bytes",
    ),
    ...from("hardening/fuzz_test.ts", "damaged or made-up inputs", "damaged sessions"),
  ],
  concurrency: [
    ...from(
      "e2e/concurrent_upload_test.ts",
      "of two clients that upload one name at once",
      "two uploads of one name",
    ),
    ...from(
      "e2e/concurrent_change_test.ts",
      "a download ends with the file that it began with",
      "delete, rename and replace during a download",
    ),
    ...from(
      "e2e/concurrent_session_test.ts",
      "a connection that resumes an upload session takes it",
      "one session resumed twice",
    ),
    ...from(
      "e2e/server_descriptors_test.ts",
      "readers that never read",
      "a reader that never reads",
    ),
    ...from(
      "e2e/server_descriptors_test.ts",
      "writers that never write",
      "a writer that never writes",
    ),
    ...from("hardening/slow_test.ts", "that dribble bytes or never read", "500 slow clients"),
    ...from("e2e/server_descriptors_test.ts", "clients that end their sending side", "half-close"),
    ...from(
      "e2e/bad_uploads_test.ts",
      "an upload that is reset in the middle of a chunk",
      "a reset in a chunk",
    ),
    ...from(
      "hardening/accept_test.ts",
      "peers that reset before a server accepts them",
      "a reset before accept",
    ),
    ...from(
      "server/worker_faults_test.ts",
      "a connection whose worker fails with",
      "a worker that crashes",
    ),
    ...from(
      "server/worker_faults_test.ts",
      "a worker that does not answer any more",
      "a worker that hangs or ends silently",
    ),
    ...from(
      "hardening/worker_memory_test.ts",
      "does not fill a worker's memory",
      "a worker that might run out of memory",
    ),
    ...from("e2e/server_stop_test.ts", "lets transfers finish, ends idle connections", "SIGTERM"),
    ...from(
      "hardening/kill_test.ts",
      "at random instants lose nothing",
      "kill -9 of server, worker and gateway",
    ),
    ...from("hardening/kill_test.ts", "of a client at random instants", "kill -9 of a client"),
    ...from("hardening/model_test.ts", "over breaking lines", "lines that break"),
    ...from(
      "server/worker_queue_test.ts",
      "a thousand idle connections hold no worker",
      "thousands of idle connections",
    ),
  ],
  web: [
    ...from(
      "web/files_test.ts",
      "a preview shows text as text",
      "uploaded HTML or SVG with script",
    ),
    ...from("web/guards_test.ts", "the page has a strict policy", "script in a page"),
    ...from("web/guards_test.ts", "(CSRF)", "CSRF", "a foreign Origin"),
    ...from("web/guards_test.ts", "(DNS rebinding)", "a foreign Host"),
    ...from(
      "hardening/web_inputs_test.ts",
      "tells no address that was asked",
      "secrets of an address in a log",
    ),
    ...from(
      "web/http_parts_test.ts",
      "contentDisposition() carries any name",
      "Content-Disposition injection",
    ),
    ...from(
      "web/put_test.ts",
      "a huge Content-Length is refused",
      "a huge or lying Content-Length",
    ),
    ...from("web/put_test.ts", "an aborted upload publishes nothing", "an aborted upload"),
    ...from("web/guards_test.ts", "500 files dropped at once all arrive", "500 files at once"),
  ],
};
