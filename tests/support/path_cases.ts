/** A remote path and what is special about it, as the end of a sentence. */
export interface PathCase {
  readonly text: string;
  readonly why: string;
}

const kind = (why: string, ...texts: readonly string[]): readonly PathCase[] =>
  texts.map((text) => ({ text, why: `${why}: ${JSON.stringify(text.slice(0, 60))}` }));

/** Paths that docs/protocol.md §7 refuses on every platform. */
export const REFUSED_PATHS: readonly PathCase[] = [
  ...kind("a way up", "..", "../x", "a/..", "a/../b", "a/../../b", "a/b/../../../etc/passwd"),
  ...kind("the folder itself", ".", "./a", "a/./b", "a/."),
  ...kind("an absolute path", "/", "/etc/passwd", "//server/share", "///"),
  ...kind("a drive or share of Windows", "C:\\", "C:\\x", "\\\\srv\\x", "\\\\?\\C:\\x", "\\x"),
  ...kind("a backslash", "a\\b", "..\\x", "a\\..\\b", "a/..\\..\\b"),
  ...kind("a NUL character", "\0", "a\0", "a\0.txt", "a/b\0/c"),
  ...kind("an empty name", "a/", "a//b", "a///b"),
  ...kind("a name over 255 bytes", "x".repeat(256), "é".repeat(128), `a/${"😀".repeat(64)}/b`),
  ...kind("a path over 3,072 bytes", `${"x".repeat(250)}/`.repeat(12) + "x".repeat(100)),
  ...kind("a path over 128 levels", Array(129).fill("d").join("/"), Array(500).fill("d").join("/")),
  ...kind("a lone surrogate", "\ud800", "a\udc00b", "a/\udfff", "\udc00\ud800"),
  ...kind("the state folder", ".sluice", ".sluice/history.db", ".sluice/uploads/x"),
  ...kind("the state folder in other letters", ".SLUICE", ".Sluice/x", ".ſluice", ".ＳＬＵＩＣＥ"),
  ...kind("the state folder behind a look-alike dot", "．sluice", "․sluice/x", "﹒sluice"),
  ...kind(
    "the state folder with an ending that is dropped",
    ".sluice.",
    ".sluice ",
    ".sluice. . /x",
  ),
  ...kind(
    "the state folder with a stream",
    ".sluice:x",
    ".sluice::$DATA",
    ".sluice::$INDEX_ALLOCATION/x",
  ),
  ...kind(
    "the state folder with invisible characters",
    ".slu\u200bice",
    "\ufeff.sluice",
    ".sluice\u200d",
    ".s\u00adluice",
  ),
  ...kind("the state folder by its short name on Windows", "SLUICE~1", "sluice~2/x"),
];

/** Paths that are legal, however odd they look. */
export const ACCEPTED_PATHS: readonly PathCase[] = [
  ...kind("root", ""),
  ...kind("an ordinary path", "a", "a/b", "a.b/c d/e-f_g.tar.gz"),
  ...kind("dots that lead nowhere", "...", "a..b", "..a", "a..", "a/.../b", ".hidden", ". ", ".. "),
  ...kind("escapes that nobody decodes", "%2e%2e", "%2e%2e%2fetc", "..%2f", "&#46;&#46;", "．．"),
  ...kind("a look-alike slash", "a∕b", "..∕..∕x", "a⁄b", "..／x"),
  ...kind(
    "a home or a variable of a shell",
    "~",
    "~root",
    "$HOME",
    "`id`",
    "$(id)",
    "a;b",
    "a|b",
    "a&b",
  ),
  ...kind("a device of Windows", "CON", "NUL", "COM1", "aux.txt", "C:", "a:stream", "C:x"),
  ...kind("an ending that Windows drops", "a.", "a ", "a. .", "a/b. "),
  ...kind("either form of an accent", "é", "e\u0301", "Å", "Å"),
  ...kind(
    "invisible and turning characters",
    "a\u200bb",
    "a\u202eb",
    "\u2066x",
    "\ufeffx",
    "\u200d",
  ),
  ...kind("a leading hyphen", "-", "--help", "-rf"),
  ...kind("control characters", "a\nb", "a\tb", "a\rb", "a\r\nSet-Cookie: x", "\x7f"),
  ...kind(
    "terminal escapes",
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\x1bPq",
  ),
  ...kind(
    "markup and quotes",
    "<script>",
    "<img src=x onerror=a>",
    `"`,
    "'",
    'a"; filename=b',
    "*?",
  ),
  ...kind("a name of exactly 255 bytes", "x".repeat(255), "é".repeat(127) + "x"),
  ...kind("a path of exactly 128 levels", Array(128).fill("d").join("/")),
  ...kind("a path of exactly 3,072 bytes", "x/" + Array(37).fill("y".repeat(82)).join("/")),
  ...kind(
    "what begins like the state folder",
    ".sluices",
    ".sluice-x",
    ".sluicex/y",
    "sluice",
    "x.sluice",
  ),
  ...kind("the state folder's name below another folder", "a/.sluice", "a/.sluice/b"),
  ...kind(
    "what looks like a temporary file",
    "a.part",
    ".a.tmp",
    "a~",
    "#a#",
    ".~lock.a#",
    "a.part/b",
  ),
  ...kind("emoji", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽.txt"),
];
