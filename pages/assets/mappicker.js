const NEAR_ZOOM = 12;
const PLACES_FROM = 10;
const MOST_PLACES = 80;
const SEND_AFTER_MS = 500;
const POSITION_TIMEOUT_MS = 10000;
const maps = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const canvas = parentElement.querySelector("canvas");
  let map = maps.get(canvas);
  if (!map) {
    map = new PickerMap(parentElement, canvas);
    maps.set(canvas, map);
  }
  map.update(data, setTriggerValue);
}

class PickerMap extends MapView {
  point = null;
  given = "";
  places = [];

  constructor(root, canvas) {
    super(root, canvas);
    root.querySelector(".here").addEventListener("click", () => this.locate());
  }

  update(data, send) {
    this.send = send;
    this.language = data.language;
    this.words = data.words;
    this.canvas.setAttribute("aria-label", `${data.words.label}. ${data.words.hint}`);
    this.root.querySelector(".hint").textContent = data.words.hint;
    for (const [name, word] of [["in", data.words.in], ["out", data.words.out]]) {
      this.root.querySelector(`.${name}`).setAttribute("aria-label", word);
    }
    this.root.querySelector(".here").textContent = data.words.here;
    const given = JSON.stringify(data.point);
    if (given !== this.given) {
      this.given = given;
      this.place(data.point, { come: true });
    }
    this.tell();
    this.draw();
  }

  key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === "+" || event.key === "=") this.zoomBy(1);
    else if (event.key === "-") this.zoomBy(-1);
    else if (event.key === "Enter" || event.key === " ") this.choose(degrees(...this.view.at), 0);
    else if (steps[event.key]) {
      const px = event.shiftKey ? 1 : 12;
      const from = this.point ? local(this.point.lon, this.point.lat) : this.view.at;
      const [right, down] = steps[event.key];
      const to = [from[0] + (right * px) / this.scale, from[1] + (down * px) / this.scale];
      this.choose(degrees(...to), SEND_AFTER_MS);
      this.keepInView();
    } else return;
    event.preventDefault();
  }

  tapped(offset) {
    this.choose(degrees(...this.toWorld(offset)), 0);
  }

  choose(point, wait_ms) {
    const rounded = { lat: Number(point.lat.toFixed(6)), lon: Number(point.lon.toFixed(6)) };
    this.given = JSON.stringify(rounded);
    this.place(rounded, { come: false });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send("picked", rounded), wait_ms);
  }

  place(point, { come }) {
    this.point = point;
    if (point && come) {
      const [left, top] = this.toScreen(local(point.lon, point.lat));
      const { width, height } = this.size;
      const inside = left > 20 && top > 20 && left < width - 20 && top < height - 20;
      if (!inside || this.view.zoom < PLACES_FROM) {
        this.view = { zoom: Math.max(this.view.zoom, NEAR_ZOOM), at: local(point.lon, point.lat) };
      }
    }
    this.tell();
    this.changed();
  }

  keepInView() {
    const [left, top] = this.toScreen(local(this.point.lon, this.point.lat));
    const { width, height } = this.size;
    if (left < 10 || top < 10 || left > width - 10 || top > height - 10) {
      this.view.at = local(this.point.lon, this.point.lat);
      this.changed();
    }
  }

  locate() {
    const where = this.root.querySelector(".where");
    if (!navigator.geolocation) { where.textContent = this.words.denied; return; }
    navigator.geolocation.getCurrentPosition(
      (found) => {
        const point = { lat: found.coords.latitude, lon: found.coords.longitude };
        this.choose(point, 0);
        this.view = { zoom: 16, at: local(point.lon, point.lat) };
        this.changed();
      },
      () => { where.textContent = this.words.denied; },
      { timeout: POSITION_TIMEOUT_MS, enableHighAccuracy: true },
    );
  }

  tell() {
    const where = this.root.querySelector(".where");
    where.textContent = this.point ? `${this.point.lat.toFixed(6)}, ${this.point.lon.toFixed(6)}` : this.words.none;
  }

  async settled() {
    if (this.view.zoom < PLACES_FROM) { this.places = []; this.draw(); return; }
    const box = this.bounds.map((value) => value.toFixed(5)).join(",");
    try {
      const answer = await fetch(`/api/v1/search?bbox=${box}&size=${MOST_PLACES}`);
      if (!answer.ok) return;
      this.places = (await answer.json()).hits;
      this.draw();
    } catch (error) {
      console.warn("known places are not available", error);
    }
  }

  paint(taken) {
    const { pen } = this;
    pen.fillStyle = "#0b6e6e";
    for (const hit of this.places) {
      const [left, top] = this.toScreen(local(hit.lon, hit.lat));
      taken.push([left - 4, top - 4, left + 4, top + 4]);
      pen.beginPath();
      pen.arc(left, top, 3.5, 0, 2 * Math.PI);
      pen.fill();
    }
    const named = this.places.map((hit) => [
      hit.lon, hit.lat, (this.language === "th" ? hit.name_th || hit.name_en : hit.name_en || hit.name_th) ?? "",
    ]);
    this.write(named, { font: "12px sans-serif", color: "#08514f", below: 18, boxes: taken });
  }

  paintAbove() {
    if (!this.point) return;
    const { pen } = this;
    const [left, top] = this.toScreen(local(this.point.lon, this.point.lat));
    pen.beginPath();
    pen.moveTo(left, top);
    pen.bezierCurveTo(left - 16, top - 18, left - 10, top - 34, left, top - 34);
    pen.bezierCurveTo(left + 10, top - 34, left + 16, top - 18, left, top);
    pen.fillStyle = "#c8461a";
    pen.strokeStyle = "#fff";
    pen.lineWidth = 2;
    pen.fill();
    pen.stroke();
    pen.beginPath();
    pen.arc(left, top - 22, 4, 0, 2 * Math.PI);
    pen.fillStyle = "#fff";
    pen.fill();
  }
}
