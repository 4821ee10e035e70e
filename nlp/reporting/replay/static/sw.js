/* Stands before ReplayWeb.page's service worker: no answer of the archive leaves without a policy
   under which it can run nothing. `sandbox allow-same-origin` without `allow-scripts` is the
   strictest that still lets the page around it mark the quote. Should the worker behind ever be
   another, this fails closed: without `sw.handleFetch` nothing is answered. */
"use strict";

const ARCHIVED =
  "sandbox allow-same-origin; default-src 'none'; script-src 'none'; object-src 'none'; " +
  "connect-src 'none'; form-action 'none'; base-uri 'self'; style-src 'self' 'unsafe-inline' data:; " +
  "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; frame-src 'self'";
const PLAYER =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self' data:; worker-src 'self'; frame-src 'self'; " +
  "form-action 'none'; base-uri 'none'";

/* The character encoding of an archived page, decided as the program that read it does: UTF-8 where
   the bytes are, else as declared, else Windows-1252. A frame would take that of the page around. */
function encoding(bytes, type) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    const head = new TextDecoder("windows-1252").decode(bytes.slice(0, 2 ** 16));
    const meta = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head);
    const [, said = ""] = /charset\s*=\s*["']?\s*([\w-]+)/i.exec(type) || meta || [];
    return said && !/^utf-?8$/i.test(said) ? said : "windows-1252";
  }
}

if (self.registration) {
  const archive = self.registration.scope + "w/";
  const program = ["ui.js", "archive-worker.js", "sw.js"].map((name) => self.registration.scope + name);

  self.addEventListener("fetch", (event) => {
    event.stopImmediatePropagation();
    event.respondWith(answer(event.request, event));
  });

  async function answer(request, event) {
    const archived = request.url.startsWith(archive);
    const given = await self.sw.handleFetch(event);
    if (!archived && (given.status === 0 || program.includes(request.url.split("?")[0]))) return given;
    const headers = new Headers(given.headers);
    headers.set("Content-Security-Policy", archived ? ARCHIVED : PLAYER);
    headers.delete("Content-Security-Policy-Report-Only");
    headers.set("Referrer-Policy", archived ? "same-origin" : "no-referrer");
    headers.delete("Refresh");
    headers.delete("Link");
    let body = [101, 204, 205, 304].includes(given.status) ? null : given.body;
    const type = headers.get("Content-Type") || "";
    if (body && archived && /^\s*(text\/(html|plain)|application\/xhtml)/i.test(type)) {
      body = await given.arrayBuffer();
      headers.set("Content-Type", `${type.split(";")[0]}; charset=${encoding(body, type)}`);
    }
    return new Response(body, {
      status: given.status,
      statusText: given.statusText,
      headers,
    });
  }
}

importScripts("archive-worker.js");
