const WAIT_MS = 120;
const POSITION_TIMEOUT_MS = 10000;
const MOST_REMEMBERED = 5;
const GROUPS = ["place", "area", "category", "recent", "seen"];
const boxes = new WeakMap();

// A place counts as seen when a link to it is followed, wherever on the page that link is.
document.addEventListener("click", (event) => {
  const link = event.composedPath().find((item) => item instanceof HTMLAnchorElement);
  const address = link ? new URL(link.href, window.location.href) : null;
  const id = address?.pathname === "/listing" ? address.searchParams.get("id") : null;
  if (id) remember("seen", { id, name: link.textContent.trim().replace(/^\d+\. /, "") }, "id", MOST_REMEMBERED);
}, { capture: true });

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const form = parentElement.querySelector("form");
  const input = parentElement.querySelector("input");
  const pop = parentElement.querySelector(".pop");
  const list = parentElement.querySelector("[role=listbox]");
  const clear = parentElement.querySelector(".clear");
  const near = parentElement.querySelector("button.near");
  const status = parentElement.querySelector(".status");
  let box = boxes.get(form);
  if (!box) {
    box = { items: [], active: -1, timer: 0, request: 0, given: null };
    boxes.set(form, box);
    listen(box);
  }
  box.send = setTriggerValue;
  box.language = data.language;
  box.near = data.near;
  box.words = data.words;
  input.placeholder = data.words.placeholder;
  input.setAttribute("aria-label", data.words.label);
  list.setAttribute("aria-label", data.words.label);
  form.querySelector("button.go").textContent = data.words.search;
  near.textContent = data.words.near;
  clear.textContent = data.words.clear;
  if (box.given !== data.value) {
    input.value = data.value;
    box.given = data.value;
  }

  function listen(box) {
    input.addEventListener("input", () => {
      clearTimeout(box.timer);
      box.timer = setTimeout(() => ask(box), WAIT_MS);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        // The first press closes the list; without one the browser empties the box.
        if (box.items.length) event.preventDefault();
        close(box);
        return;
      }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      if (!box.items.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const places = box.items.length + 1;
      box.active = ((box.active + 1 + step + places) % places) - 1;
      mark(box);
    });
    input.addEventListener("focus", () => { if (!input.value.trim()) offer(box); });
    input.addEventListener("click", () => { if (!input.value.trim()) offer(box); });
    form.addEventListener("focusout", (event) => {
      if (event.relatedTarget !== clear) setTimeout(() => close(box), 150);
    });
    clear.addEventListener("mousedown", (event) => event.preventDefault());
    clear.addEventListener("click", () => {
      for (const name of ["recent", "seen"]) keep(name, null);
      close(box);
      input.focus();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(box.timer);
      box.request += 1;
      const chosen = box.active >= 0 ? box.items[box.active] : null;
      close(box);
      if (chosen) open(chosen);
      else send(input.value.trim());
    });
    near.addEventListener("click", () => locate(box));
  }

  function locate(box) {
    if (!navigator.geolocation) { status.textContent = box.words.denied; return; }
    status.textContent = box.words.locating;
    navigator.geolocation.getCurrentPosition(
      (found) => {
        status.textContent = "";
        box.send("position", { lat: found.coords.latitude, lon: found.coords.longitude });
      },
      () => { status.textContent = box.words.denied; },
      { timeout: POSITION_TIMEOUT_MS, maximumAge: 60000 },
    );
  }

  async function ask(box) {
    const text = input.value.trim();
    const request = ++box.request;
    if (!text) { offer(box); return; }
    try {
      const near = box.near ? `&near=${box.near}` : "";
      const answer = await fetch(`/api/v1/suggest?lang=${box.language}&limit=8&q=${encodeURIComponent(text)}${near}`);
      if (request !== box.request) return;
      if (!answer.ok) { close(box); return; }
      show(box, (await answer.json()).suggestions);
    } catch (error) {
      console.warn("suggestions are not available", error);
      close(box);
    }
  }

  function offer(box) {
    const recent = remembered("recent").map(({ text }) => ({ group: "recent", text: String(text) }));
    const seen = remembered("seen").map(({ id, name }) => ({ group: "seen", id: String(id), text: String(name) }));
    show(box, [...recent, ...seen]);
    clear.hidden = box.items.length === 0;
  }

  function show(box, found) {
    const groups = GROUPS.map((group) => [group, found.filter((item) => (item.group ?? "place") === group)]);
    const filled = groups.filter(([, items]) => items.length);
    box.items = filled.flatMap(([, items]) => items);
    box.active = -1;
    clear.hidden = true;
    list.replaceChildren(...filled.map(([group, items]) => groupOf(box, group, items)));
    pop.hidden = box.items.length === 0;
    input.setAttribute("aria-expanded", String(!pop.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  function groupOf(box, group, items) {
    const whole = document.createElement("div");
    whole.setAttribute("role", "group");
    whole.setAttribute("aria-label", box.words[group]);
    const heading = document.createElement("div");
    heading.className = "heading";
    heading.setAttribute("role", "presentation");
    heading.textContent = box.words[group];
    whole.append(heading, ...items.map((item) => optionOf(box, item)));
    return whole;
  }

  function optionOf(box, item) {
    const line = document.createElement("div");
    line.id = `tic-option-${box.items.indexOf(item)}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    const [first, second] = box.language === "th" ? [item.name_th, item.name_en] : [item.name_en, item.name_th];
    line.textContent = first || second || item.text;
    if (first && second) {
      const other = document.createElement("small");
      other.textContent = second;
      line.append(other);
    }
    line.addEventListener("mousedown", (event) => { event.preventDefault(); close(box); open(item); });
    return line;
  }

  function mark(box) {
    list.querySelectorAll("[role=option]").forEach((line, index) => {
      line.setAttribute("aria-selected", String(index === box.active));
      if (index === box.active) line.scrollIntoView({ block: "nearest" });
    });
    if (box.active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `tic-option-${box.active}`);
  }

  function close(box) {
    box.items = [];
    box.active = -1;
    pop.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function send(text) {
    input.value = text;
    box.given = text;
    if (text) remember("recent", { text }, "text", MOST_REMEMBERED);
    box.send("sent", { text });
  }

  function open(item) {
    if (item.group === "recent") send(item.text);
    else if (item.group === "area" || item.group === "category") {
      input.value = "";
      box.given = "";
      box.send("chosen", { group: item.group, id: item.id });
    } else {
      const name = (box.language === "th" ? item.name_th : item.name_en) || item.text;
      remember("seen", { id: item.id, name }, "id", MOST_REMEMBERED);
      window.location.assign(`/listing?id=${encodeURIComponent(item.id)}`);
    }
  }
}
