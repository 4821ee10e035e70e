/* The page that replays a quote: #document=<id>&ref=<id>. Whatever was crawled comes in as JSON and
   is shown as text alone. Where something stands in the way, it says so and shows the plain copy. */
"use strict";

(() => {
  const PLAIN = /^[A-Za-z0-9][\w.:-]{0,79}$/;
  const SMALL = 32 * 2 ** 20; // bytes of a WACZ whose digest a browser may be asked to make
  const PATIENCE = 45_000;
  const NAME = "aect-quote";
  const page = document.getElementById("main");
  const stage = document.getElementById("stage");
  const shared = new URL(page.dataset.shared, location.href).href;
  const player = `${shared}player/`;
  const asked = new URLSearchParams(location.hash.slice(1));
  const [documentId, referenceId] = ["document", "ref"].map((name) => {
    const value = asked.get(name) || "";
    return PLAIN.test(value) ? value : "";
  });

  /* Shows one of the lines that the page holds for what may happen. */
  function say(name) {
    for (const line of document.querySelectorAll(`[data-say="${name}"]`)) line.hidden = false;
    page.dataset.told = `${page.dataset.told || ""} ${name}`.trim();
  }

  function unsay(name) {
    for (const line of document.querySelectorAll(`[data-say="${name}"]`)) line.hidden = true;
  }

  function fill(name, text) {
    for (const place of document.querySelectorAll(`[data-fact="${name}"]`)) place.textContent = text;
    for (const row of document.querySelectorAll(`[data-with="${name}"]`)) row.hidden = !text;
  }

  function lead(name, href) {
    for (const link of document.querySelectorAll(`[data-link="${name}"]`)) {
      link.hidden = !href;
      if (href) link.href = href;
    }
  }

  function copyPlace() {
    return `../archive/${encodeURIComponent(documentId)}.html${referenceId ? `#${referenceId}` : ""}`;
  }

  function showCopy(...lines) {
    for (const line of lines) say(line);
    unsay("loading");
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.title = stage.dataset.copyTitle;
    frame.src = copyPlace();
    frame.className = "copy";
    stage.replaceChildren(frame);
    page.dataset.shown = "copy";
  }

  function show(facts, quote) {
    for (const name of ["authority", "title", "captured", "url"]) {
      fill(name, facts[name]);
    }
    document.title = `${facts.title} · ${document.title}`;
    lead("live", (quote || facts).live);
    if (!quote) return;
    for (const name of ["before", "quote", "after", "code", "value", "rule", "score", "doubt", "page"]) {
      fill(name, quote[name] || "");
    }
    for (const name of ["text", "fragment", "selector"]) fill(`cite-${name}`, quote.cite[name]);
    lead("fragment", quote.cite.fragment);
    lead("permanent", location.href);
    fill("permanent", location.href);
    for (const part of document.querySelectorAll("[data-quoted]")) part.hidden = false;
  }

  async function sha256(bytes) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /* Whether the WACZ is the one that the report was written with: by its digest where it is small,
     by the word of `aect serve` where it is not, by its length where nobody gives that word. */
  async function fault(archive) {
    const place = shared + archive.file;
    try {
      if (archive.bytes <= SMALL) {
        const answer = await fetch(place, { cache: "no-cache" });
        if (!answer.ok) return "missing";
        return (await sha256(await answer.arrayBuffer())) === archive.sha256 ? "" : "changed";
      }
      const told = await fetch(`${shared}state.json`, { cache: "no-store" });
      if (told.ok) {
        const { sha256: found } = await told.json();
        return found === archive.sha256 ? "" : found ? "changed" : "missing";
      }
      const head = await fetch(place, { method: "HEAD", cache: "no-cache" });
      if (!head.ok) return "missing";
      return head.headers.get("Content-Length") === String(archive.bytes) ? "" : "changed";
    } catch {
      return "missing";
    }
  }

  async function until(find) {
    for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
      const found = await find();
      if (found) return found;
      await new Promise((go) => setTimeout(go, 150));
    }
    return null;
  }

  /* The component would register the same, and gives up on a machine where it takes long to begin. */
  async function ready() {
    const worker = `${player}sw.js?serveIndex=1`;
    const registration = await navigator.serviceWorker.register(worker, { scope: player });
    return until(() => registration.active?.state === "activated");
  }

  function open(facts, archive) {
    const element = document.createElement("replay-web-page");
    const given = {
      source: shared + archive.file,
      coll: archive.collection,
      url: facts.pdf ? "about:blank" : facts.url, // a PDF is drawn here, not by the browser
      ts: facts.ts,
      embed: "replayonly",
      replaybase: new URL(player).pathname,
      nocache: "",
    };
    for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
    stage.replaceChildren(element);
    return element;
  }

  /* The frame of the player, once it has taken the archive in and opens the page. */
  function loaded(element) {
    return until(() => {
      const frame = element.shadowRoot?.querySelector("iframe");
      return frame?.contentDocument && within(frame.contentDocument) && frame.contentWindow;
    });
  }

  function within(root) {
    for (const element of root.querySelectorAll("*")) {
      if (element.name === "___wb_replay_top_frame") return element;
      const deeper = element.shadowRoot && within(element.shadowRoot);
      if (deeper) return deeper;
    }
    return null;
  }

  /* Marks a range of a window without touching the page; says whether it can be seen. */
  function mark(range, view) {
    const around = range.startContainer.parentElement;
    for (let up = around; up; up = Own.get(up, "parentElement")) {
      if (up instanceof view.HTMLDetailsElement) up.open = true;
    }
    if (view.CSS?.highlights && view.Highlight) {
      const style = new view.CSSStyleSheet();
      style.replaceSync(`::highlight(${NAME}) { background: #ffe08a; color: #16191d; }`);
      const sheets = Object.getOwnPropertyDescriptor(view.Document.prototype, "adoptedStyleSheets");
      sheets.set.call(view.document, [...sheets.get.call(view.document), style]);
      view.CSS.highlights.set(NAME, new view.Highlight(range));
    } else {
      view.getSelection().removeAllRanges();
      view.getSelection().addRange(range);
    }
    const seen = [...range.getClientRects()].some((box) => box.width > 1 && box.height > 1);
    if (seen) Own.call(around, "scrollIntoView", { block: "center" });
    return seen;
  }

  async function replayPage(frame, quote, facts) {
    const inner = await until(() => {
      const found = within(frame.document);
      const shown = found?.contentDocument;
      const there = shown?.location.href.startsWith(`${player}w/`);
      return there && Own.get(shown, "readyState") === "complete" ? found : null;
    });
    if (!inner) return showCopy("no_answer");
    unsay("loading");
    page.dataset.shown = "page";
    if (!quote) return say("replayed");
    const root = Own.get(inner.contentDocument, "documentElement");
    const range = Finding.find(root, quote.quote, ...quote.around);
    if (!range) return say(facts.rendered ? "by_script" : "not_found");
    return say(mark(range, inner.contentWindow) ? "found" : "hidden");
  }

  async function replayPdf(bytes, quote) {
    try {
      const sheet = await Sheets.open(bytes, `${shared}pdf/`, stage);
      unsay("loading");
      page.dataset.shown = "pdf";
      const range = await sheet.turnTo(quote?.page || 1, quote);
      if (!quote) return say("replayed");
      return say(range && mark(range, window) ? "found" : "not_found");
    } catch (error) {
      console.warn(error);
      return showCopy("no_pdf");
    }
  }

  async function run() {
    if (!documentId) return say("unknown");
    lead("copy", copyPlace());
    for (const twin of document.querySelectorAll("a[hreflang]")) twin.hash = location.hash;
    if (location.protocol === "file:") return showCopy("from_disk");
    const answer = await fetch(`documents/${encodeURIComponent(documentId)}.json`);
    if (!answer.ok) return say("unknown");
    const facts = await answer.json();
    const quote = facts.quotes[referenceId];
    show(facts, quote);
    if (referenceId && !quote) say("no_quote");
    const equipped = await fetch(`${shared}archive.json`, { cache: "no-cache" });
    const archive = equipped.ok ? await equipped.json() : {};
    if (!archive.file) return showCopy("no_archive");
    if (!archive.player) return showCopy("no_player");
    if (!facts.replayable) return showCopy("no_format");
    if (!window.isSecureContext || !navigator.serviceWorker) return showCopy("no_worker");
    say("loading");
    say("licence");
    const wrong = await fault(archive);
    if (wrong) return showCopy("unverifiable", wrong);
    if (!(await until(() => customElements.get("replay-web-page")))) return showCopy("no_player");
    const frame = (await ready()) && (await loaded(open(facts, archive)));
    if (!frame) return showCopy("no_answer");
    const body = await frame.fetch(`${player}w/${archive.collection}/${facts.ts}id_/${facts.url}`);
    if (!body.ok) return showCopy("unverifiable", "lacking");
    const bytes = new Uint8Array(await body.arrayBuffer()).slice(); // a copy of our own realm
    // of a page that a browser rendered, the digest is that of what its scripts had written
    if (!facts.rendered && (await sha256(bytes)) !== facts.digest) {
      return showCopy("unverifiable", "different");
    }
    say(facts.rendered ? "whole" : "verified");
    return facts.pdf ? replayPdf(bytes, quote) : replayPage(frame, quote, facts);
  }

  window.addEventListener("hashchange", () => location.reload());
  run().catch((error) => {
    console.warn(error);
    showCopy("no_answer");
  });
})();
