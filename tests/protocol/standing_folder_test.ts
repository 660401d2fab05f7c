import assert from "node:assert/strict";
import { standingFolder } from "#protocol/standing_folder.ts";

const projectFolder = "/sluice";

Deno.test("standingFolder() trusts INIT_CWD in the project's folder, where tasks run", () => {
  const workingFolder = projectFolder;
  assert.equal(
    standingFolder({ workingFolder, projectFolder, initialFolder: "/home/me" }),
    "/home/me",
  );
});

Deno.test("standingFolder() takes INIT_CWD for another program's anywhere else", () => {
  const workingFolder = "/home/me";
  assert.equal(standingFolder({ workingFolder, projectFolder, initialFolder: "/npm" }), "/home/me");
});

Deno.test("standingFolder() is the working folder when INIT_CWD is not set, or empty", () => {
  for (const workingFolder of [projectFolder, "/home/me"]) {
    for (const initialFolder of [undefined, ""]) {
      assert.equal(standingFolder({ workingFolder, projectFolder, initialFolder }), workingFolder);
    }
  }
});
