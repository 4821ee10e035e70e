// What a report does beyond showing itself: sorts and filters its tables, and searches its quotes.
// Plain JavaScript, no library; crawled words are only ever set as text. Without it everything
// but the search is there.
"use strict";

// --- words ---------------------------------------------------------------------------------------

const MARKS = /\p{M}/gu;

// As one looks for them: no accents, no capitals, one kind of apostrophe, ligatures undone.
function fold(text) {
  return text.normalize("NFD").replace(MARKS, "").toLowerCase()
    .replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[’‘]/g, "'").replace(/\s+/g, " ");
}

// Words and "exact phrases" of a query, folded.
function terms(query) {
  return [...fold(query).matchAll(/["«“]([^"»”]*)["»”]|[^\s"«»“”]+/g)]
    .map(found => (found[1] ?? found[0]).trim()).filter(Boolean);
}

function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function later(wait, act) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
}

const said = new Intl.NumberFormat(document.documentElement.lang);

// --- the state of a page's controls, in its address ------------------------------------------------

// Controls with their values, those left as they first are left out. "#!" keeps them apart from
// anchors.
function keep(form) {
  const state = new URLSearchParams();
  for (const control of form.elements) {
    if (control.name && control.value !== first(control)) state.set(control.name, control.value);
  }
  const text = state.toString();
  if (text || location.hash.startsWith("#!")) {
    history.replaceState(null, "", text ? `#!${text}` : location.pathname + location.search);
  }
}

function first(control) {
  const option = control.querySelector("option[data-first]") ?? control.options?.[0];
  return option?.value ?? "";
}

function restore(form) {
  const state = new URLSearchParams(location.hash.startsWith("#!") ? location.hash.slice(2) : "");
  for (const control of form.elements) {
    if (control.name) control.value = state.get(control.name) ?? first(control);
    // an option that is there no more
    if (control.name && control.selectedIndex === -1) control.value = first(control);
  }
}

// --- tables ----------------------------------------------------------------------------------------

const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

// Rows by a column; what is not stated stands last, whichever way.
function sort(table, column, descending) {
  const body = table.tBodies[0];
  const keyed = [...body.rows].map((row, index) => ({
    row, key: column < 0 ? "" : row.cells[column].dataset.order ?? "", place: place(row, index),
  }));
  keyed.sort((a, b) => {
    if (!a.key !== !b.key) return a.key ? -1 : 1;
    const told = compare(a.key, b.key) * (descending ? -1 : 1);
    return told || a.place - b.place;
  });
  body.append(...keyed.map(one => one.row));
  for (const [index, head] of [...table.tHead.rows[0].cells].entries()) {
    if (index === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
}

function compare(a, b) {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? collator.compare(a, b) : difference;
}

// Where a row stood at first.
function place(row, index) {
  row.dataset.place ??= index;
  return Number(row.dataset.place);
}

// Heads become buttons; `chosen` is told which was pressed and whether it now descends.
function headed(table, chosen) {
  for (const [index, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      chosen(index, head.getAttribute("aria-sort") === "ascending");
    });
  }
}

function matrix(form, table) {
  const heads = [...table.tHead.rows[0].cells];
  const column = name => heads.findIndex(head => head.dataset.name === name);
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map(row => fold(row.textContent));
  const output = form.querySelector("output");
  const criteria = heads.map((head, index) => [form.elements[head.dataset.name], index])
    .filter(([control]) => control);
  let sorted = "";

  function show() {
    const { q, scope, council, sort: by, order } = form.elements;
    const wanted = terms(q.value);
    let shown = 0;
    for (const [index, row] of rows.entries()) {
      const fits = (!scope.value || row.dataset.scope === scope.value)
        && (!council.value || row.dataset.council === council.value)
        && criteria.every(([control, cell]) => !control.value
          || row.cells[cell].dataset.state === control.value)
        && wanted.every(term => texts[index].includes(term));
      row.hidden = !fits;
      shown += fits;
    }
    const asked = `${by.value} ${order.value}`;
    if (asked !== sorted) sort(table, column(by.value), by.value && order.value === "descending");
    sorted = asked;
    output.textContent = shown
      ? filled(output.dataset.told, { shown: said.format(shown), all: said.format(rows.length) })
      : output.dataset.none;
  }

  headed(table, (index, descending) => {
    form.elements.sort.value = heads[index].dataset.name;
    form.elements.order.value = descending ? "descending" : "";
    show();
    keep(form);
  });
  function again() {
    restore(form);
    form.querySelector("details").open ||= criteria.some(([control]) => control.value);
    show();
  }
  form.addEventListener("input", later(60, () => { show(); keep(form); }));
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", event => {
    event.preventDefault();
    for (const control of form.elements) if (control.name) control.value = "";
    show();
    keep(form);
  });
  addEventListener("hashchange", again);
  form.hidden = false;
  again();
}

