const boards = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector(".board");
  let board = boards.get(root);
  if (!board) {
    board = new TripBoard(parentElement, root);
    boards.set(root, board);
  }
  board.send = setTriggerValue;
  board.update(data);
}

// The days of a trip with their stops. The address is the trip; this browser keeps a copy of it, unless the address
// was opened with another trip than the one kept here: then the person chooses.
class TripBoard {
  constructor(parent, root) {
    this.parent = parent;
    this.root = root;
    this.foreign = null;
    this.find(".foreign .use").addEventListener("click", () => { this.foreign = false; this.store(); this.draw(); });
    this.find(".foreign .mine").addEventListener("click", () => { this.foreign = false; this.send("stored", keptTrip()); });
    this.find("[type=date]").addEventListener("change", (event) => {
      if (event.target.value) this.change({ op: "first", text: event.target.value });
    });
    this.find(".spread").addEventListener("click", () => {
      const days = this.find("[type=number]");
      if (days.reportValidity()) this.change({ op: "spread", to: days.valueAsNumber });
    });
    this.find(".more").addEventListener("click", () => this.change({ op: "more" }));
    this.find(".clear").addEventListener("click", () => this.change({ op: "clear" }));
    this.find(".share").addEventListener("click", () => this.share());
    document.addEventListener(CHANGED, (event) => {
      if (event.detail !== "trip" || this.storing || !root.isConnected || this.foreign || this.isKept()) return;
      this.send("stored", keptTrip());
    });
  }

  find(selector) { return this.root.querySelector(selector); }

  // The same stops on the same days and dates as in this browser.
  isKept() {
    const kept = keptTrip();
    return kept.days === this.data.trip.days && kept.from === this.data.trip.from;
  }

  store() {
    if (this.isKept()) return;
    this.storing = true;
    keep("trip", this.data.trip.days || this.data.trip.from ? this.data.trip : null);
    this.storing = false;
  }

  change(wish) {
    this.wished = wish.op;
    this.send("change", wish);
  }

  update(data) {
    const first = !this.data;
    this.data = data;
    if (first && !data.given && keptTrip().days) {
      this.send("stored", keptTrip());
      return;
    }
    if (first) this.foreign = data.given && stopsOf(keptTrip().days).length > 0 && keptTrip().days !== data.asked && !this.isKept();
    if (!this.foreign && (!first || data.given)) this.store();
    this.draw();
  }

  async share() {
    const { trip: { days }, first: from } = this.data;
    const address = new URL("/trip", window.location.href);
    address.search = new URLSearchParams({ days, from, lang: this.data.language });
    try {
      if (navigator.share) await navigator.share({ title: this.data.words.title, url: address.href });
      else {
        await navigator.clipboard.writeText(address.href);
        this.find(".undone").textContent = this.data.words.copied;
      }
    } catch (error) {
      console.warn("the link was not shared", error);
      if (error.name !== "AbortError") this.find(".undone").textContent = `${this.data.words.link} ${address.href}`;
    }
  }

  draw() {
    const { words, trip, days } = this.data;
    const focused = this.parent.activeElement?.dataset?.key ?? document.activeElement?.shadowRoot?.activeElement?.dataset?.key;
    const empty = stopsOf(trip.days).length === 0;
    this.find(".foreign").hidden = !this.foreign;
    this.find(".foreign span").textContent = words.foreign;
    for (const name of ["use", "mine", "spread", "more", "share", "clear", "when", "count"]) {
      this.find(`.${name}`).textContent = words[name];
    }
    for (const name of ["spread", "share", "clear"]) this.find(`.${name}`).disabled = empty;
    this.find("[type=date]").value = this.data.first;
    const count = this.find("[type=number]");
    if (count !== this.parent.activeElement) count.value = days.length;
    this.undo();
    this.find(".days").replaceChildren(...days.map((day, index) => this.day(day, index)));
    this.focus(focused);
  }

