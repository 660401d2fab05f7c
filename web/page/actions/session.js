// @ts-check
/** Logging in and out with an access token. The page itself never keeps it. */

import { ApiError, messageOf } from "../api/api_error.js";
import { call } from "../api/call.js";

/** @typedef {import("../app.js").App} App */

/** What the server says when it wants a token, or another one. */
const WANTED = new Set(["token_required", "token_refused"]);

/** @param {unknown} code @returns {boolean} */
export function isTokenWanted(code) {
  return WANTED.has(String(code));
}

/** Asks what this browser may do, or finds that somebody has to log in. @param {App} app */
export async function checkSession(app) {
  try {
    const { role, isSignedIn } = await call("GET", "/api/session");
    app.store.set({ session: { role, isSignedIn, isAsked: false } });
  } catch (error) {
    // A server that is not there says nothing about tokens; the live stream tells when it is back.
    if (!(error instanceof ApiError) || !isTokenWanted(error.code)) return;
    app.store.set({ session: { ...app.store.state.session, isAsked: true } });
  }
}

/** @param {string} token @returns {Promise<string>} Why it failed, or empty: then the page begins anew. */
export async function logIn(token) {
  try {
    await call("POST", "/api/session", { body: { token } });
    location.reload();
    return "";
  } catch (error) {
    const isRefused = error instanceof ApiError && isTokenWanted(error.code);
    return isRefused ? `This token is not accepted. ${messageOf(error)}` : messageOf(error);
  }
}

/** @param {App} app */
export async function logOut(app) {
  try {
    await call("DELETE", "/api/session");
    location.reload();
  } catch (error) {
    app.toaster.say(messageOf(error), { isProblem: true });
  }
}