// --- search ----------------------------------------------------------------------------------------

const SHEET = 20;
const index = { councils: [], codes: [], kinds: [], pages: [], quotes: [], words: new Map() };

// Each script of the index calls this.
globalThis.aect = (name, content) => {
  if (name.startsWith("words-")) index.words.set(name.slice(6), content);
  else if (name === "places") [index.councils, index.codes, index.kinds, index.ofPages, index.ofQuotes] = content;
  else {
    const words = name === "quotes" ? record => record[6] : record => `${record[3]} ${record[4]}`;
    for (const record of content) index[name].push([record, fold(words(record))]);
  }
};

function load(address) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

async function loadAll(folder) {
  await load(`${folder}places.js`);
  // One after the other: records keep their order, and the page answers between two.
  for (let n = 0; n < index.ofPages; n++) await load(`${folder}pages-${n}.js`);
  for (let n = 0; n < index.ofQuotes; n++) await load(`${folder}quotes-${n}.js`);
}

// The words of pages come when one is asked for: a script for each first letter.
const asked = new Map();

function initial(word) {
  return /^[a-z]/.test(word) ? word[0] : "0";
}

function wordsOf(term) {
  return term.split(/[^\p{L}\p{N}]+/u).filter(word => word.length > 1);
}

function loadWords(folder, terms) {
  const needed = new Set(terms.flatMap(wordsOf).map(initial));
  for (const one of needed) if (!asked.has(one)) asked.set(one, load(`${folder}words-${one}.js`));
  return Promise.all([...needed].map(one => asked.get(one)));
}

// Ranks of the pages that hold every word of a term, or longer ones that begin like it.
function pagesWith(term) {
  let all = null;
  for (const word of wordsOf(term)) {
    const found = new Set();
    for (const [one, distances] of index.words.get(initial(word)) ?? []) {
      if (!one.startsWith(word)) continue;
      let rank = 0;
      for (const distance of distances) found.add(rank += distance);
    }
    all = all ? new Set([...all].filter(rank => found.has(rank))) : found;
  }
  return all ?? new Set();
}

// The text with what was found marked. Folding may change lengths, so places are found letter by
// letter.
function marked(text, wanted) {
  const letters = [...text];
  const folded = letters.map(letter => fold(letter));
  const whole = folded.join("");
  const hit = new Array(whole.length).fill(false);
  for (const term of wanted) {
    for (let at = whole.indexOf(term); at >= 0; at = whole.indexOf(term, at + term.length)) {
      hit.fill(true, at, at + term.length);
    }
  }
  const parts = [];
  let at = 0, run = "", on = false;
  const flush = () => {
    if (!run) return;
    const part = document.createElement(on ? "mark" : "span");
    part.textContent = run;
    parts.push(part);
    run = "";
  };
  for (const [n, letter] of letters.entries()) {
    const now = folded[n] ? hit[at] : on;
    if (now !== on) { flush(); on = now; }
    run += letter;
    at += folded[n].length;
  }
  flush();
  return parts;
}

// Where in a page a browser is to look for what was asked (a text fragment: "-" would part it).
function textFragment(asked) {
  const words = asked.replaceAll('"', " ").trim();
  return words ? `#:~:text=${encodeURIComponent(words).replaceAll("-", "%2D")}` : "";
}

