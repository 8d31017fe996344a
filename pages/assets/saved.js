const MOST_SAVED = 100;
const TOLD_MS = 6000;
const panels = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  const details = parentElement.querySelector("details");
  let panel = panels.get(details);
  if (!panel) {
    panel = new SavedPanel(parentElement, details);
    panels.set(details, panel);
  }
  // On the window, for the watcher outlives the page that has started it.
  window.ticSavedPanel = panel;
  panel.update(data);
  watch();
}

// The buttons beside places are plain HTML with data-tic-save or data-tic-trip; they are drawn by the pages again and
// again, so that their state is painted whenever the document changes. One watcher for the whole visit.
function watch() {
  if (window.ticSavedWatched) return;
  window.ticSavedWatched = true;
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-tic-save], [data-tic-trip]");
    if (button) press(button);
  });
  let planned = 0;
  const paintSoon = () => {
    cancelAnimationFrame(planned);
    planned = requestAnimationFrame(paint);
  };
  new MutationObserver(paintSoon).observe(document.body, { childList: true, subtree: true });
  document.addEventListener(CHANGED, () => { paint(); window.ticSavedPanel?.draw(); });
  window.addEventListener("storage", () => { paint(); window.ticSavedPanel?.draw(); });
  paint();
}

function paint() {
  const saved = new Set(remembered("saved").map(({ id }) => id));
  const stops = new Set(stopsOf(keptTrip().days));
  for (const [name, ids] of [["ticSave", saved], ["ticTrip", stops]]) {
    const attribute = name === "ticSave" ? "data-tic-save" : "data-tic-trip";
    for (const button of document.querySelectorAll(`[${attribute}]`)) {
      const pressed = String(ids.has(button.dataset[name]));
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    }
  }
}

function press(button) {
  const { ticSave, ticTrip, th, en } = button.dataset;
  const pressed = button.getAttribute("aria-pressed") === "true";
  if (ticSave && pressed) {
    forget("saved", "id", ticSave);
    window.ticSavedPanel?.tell("unsaved");
  } else if (ticSave) {
    window.ticSavedPanel?.tell(remember("saved", { id: ticSave, th, en }, "id", MOST_SAVED) ? "kept" : "refused");
  } else if (pressed) {
    takeFromTrip(ticTrip);
    window.ticSavedPanel?.tell("taken", true);
  } else {
    window.ticSavedPanel?.tell(addToTrip(ticTrip) ? "added" : "full", true);
  }
}

class SavedPanel {
  constructor(root, details) {
    this.root = root;
    this.details = details;
    this.told = root.querySelector(".told");
    root.querySelector(".all").addEventListener("click", () => {
      const stops = new Set(stopsOf(keptTrip().days));
      const missing = remembered("saved").filter(({ id }) => !stops.has(id)).reverse();
      this.tell(missing.every(({ id }) => addToTrip(id)) ? "added" : "full", true);
    });
    root.querySelector(".none").addEventListener("click", () => {
      keep("saved", null);
      this.tell("forgotten");
    });
  }

  update(data) {
    this.data = data;
    if (data.onTrip && !this.shown) this.details.open = true;
    this.shown = true;
    this.root.querySelector(".told a").textContent = data.words.open;
    this.root.querySelector(".note").textContent = data.words.note;
    this.root.querySelector(".all").textContent = data.words.all;
    this.root.querySelector(".none").textContent = data.words.none;
    this.draw();
  }

  draw() {
    const saved = this.data.panel ? remembered("saved") : [];
    this.details.hidden = saved.length === 0;
    this.details.querySelector("summary").textContent = `${this.data.words.saved} (${saved.length})`;
    const focused = this.root.activeElement?.dataset?.key;
    const stops = new Set(stopsOf(keptTrip().days));
    this.details.querySelector("ul").replaceChildren(...saved.map((place) => this.line(place, stops.has(place.id))));
    if (focused) this.details.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  line(place, inTrip) {
    const { words, language } = this.data;
    const line = document.createElement("li");
    const link = document.createElement("a");
    const name = (language === "th" ? place.th || place.en : place.en || place.th) || String(place.id);
    link.href = `/listing?id=${encodeURIComponent(place.id)}`;
    link.textContent = name;
    const add = this.button(inTrip ? words.inTrip : words.add, `${name}: ${words.add}`, `add-${place.id}`, () => {
      this.tell(addToTrip(place.id) ? "added" : "full", true);
    });
    add.disabled = inTrip;
    const drop = this.button(words.remove, `${name}: ${words.remove}`, `drop-${place.id}`, () => {
      forget("saved", "id", place.id);
      this.tell("unsaved");
    });
    line.append(link, add, drop);
    return line;
  }

  button(text, label, key, pressed) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.setAttribute("aria-label", label);
    button.dataset.key = key;
    button.addEventListener("click", pressed);
    return button;
  }

  tell(word, aboutTrip = false) {
    clearTimeout(this.timer);
    this.told.hidden = false;
    this.told.querySelector("span").textContent = this.data.words[word];
    this.told.querySelector("a").hidden = !aboutTrip || this.data.onTrip;
    this.timer = setTimeout(() => { this.told.hidden = true; }, TOLD_MS);
  }
}
