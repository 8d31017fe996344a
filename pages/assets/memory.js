// What this browser remembers stays in it, in localStorage: tic-recent {text} of searches, tic-seen and tic-saved {id, th,
// en} or {id, name} of places, tic-trip {days, from} as in the address of a trip.
const MOST_STOPS = 60;
const CHANGED = "tic-memory";

function remembered(name) {
  try {
    const found = JSON.parse(localStorage.getItem(`tic-${name}`) ?? "[]");
    return Array.isArray(found) ? found.filter((item) => item && typeof item === "object") : [];
  } catch (error) {
    console.warn(`${name}: what was remembered cannot be read`, error);
    return [];
  }
}

function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(`tic-${name}`);
    else localStorage.setItem(`tic-${name}`, JSON.stringify(value));
  } catch (error) {
    console.warn(`${name}: this browser remembers nothing`, error);
    return false;
  }
  document.dispatchEvent(new CustomEvent(CHANGED, { detail: name }));
  return true;
}

// The item goes to the front, and the oldest falls off the end.
function remember(name, item, key, most) {
  const others = remembered(name).filter((other) => other[key] !== item[key]);
  return keep(name, [item, ...others].slice(0, most));
}

function forget(name, key, value) {
  keep(name, remembered(name).filter((other) => other[key] !== value));
}

function keptTrip() {
  try {
    const found = JSON.parse(localStorage.getItem("tic-trip") ?? "{}") ?? {};
    return { days: typeof found.days === "string" ? found.days : "", from: typeof found.from === "string" ? found.from : "" };
  } catch (error) {
    console.warn("trip: what was remembered cannot be read", error);
    return { days: "", from: "" };
  }
}

function stopsOf(days) {
  return days.split(/[~,]/).filter((id) => id);
}

// At the end of the last day. False when it is there already, or there is no room.
function addToTrip(id) {
  const trip = keptTrip();
  const stops = stopsOf(trip.days);
  if (stops.includes(id) || stops.length >= MOST_STOPS) return false;
  return keep("trip", { ...trip, days: !trip.days || trip.days.endsWith("~") ? trip.days + id : `${trip.days},${id}` });
}

function takeFromTrip(id) {
  const trip = keptTrip();
  const days = trip.days.split("~").map((day) => day.split(",").filter((stop) => stop && stop !== id).join(","));
  keep("trip", stopsOf(days.join("~")).length ? { ...trip, days: days.join("~") } : null);
}