function search(form) {
  const { root } = form.dataset;
  const output = form.querySelector("output");
  const results = document.getElementById("results");
  const list = results.querySelector("ol");
  const turn = results.querySelector("nav");
  const names = control => new Map([...form.elements[control].options].map(o => [o.value, o.text]));
  const codes = names("code"), kinds = names("kind");
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
  let found = [], wanted = [], sheet = 0, questions = 0;

  function fits(record, quotes) {
    const { council, code, kind } = form.elements;
    const page = quotes ? index.pages[record[1]][0] : record;
    return (!council.value || index.councils[page[1]] === council.value)
      && (!kind.value || index.kinds[page[2]] === kind.value)
      && (!quotes || !code.value || index.codes[record[2]] === code.value);
  }

  async function look() {
    const quotes = form.elements.in.value === "quotes";
    const records = quotes ? index.quotes : index.pages;
    const now = terms(form.elements.q.value);
    const question = ++questions;
    form.elements.code.disabled = !quotes;
    if (!quotes) await loadWords(form.dataset.index, now);
    if (question !== questions) return;
    const inText = quotes ? [] : now.map(pagesWith);
    wanted = now;
    found = records.filter(([record, text], rank) => fits(record, quotes)
      && now.every((term, n) => text.includes(term) || inText[n]?.has(rank))).map(([record]) => record);
    sheet = 0;
    output.textContent = found.length
      ? filled(output.dataset.told, { found: said.format(found.length), all: said.format(records.length) })
      : output.dataset.none;
    show();
  }

  function item(record) {
    const kind = form.elements.in.value;
    const quotes = kind === "quotes";
    const page = quotes ? index.pages[record[1]][0] : record;
    const copy = document.getElementById(`result-${kind}`).content.cloneNode(true);
    const part = name => copy.querySelector(`[data-part=${name}]`);
    const archived = `${root}archive/${page[0]}.html`;
    part("text").append(...marked((quotes ? record[6] : page[3]) || "–", wanted));
    part("council").textContent = index.councils[page[1]];
    if (quotes) {
      const code = index.codes[record[2]];
      part("name").textContent = codes.get(code) ?? code;
      part("title").textContent = page[3];
      part("page").textContent = record[4] ? filled(part("page").dataset.said, { page: record[4] }) : "";
      if (record[3]) part("doubt").remove();
      part("archived").href = `${archived}#${record[0]}`;
      if (record[5]) part("quote").href = root + record[5]; else part("quote").remove();
    } else {
      part("name").textContent = kinds.get(index.kinds[page[2]]) ?? index.kinds[page[2]];
      part("archived").href = archived + textFragment(form.elements.q.value);
      part("day").textContent = page[5] ? day.format(new Date(page[5])) : "";
      part("url").append(...marked(page[4], wanted));
    }
    return copy;
  }

  function show() {
    const start = sheet * SHEET;
    list.start = start + 1;
    list.replaceChildren(...found.slice(start, start + SHEET).map(item));
    results.hidden = !found.length;
    turn.hidden = found.length <= SHEET;
    const told = turn.querySelector("span");
    told.textContent = filled(told.dataset.sheet, {
      first: said.format(start + 1), last: said.format(Math.min(start + SHEET, found.length)),
    });
    const [before, after] = turn.querySelectorAll("button");
    before.disabled = !sheet;
    after.disabled = start + SHEET >= found.length;
  }

  turn.addEventListener("click", event => {
    const step = Number(event.target.dataset.turn);
    if (!step) return;
    sheet += step;
    show();
    results.querySelector("h2").focus();
  });
  form.addEventListener("submit", event => event.preventDefault());
  form.hidden = false;
  output.textContent = output.dataset.loading;
  loadAll(form.dataset.index).then(() => {
    form.elements.council.append(...index.councils.map(name => new Option(name, name)));
    restore(form);
    look();
    form.addEventListener("input", later(120, () => { look(); keep(form); }));
    addEventListener("hashchange", () => { restore(form); look(); });
    form.dataset.ready = "";
  }, () => { output.textContent = output.dataset.failed; });
}

// --- the page --------------------------------------------------------------------------------------

// On a phone the pages' names go beyond the screen: that of this page is brought into sight.
const own = document.querySelector(".site [aria-current]");
if (own) own.closest("nav").scrollLeft = own.offsetLeft - 16;

for (const table of document.querySelectorAll("table.sortable")) {
  const form = document.querySelector(`form[data-filters="${table.id || "none"}"]`);
  if (form) matrix(form, table);
  else headed(table, (column, descending) => sort(table, column, descending));
}
const form = document.getElementById("search");
if (form) search(form);
