// Web Mercator with the middle of Thailand as origin: small numbers stay exact when the browser scales a path.
const ORIGIN = world(101, 13);
const TILE_PX = 256;
const START = { zoom: 5, lon: 101, lat: 13.2 };
const NEAR_ZOOM = 12;
const EQUATOR_KM = 40075;
const ZOOMS = [4, 18];
const DISTRICTS_FROM = 8;
const PLACES_FROM = 10;
const MOST_PLACES = 80;
const SEND_AFTER_MS = 500;
const ASK_AFTER_MS = 350;
const DRAG_PX = 5;
const POSITION_TIMEOUT_MS = 10000;
const maps = new WeakMap();
let areas = null;

function world(lon, lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [(lon + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

function degrees(x, y) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * (y + ORIGIN[1])))) * 180) / Math.PI;
  return { lon: (x + ORIGIN[0]) * 360 - 180, lat };
}

function local(lon, lat) {
  const [x, y] = world(lon, lat);
  return [x - ORIGIN[0], y - ORIGIN[1]];
}

async function loadAreas() {
  areas ??= fetch("/map/areas.json").then((answer) => {
    if (!answer.ok) throw new Error(`areas: ${answer.status}`);
    return answer.json();
  }).then((found) => {
    const land = new Path2D();
    for (const ring of found.outlines) {
      ring.forEach(([lon, lat], index) => {
        const [x, y] = local(lon, lat);
        if (index === 0) land.moveTo(x, y); else land.lineTo(x, y);
      });
      land.closePath();
    }
    return { land, provinces: found.provinces, districts: found.districts };
  }).catch((error) => {
    areas = null;
    throw error;
  });
  return areas;
}

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

