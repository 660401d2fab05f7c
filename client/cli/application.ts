import { type Application, buildApplication, buildRouteMap } from "@stricli/core";
import { completeRoute, completionsRoute } from "./completion/completion_routes.ts";
import type { CliContext } from "./context.ts";
import {
  deleteRoute,
  listRoute,
  mkdirRoute,
  renameRoute,
  statRoute,
  statusRoute,
} from "./name_routes.ts";
import { checksumRoute, historyRoute, previewRoute, searchRoute } from "./look_routes.ts";
import { downloadRoute, uploadRoute } from "./transfer_routes.ts";
import { throttleRoute } from "./throttle_route.ts";
import { trashRoutes } from "./trash_routes.ts";
import { syncRoute, verifyRoute } from "./tree_routes.ts";
import { usageText } from "./usage_text.ts";
import { VERSION } from "./version.ts";

const DESCRIPTION = `\
Sends files to a Sluice server and fetches them back, checked and resumable.

  sluice upload photo.jpg notes.txt --to trip
  sluice download trip --recursive
  sluice list trip --long
  sluice sync photos backup/photos --dry-run

Every command takes these flags, before or behind its name:
  --server HOST:PORT   where the server is (SLUICE_SERVER, then 127.0.0.1:9999)
  --token-file FILE    access token, for a server that asks for one (then SLUICE_TOKEN)
  --tls                encrypt the connection to it
  --ca FILE            encrypt, and trust the certificate in FILE
  --json               print JSON, one object per line
  --quiet              print results and errors only
sluice COMMAND --help shows a command's own flags. Aliases: ls, mv, rm.`;

/**
 * Builds the command line: which commands there are and what each one takes. What they do is loaded
 * when they run.
 *
 * @returns An application for Stricli's `run`.
 */
export function buildCli(): Application<CliContext> {
  const root = buildRouteMap({
    routes: {
      upload: uploadRoute,
      download: downloadRoute,
      list: listRoute,
      stat: statRoute,
      rename: renameRoute,
      delete: deleteRoute,
      mkdir: mkdirRoute,
      sync: syncRoute,
      verify: verifyRoute,
      search: searchRoute,
      checksum: checksumRoute,
      preview: previewRoute,
      history: historyRoute,
      trash: trashRoutes,
      status: statusRoute,
      throttle: throttleRoute,
      completions: completionsRoute,
      __complete: completeRoute,
    },
    aliases: { ls: "list", mv: "rename", rm: "delete" },
    docs: {
      brief: "Send files to a Sluice server and fetch them back, checked and resumable",
      fullDescription: DESCRIPTION,
      hideRoute: { __complete: true },
    },
  });
  return buildApplication(root, {
    name: "sluice",
    versionInfo: { currentVersion: VERSION },
    scanner: {
      caseStyle: "allow-kebab-for-camel",
      allowArgumentEscapeSequence: true,
      // A word that shares no more than a letter or two is no hint.
      distanceOptions: {
        threshold: 4,
        weights: { insertion: 1, deletion: 2, substitution: 2, transposition: 1 },
      },
    },
    documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
    completion: { includeAliases: false },
    localization: { text: usageText },
  });
}
