import type { Hono } from "hono";
import type { PageFile, PageFiles } from "../page_files.ts";
import { PAGE_POLICY } from "../guards/security_headers.ts";

/** Adds the page and the kept packages that it loads (docs/web.md §1). */
export function addPageRoutes(app: Hono, files: PageFiles): void {
  app.get("/", (context) => answer(context.req.raw, files.get("/page/index.html")));
  app.get("/page/*", (context) => answer(context.req.raw, files.get(nameOf(context.req.url))));
  app.get("/lib/*", (context) => answer(context.req.raw, files.get(nameOf(context.req.url))));
}

function nameOf(url: string): string {
  return new URL(url).pathname;
}

function answer(request: Request, file: PageFile | undefined): Response {
  if (file === undefined) return new Response("There is no such file.\n", { status: 404 });
  const headers = {
    "Content-Type": file.contentType,
    "Content-Security-Policy": PAGE_POLICY,
    "Cache-Control": "no-cache",
    "ETag": file.tag,
  };
  const known = request.headers.get("if-none-match") ?? "";
  if (known.includes(file.tag)) return new Response(null, { status: 304, headers });
  return new Response(request.method === "HEAD" ? null : file.bytes, { headers });
}