class PickerMap {
  constructor(root, canvas) {
    this.root = root;
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.view = { zoom: START.zoom, at: local(START.lon, START.lat) };
    this.point = null;
    this.given = "";
    this.places = [];
    this.pointers = new Map();
    this.loaded = null;
    loadAreas().then((found) => { this.loaded = found; this.draw(); }).catch((error) => console.warn(error));
    new ResizeObserver(() => this.draw()).observe(canvas);
    this.listen();
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

  listen() {
    const { canvas, root } = this;
    canvas.addEventListener("pointerdown", (event) => this.press(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.release(event));
    canvas.addEventListener("wheel", (event) => {
      // A page that scrolls past the map must not be caught by it.
      if (!event.ctrlKey && root.activeElement !== canvas && document.activeElement !== canvas) return;
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? 0.5 : -0.5, this.offset(event));
    }, { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
    root.querySelector(".in").addEventListener("click", () => this.zoomBy(1));
    root.querySelector(".out").addEventListener("click", () => this.zoomBy(-1));
    root.querySelector(".here").addEventListener("click", () => this.locate());
  }

  get scale() { return TILE_PX * 2 ** this.view.zoom; }

  get size() { return { width: this.canvas.clientWidth, height: this.canvas.clientHeight }; }

  offset(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  toWorld([left, top]) {
    const { width, height } = this.size;
    return [this.view.at[0] + (left - width / 2) / this.scale, this.view.at[1] + (top - height / 2) / this.scale];
  }

  toScreen([x, y]) {
    const { width, height } = this.size;
    return [(x - this.view.at[0]) * this.scale + width / 2, (y - this.view.at[1]) * this.scale + height / 2];
  }

  press(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.offset(event));
    this.moved = this.pointers.size > 1;
    this.start = this.offset(event);
  }

  drag(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.offset(event);
    if (Math.hypot(now[0] - this.start[0], now[1] - this.start[1]) > DRAG_PX) this.moved = true;
    if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const apart = (a) => Math.hypot(a[0] - other[0], a[1] - other[1]);
      this.zoomBy(Math.log2(apart(now) / Math.max(apart(before), 1)), other);
    } else if (this.moved) {
      this.view.at[0] -= (now[0] - before[0]) / this.scale;
      this.view.at[1] -= (now[1] - before[1]) / this.scale;
      this.changed();
    }
    this.pointers.set(event.pointerId, now);
  }

  release(event) {
    const was = this.pointers.delete(event.pointerId);
    if (!was || this.moved || event.type === "pointercancel") return;
    this.choose(degrees(...this.toWorld(this.offset(event))), 0);
  }

  zoomBy(step, around) {
    const { width, height } = this.size;
    const fixed = around ?? [width / 2, height / 2];
    const before = this.toWorld(fixed);
    this.view.zoom = Math.min(Math.max(this.view.zoom + step, ZOOMS[0]), ZOOMS[1]);
    const after = this.toWorld(fixed);
    this.view.at = [this.view.at[0] + before[0] - after[0], this.view.at[1] + before[1] - after[1]];
    this.changed();
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

  changed() {
    this.draw();
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.askPlaces(), ASK_AFTER_MS);
  }

  async askPlaces() {
    if (this.view.zoom < PLACES_FROM) { this.places = []; this.draw(); return; }
    const { width, height } = this.size;
    const [west, south] = Object.values(degrees(...this.toWorld([0, height])));
    const [east, north] = Object.values(degrees(...this.toWorld([width, 0])));
    const box = [west, south, east, north].map((value) => value.toFixed(5)).join(",");
    try {
      const answer = await fetch(`/api/v1/search?bbox=${box}&size=${MOST_PLACES}`);
      if (!answer.ok) return;
      this.places = (await answer.json()).hits;
      this.draw();
    } catch (error) {
      console.warn("known places are not available", error);
    }
  }

  draw() {
    const { canvas, pen } = this;
    const { width, height } = this.size;
    if (!width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = "#dfeaf2";
    pen.fillRect(0, 0, width, height);
    this.drawLand(ratio, width, height);
    // Names of places come first where both want the same room.
    const taken = [];
    this.drawPlaces(taken);
    this.drawNames(taken);
    this.drawMarker();
    this.drawScale(height);
  }

  drawScale(height) {
    const { pen } = this;
    const { lat } = degrees(...this.view.at);
    const kmPerPx = (EQUATOR_KM * Math.cos((lat * Math.PI) / 180)) / this.scale;
    const exact = 90 * kmPerPx;
    const step = 10 ** Math.floor(Math.log10(exact));
    const km = [5, 2, 1].map((factor) => factor * step).find((length) => length <= exact);
    const bottom = height - 10;
    pen.fillStyle = "#16302f";
    pen.fillRect(10, bottom, km / kmPerPx, 2);
    pen.font = "12px sans-serif";
    pen.textAlign = "left";
    pen.fillText(km >= 1 ? `${km} km` : `${Math.round(km * 1000)} m`, 10, bottom - 5);
  }

  drawLand(ratio, width, height) {
    if (!this.loaded) return;
    const { pen } = this;
    const scale = this.scale;
    pen.save();
    pen.setTransform(
      ratio * scale, 0, 0, ratio * scale,
      ratio * (width / 2 - this.view.at[0] * scale), ratio * (height / 2 - this.view.at[1] * scale),
    );
    pen.fillStyle = "#f4f7f3";
    pen.strokeStyle = "#7f9a97";
    pen.lineWidth = 1 / scale;
    pen.fill(this.loaded.land, "evenodd");
    pen.stroke(this.loaded.land);
    pen.restore();
  }

  drawNames(taken) {
    if (!this.loaded) return;
    const rows = this.view.zoom >= DISTRICTS_FROM ? this.loaded.districts : this.loaded.provinces;
    this.write(rows.map(([lon, lat, th, en]) => [lon, lat, this.language === "th" ? th : en]), {
      font: "12px sans-serif", color: "#4d6664", below: 0, boxes: taken,
    });
  }

  drawPlaces(taken) {
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

  // Writes each name that has room; the first comers win.
  write(rows, { font, color, below, boxes }) {
    const { pen } = this;
    const { width, height } = this.size;
    pen.font = font;
    pen.textAlign = "center";
    pen.lineWidth = 3;
    pen.strokeStyle = "#ffffffd0";
    pen.fillStyle = color;
    for (const [lon, lat, text] of rows) {
      const [left, top] = this.toScreen(local(lon, lat));
      if (left < 0 || top < 0 || left > width || top > height) continue;
      const half = pen.measureText(text).width / 2;
      const box = [left - half, top + below - 12, left + half, top + below + 4];
      if (boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      boxes.push(box);
      pen.strokeText(text, left, top + below);
      pen.fillText(text, left, top + below);
    }
  }

  drawMarker() {
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
