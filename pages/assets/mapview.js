// Web Mercator with the middle of Thailand as origin: small numbers stay exact when the browser scales a path.
const ORIGIN = world(101, 13);
const TILE_PX = 256;
const START = { zoom: 5, lon: 101, lat: 13.2 };
const EQUATOR_KM = 40075;
const ZOOMS = [4, 18];
const DISTRICTS_FROM = 8;
const SETTLED_AFTER_MS = 350;
const DRAG_PX = 5;
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

// A map without tiles: pan, zoom, pinch, the provinces as background. Heirs add what lies on it: `paint(taken)` draws,
// `tapped(offset)` gets a press that was no drag, `settled()` is called a moment after the view has changed.
class MapView {
  constructor(root, canvas) {
    this.root = root;
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.view = { zoom: START.zoom, at: local(START.lon, START.lat) };
    this.pointers = new Map();
    this.loaded = null;
    loadAreas().then((found) => { this.loaded = found; this.draw(); }).catch((error) => console.warn(error));
    new ResizeObserver(() => this.resized()).observe(canvas);
    this.listen();
  }

  resized() { this.draw(); }

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
  }

  get scale() { return TILE_PX * 2 ** this.view.zoom; }

  get size() { return { width: this.canvas.clientWidth, height: this.canvas.clientHeight }; }

  // West, south, east, north of what is in view, in degrees.
  get bounds() {
    const { width, height } = this.size;
    const low = degrees(...this.toWorld([0, height]));
    const high = degrees(...this.toWorld([width, 0]));
    return [low.lon, low.lat, high.lon, high.lat];
  }

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
    this.tapped(this.offset(event));
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

  changed() {
    this.draw();
    clearTimeout(this.asking);
    this.asking = setTimeout(() => this.settled(), SETTLED_AFTER_MS);
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
    // What an heir draws comes first where both want the same room.
    const taken = [];
    this.paint(taken);
    this.drawNames(taken);
    this.paintAbove();
    this.drawScale(height);
  }

  paintAbove() {}

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
}