  undo() {
    const line = this.find(".undone");
    line.replaceChildren();
    if (!this.data.undo) return;
    const button = this.button(this.data.words.undo, "undo", () => this.change({ op: "undo" }));
    line.append(`${this.data.undo} `, button);
  }

  // A person on the keyboard stays where they were; what was removed leaves them at its undoing.
  focus(key) {
    if (!key) return;
    let next = this.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (next?.disabled) next = next.parentElement.querySelector("button:not(:disabled)");
    if (!next && this.data.undo) next = this.find("[data-key=undo]");
    next?.focus();
  }

  day(day, index) {
    const { words } = this.data;
    const section = document.createElement("section");
    const title = document.createElement("h2");
    const dot = document.createElement("i");
    dot.style.background = day.color;
    title.id = `tic-day-${index}`;
    title.append(dot, day.title);
    section.setAttribute("aria-labelledby", title.id);
    section.append(title);
    if (day.holiday) section.append(this.text("p", "holiday", day.holiday));
    section.append(this.text("p", day.stops.length ? "sum" : "none", day.sum));
    const list = document.createElement("ol");
    list.append(...day.stops.map((stop, place) => this.stop(stop, index, place)));
    if (day.stops.length) section.append(list);
    const tools = this.text("div", "tools", "");
    if (day.stops.length > 2) {
      tools.append(this.button(words.order, `order-${index}`, () => this.change({ op: "order", day: index })));
      tools.append(this.button(words.orderFirst, `from-${index}`, () => this.change({ op: "order_first", day: index })));
    }
    if (this.data.days.length > 1) {
      tools.append(this.button(words.dropDay, `less-${index}`, () => this.change({ op: "less", day: index })));
    }
    for (const button of tools.children) button.setAttribute("aria-label", `${day.name}: ${button.textContent}`);
    section.append(tools);
    return section;
  }

  stop(stop, day, place) {
    const { words, days } = this.data;
    const line = document.createElement("li");
    const number = this.text("span", "number", stop.number);
    number.style.background = days[day].color;
    const link = this.text("a", "", stop.name);
    link.href = `/listing?id=${encodeURIComponent(stop.id)}`;
    const about = this.text("div", "about", "");
    if (stop.leg) about.append(this.text("span", "leg", stop.leg));
    about.append(this.text("span", "kind", stop.kind), this.text("span", stop.state, stop.hours));
    const tools = this.text("div", "stop", "");
    const tell = (op, more) => () => this.change({ op, day, place, id: stop.id, ...more });
    const up = this.button("↑", `up-${stop.key}`, tell("up"), `${words.up}: ${stop.name}`);
    const down = this.button("↓", `down-${stop.key}`, tell("down"), `${words.down}: ${stop.name}`);
    up.disabled = place === 0;
    down.disabled = place === days[day].stops.length - 1;
    tools.append(up, down);
    if (days.length > 1) tools.append(this.chooser(stop, day, place));
    tools.append(this.button("✕", `remove-${stop.key}`, tell("remove"), `${words.remove}: ${stop.name}`));
    const text = this.text("div", "text", "");
    text.append(link, about);
    line.append(number, text, tools);
    return line;
  }

  chooser(stop, day, place) {
    const select = document.createElement("select");
    select.setAttribute("aria-label", `${this.data.words.toDay}: ${stop.name}`);
    select.dataset.key = `day-${stop.key}`;
    select.append(...this.data.days.map(({ name }, index) => new Option(name, index, index === day, index === day)));
    select.addEventListener("change", () => this.change({ op: "day", day, place, id: stop.id, to: Number(select.value) }));
    return select;
  }

  text(tag, kind, words) {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    element.textContent = words;
    return element;
  }

  button(words, key, pressed, label) {
    const button = this.text("button", "", words);
    button.type = "button";
    button.dataset.key = key;
    if (label) button.setAttribute("aria-label", label);
    button.addEventListener("click", pressed);
    return button;
  }
}
