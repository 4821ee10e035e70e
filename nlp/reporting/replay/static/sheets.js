/* A PDF of the archive, one page at a time, with its text over it so that a quote can be marked. */
"use strict";

const Sheets = (() => {
  async function open(bytes, folder, stage) {
    const pdfjs = await import(`${folder}pdf.js`);
    pdfjs.GlobalWorkerOptions.workerSrc = `${folder}pdf-worker.js`;
    const file = await pdfjs.getDocument({ data: bytes, useWasm: false, enableXfa: false }).promise;
    const [previous, next, place] = ["previous", "next", "place"].map((name) =>
      document.querySelector(`[data-sheet="${name}"]`),
    );
    const sheet = document.createElement("div");
    sheet.className = "sheets";
    sheet.tabIndex = 0;
    stage.replaceChildren(sheet);
    let current = 1;

    async function draw(number) {
      current = Math.min(Math.max(number, 1), file.numPages);
      const page = await file.getPage(current);
      const fitting = (sheet.clientWidth - 2) / page.getViewport({ scale: 1 }).width;
      const scale = Math.min(Math.max(fitting, 0.9), 1.6); // below that nobody reads print
      const viewport = page.getViewport({ scale });
      const sharp = Math.min(window.devicePixelRatio || 1, 2);
      const canvas = document.createElement("canvas");
      canvas.width = Math.floor(viewport.width * sharp);
      canvas.height = Math.floor(viewport.height * sharp);
      canvas.style.width = `${viewport.width}px`;
      canvas.setAttribute("aria-hidden", "true");
      const text = document.createElement("div");
      text.className = "sheet-text";
      const leaf = document.createElement("div");
      leaf.className = "leaf";
      leaf.style.width = `${viewport.width}px`;
      leaf.style.height = `${viewport.height}px`;
      leaf.style.setProperty("--total-scale-factor", scale);
      leaf.style.setProperty("--scale-factor", scale);
      leaf.append(canvas, text);
      sheet.replaceChildren(leaf);
      const layer = new pdfjs.TextLayer({
        textContentSource: page.streamTextContent(),
        container: text,
        viewport,
      });
      await Promise.all([
        page.render({
          canvas,
          viewport,
          transform: sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0],
          annotationMode: pdfjs.AnnotationMode.DISABLE,
        }).promise,
        layer.render(),
      ]);
      place.textContent = `${current} / ${file.numPages}`;
      previous.disabled = current === 1;
      next.disabled = current === file.numPages;
      for (const part of document.querySelectorAll("[data-sheets]")) part.hidden = false;
      return text;
    }

    previous.addEventListener("click", () => draw(current - 1));
    next.addEventListener("click", () => draw(current + 1));

    /* Draws a page and gives the range of a quote on it: of its first words where it runs over. */
    async function turnTo(number, quote) {
      const text = await draw(number);
      if (!quote) return null;
      const lines = quote.quote.split("\n");
      const wanted = [quote.quote, lines.slice(0, -1).join("\n"), lines[0]];
      for (const words of wanted.filter(Boolean)) {
        const range = Finding.find(text, words, ...quote.around);
        if (range) return range;
      }
      return null;
    }

    return { turnTo };
  }

  return { open };
})();
