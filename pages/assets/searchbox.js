const WAIT_MS = 120;
const POSITION_TIMEOUT_MS = 10000;
const boxes = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const form = parentElement.querySelector("form");
  const input = parentElement.querySelector("input");
  const list = parentElement.querySelector("ul");
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
  box.words = data.words;
  input.placeholder = data.words.placeholder;
  input.setAttribute("aria-label", data.words.label);
  list.setAttribute("aria-label", data.words.label);
  form.querySelector("button.go").textContent = data.words.search;
  near.textContent = data.words.near;
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
      if (event.key === "Escape") { close(box); return; }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      if (!box.items.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const places = box.items.length + 1;
      box.active = ((box.active + 1 + step + places) % places) - 1;
      mark(box);
    });
    input.addEventListener("blur", () => setTimeout(() => close(box), 150));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(box.timer);
      box.request += 1;
      const chosen = box.active >= 0 ? box.items[box.active] : null;
      close(box);
      if (chosen) open(chosen);
      else { box.given = input.value.trim(); box.send("sent", { text: box.given }); }
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
    if (!text) { close(box); return; }
    try {
      const answer = await fetch(`/api/v1/suggest?lang=${box.language}&limit=8&q=${encodeURIComponent(text)}`);
      if (request !== box.request) return;
      if (!answer.ok) { close(box); return; }
      show(box, (await answer.json()).suggestions);
    } catch (error) {
      console.warn("suggestions are not available", error);
      close(box);
    }
  }

  function show(box, items) {
    box.items = items;
    box.active = -1;
    list.replaceChildren(...items.map((item, index) => {
      const line = document.createElement("li");
      line.id = `tic-option-${index}`;
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
    }));
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function mark(box) {
    [...list.children].forEach((line, index) => {
      line.setAttribute("aria-selected", String(index === box.active));
      if (index === box.active) line.scrollIntoView({ block: "nearest" });
    });
    if (box.active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `tic-option-${box.active}`);
  }

  function close(box) {
    box.items = [];
    box.active = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function open(item) {
    window.location.assign(`/listing?id=${encodeURIComponent(item.id)}`);
  }
}
