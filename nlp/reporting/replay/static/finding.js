/* Finds a quote in a page's text: letters and digits alone are compared, without case or accents'
   spelling, so that apostrophes, bullets, spaces and line-end hyphens do not matter. */
"use strict";

/* What a page's own elements named `parentNode` or `createRange` cannot stand in for. */
const Own = {
  get: (object, name) => {
    for (const kind of [Element, Document, Node]) {
      const found = Object.getOwnPropertyDescriptor(kind.prototype, name);
      if (found) return found.get.call(object);
    }
    throw new TypeError(name);
  },
  call: (object, name, ...given) => {
    const kind = [Element, Document].find((one) => Object.hasOwn(one.prototype, name));
    return kind.prototype[name].apply(object, given);
  },
};

const Finding = (() => {
  const UNREAD = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "TITLE", "TEXTAREA"]);
  const SEEN = /[\p{L}\p{N}]/u;
  const CONTEXT = 160;

  /* Each character's letters and digits, told one by one: the index of what they come from stays. */
  function letters(text, take) {
    for (let at = 0; at < text.length; ) {
      const character = String.fromCodePoint(text.codePointAt(at));
      for (const part of character.normalize("NFKD").toLowerCase()) {
        if (SEEN.test(part)) take(part, at);
      }
      at += character.length;
    }
  }

  function folded(text) {
    const parts = [];
    letters(text, (part) => parts.push(part));
    return parts.join("");
  }

  /* All text below an element, with the node and offset of each compared character. */
  function read(root) {
    const parts = [];
    const places = [];
    const walker = Own.call(Own.get(root, "ownerDocument"), "createTreeWalker", root, 4 /* text */);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (UNREAD.has(Own.get(node.parentElement, "nodeName").toUpperCase())) continue;
      letters(node.data, (part, at) => {
        for (let unit = 0; unit < part.length; unit++) places.push([node, at]);
        parts.push(part);
      });
    }
    return { text: parts.join(""), places };
  }

  /* How many characters two texts share from a place in each on, going by `step` (1 or -1). */
  function alike(one, at, other, there, step) {
    let count = 0;
    while (count < CONTEXT && one[at] !== undefined && one[at] === other[there]) {
      count++;
      at += step;
      there += step;
    }
    return count;
  }

  /* The range of a quote below an element, null where it is not there. Of several occurrences, the one
     whose surroundings are most like those that were read. */
  function find(root, quote, before, after) {
    const page = read(root);
    const wanted = folded(quote);
    if (!wanted) return null;
    const [earlier, later] = [folded(before), folded(after)];
    let best = -1;
    let most = -1;
    for (let at = page.text.indexOf(wanted); at >= 0; at = page.text.indexOf(wanted, at + 1)) {
      const likeness =
        alike(page.text, at - 1, earlier, earlier.length - 1, -1) +
        alike(page.text, at + wanted.length, later, 0, 1);
      if (likeness > most) [best, most] = [at, likeness];
    }
    if (best < 0) return null;
    const [first, start] = page.places[best];
    const [last, offset] = page.places[best + wanted.length - 1];
    const end = offset + String.fromCodePoint(last.data.codePointAt(offset)).length;
    const [opening] = quote.match(/^[^\p{L}\p{N}\s]*/u);
    const [closing] = quote.match(/[^\p{L}\p{N}\s]*$/u);
    const range = Own.call(Own.get(root, "ownerDocument"), "createRange");
    range.setStart(first, first.data.slice(0, start).endsWith(opening) ? start - opening.length : start);
    range.setEnd(last, last.data.startsWith(closing, end) ? end + closing.length : end);
    return range;
  }

  return { find };
})();
