import assert from "node:assert/strict";
import { answererText } from "#protocol/answerer_text.ts";

Deno.test("answererText() says who answered, and nothing when there was only one to ask", () => {
  const all = { answeredBy: 2, running: 4, count: 4 };
  assert.equal(answererText({}), undefined);
  assert.equal(answererText({ serverName: "a" }), 'server "a"');
  assert.equal(answererText({ processes: all }), "process 2 of 4");
  assert.equal(
    answererText({ serverName: "a", processes: { ...all, running: 3 } }),
    'server "a", process 2 of 4, 3 running',
  );
});
