const CLOSEST_ZOOM = 15;
const MARGIN_PX = 40;
const REACH_PX = 22;
const PAN_PX = 60;
const DOT_PX = 11;
const FOLLOW_KEY = "tic-search-as-i-move";
const maps = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const canvas = parentElement.querySelector("canvas");
  let map = maps.get(canvas);
  if (!map) {
    map = new ResultMap(parentElement, canvas);
    maps.set(canvas, map);
  }
  map.update(data, setTriggerValue);
}

// The numbered results of a page. Moving the map offers, or with the box ticked starts, a search of what is in view.
class ResultMap extends MapView {
  points = [];
  here = null;
  chosen = null;
  given = null;
  asked = null;
  fitted = false;

  constructor(root, canvas) {
    super(root, canvas);
    this.area = root.querySelector(".area");
    this.follow = root.querySelector(".follow");
    this.follow.checked = sessionStorage.getItem(FOLLOW_KEY) === "yes";
    this.follow.addEventListener("change", () => {
      sessionStorage.setItem(FOLLOW_KEY, this.follow.checked ? "yes" : "no");
      if (this.follow.checked && !this.area.hidden) this.search();
    });
    this.area.addEventListener("click", () => this.search());
  }

  update(data, send) {
    this.send = send;
    this.language = data.language;
    this.words = data.words;
    this.canvas.setAttribute("aria-label", `${data.words.label}. ${data.words.hint}`);
    this.root.querySelector(".in").setAttribute("aria-label", data.words.in);
    this.root.querySelector(".out").setAttribute("aria-label", data.words.out);
    this.root.querySelector(".word").textContent = data.words.follow;
    this.area.textContent = data.words.area;
    const given = JSON.stringify([data.points, data.here, data.bbox]);
    if (given !== this.given) {
      this.given = given;
      this.points = data.points;
      this.here = data.here;
      this.bbox = data.bbox;
      this.chosen = null;
      this.area.hidden = true;
      // A person who moved the map to search there must not be moved away again.
      if (!data.bbox || data.bbox.join() !== this.asked) this.fit();
    }
    this.tell();
    this.draw();
  }

  fit() {
    const [west, south, east, north] = this.bbox ?? [];
    const corners = this.bbox ? [{ lon: west, lat: south }, { lon: east, lat: north }] : this.points.concat(this.here ?? []);
    const { width, height } = this.size;
    this.fitted = width > 0 || corners.length === 0;
    if (!corners.length || !width) return;
    const flat = corners.map(({ lon, lat }) => local(lon, lat));
    const [xs, ys] = [0, 1].map((axis) => flat.map((point) => point[axis]));
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const margin = this.bbox ? 0 : MARGIN_PX;
    const shares = [(right - left) / Math.max(width - 2 * margin, 50), (bottom - top) / Math.max(height - 2 * margin, 50)];
    const zoom = Math.log2(1 / Math.max(...shares, 1e-12) / TILE_PX);
    this.view = {
      zoom: Math.min(Math.max(zoom, ZOOMS[0]), CLOSEST_ZOOM), at: [(left + right) / 2, (top + bottom) / 2],
    };
  }

  resized() {
    if (!this.fitted) this.fit();
    this.draw();
  }

  settled() {
    this.area.hidden = false;
    if (this.follow.checked) this.search();
  }

  search() {
    const box = this.bounds.map((value) => Number(value.toFixed(4)));
    this.asked = box.join();
    this.area.hidden = true;
    this.send("area", { bbox: box });
  }

  key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === "+" || event.key === "=") this.zoomBy(1);
    else if (event.key === "-") this.zoomBy(-1);
    else if (event.key === "Enter" || event.key === " ") this.choose(this.nearest(this.size.width / 2, this.size.height / 2, Infinity));
    else if (steps[event.key]) {
      const [right, down] = steps[event.key];
      this.view.at = [this.view.at[0] + (right * PAN_PX) / this.scale, this.view.at[1] + (down * PAN_PX) / this.scale];
      this.changed();
    } else return;
    event.preventDefault();
  }

  tapped([left, top]) {
    this.choose(this.nearest(left, top, REACH_PX));
  }

  nearest(left, top, reach) {
    let best = null;
    for (const point of this.points) {
      const [x, y] = this.toScreen(local(point.lon, point.lat));
      const apart = Math.hypot(x - left, y - top);
      if (apart <= reach) [best, reach] = [point, apart];
    }
    return best;
  }

  choose(point) {
    this.chosen = point;
    this.tell();
    this.draw();
  }

  tell() {
    const line = this.root.querySelector(".chosen");
    if (!this.chosen) { line.textContent = this.points.length ? this.words.press : ""; return; }
    const link = document.createElement("a");
    link.href = `/listing?id=${encodeURIComponent(this.chosen.id)}`;
    link.textContent = this.chosen.name;
    line.replaceChildren(`${this.chosen.label}. `, link, ` · ${this.chosen.kind}`);
  }

  paint(taken) {
    const { pen } = this;
    if (this.here) {
      const [left, top] = this.toScreen(local(this.here.lon, this.here.lat));
      this.dot(left, top, 8, "#c8461a");
      this.write([[this.here.lon, this.here.lat, this.words.here]], {
        font: "600 12px sans-serif", color: "#8a2c0c", below: 22, boxes: taken,
      });
    }
    // The first result lies on top.
    for (const point of [...this.points].reverse()) {
      const [left, top] = this.toScreen(local(point.lon, point.lat));
      taken.push([left - DOT_PX, top - DOT_PX, left + DOT_PX, top + DOT_PX]);
      this.dot(left, top, point === this.chosen ? DOT_PX + 3 : DOT_PX, point === this.chosen ? "#a83a10" : "#0b6e6e");
      pen.fillStyle = "#fff";
      pen.font = "700 12px sans-serif";
      pen.textAlign = "center";
      pen.fillText(point.label, left, top + 4);
    }
    this.write(this.points.map(({ lon, lat, name }) => [lon, lat, name]), {
      font: "12px sans-serif", color: "#08514f", below: 25, boxes: taken,
    });
  }

  dot(left, top, radius, color) {
    const { pen } = this;
    pen.beginPath();
    pen.arc(left, top, radius, 0, 2 * Math.PI);
    pen.fillStyle = color;
    pen.strokeStyle = "#fff";
    pen.lineWidth = 2;
    pen.fill();
    pen.stroke();
  }
}
