// ------------------------------------------------------------------------------------------------ charts

const SVG = "http://www.w3.org/2000/svg";
function drawn(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value); else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
const W = 760, H = 420, LEFT = 64, RIGHT = 20, TOP = 20, BOTTOM = 44;
/** A scale from data to pixels; logarithmic when asked. */
function scale(low, high, from, to, log) {
  const f = log ? Math.log10 : (v) => v, a = f(low), b = f(high);
  return (value) => from + (b === a ? 0.5 : (f(value) - a) / (b - a)) * (to - from);
}
function ticks(low, high) {
  const out = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of high / low > 1e4 ? [1] : [1, 2, 5]) { const value = step * 10 ** power; if (value >= low * 0.999 && value <= high * 1.001) out.push(value); }
  }
  return out;
}
/** Points that would lie on one another, packed around where they belong. */
const AROUND = [-3, -2, -1, 0, 1, 2, 3].flatMap((x) => [-1, 0, 1].map((y) => [x * 8, y * 8])).sort(([a, b], [c, d]) => Math.hypot(a, b) - Math.hypot(c, d));
function apart(points) {
  const taken = [];
  return points.map((point) => {
    const [dx, dy] = AROUND.find(([x, y]) => point.x + x < W - RIGHT && !taken.some((t) => Math.abs(t.x - point.x - x) < 7.5 && Math.abs(t.y - point.y - y) < 7.5)) ?? [0, 0];
    const placed = { ...point, x: point.x + dx, y: point.y + dy };
    taken.push(placed);
    return placed;
  });
}
function dot(point) {
  const there = () => { location.hash = `#sheet:${encodeURIComponent(point.chip)}:${point.property}`; };
  return drawn("circle", { class: `dot ${point.group}`, cx: point.x, cy: point.y, r: 4, tabindex: 0, role: "button", "aria-label": point.label, onclick: there,
    onkeydown: (event) => { if (event.key === "Enter") there(); } }, drawn("title", {}, point.label));
}
/** Names beside dots, the chips that most articles name first, left out where they would lie on one another. */
function labels(points) {
  const taken = points.map(({ x, y }) => ({ x: x - 5, y: y + 4, w: 10, h: 8 }));
  const wide = (name) => [...name].reduce((sum, c) => sum + (c > "\u2e80" ? 11.5 : 6.6), 0);
  return [...points].sort((a, b) => b.weight - a.weight).flatMap(({ x, y, chip }) => {
    const w = wide(chip), free = [x + 8, x - 8 - w].map((left) => ({ x: left, y: y + 4, w, h: 12 }))
      .find((box) => box.x > LEFT && box.x + w < W && !taken.some((t) => box.x < t.x + t.w && t.x < box.x + w && Math.abs(box.y - t.y) < box.h));
    if (!free) return [];
    taken.push(free);
    return [drawn("text", { x: free.x, y: free.y }, chip)];
  });
}
function frame(name, ...children) {
  return drawn("svg", { viewBox: `0 0 ${W} ${H}`, width: W, height: H, role: "img", "aria-label": name },
    drawn("line", { class: "axis", x1: LEFT, y1: H - BOTTOM, x2: W - RIGHT, y2: H - BOTTOM }), drawn("line", { class: "axis", x1: LEFT, y1: TOP, x2: LEFT, y2: H - BOTTOM }), ...children);
}
const empty = () => element("p", { class: "empty" }, words().charts.empty);
const note = (name, values) => element("p", { class: "byline" }, words().charts[name].replace(/\{(\w+)\}/g, (_, key) => values[key]));

function charts() {
  return element("div", { class: "charts" }, ...Object.entries({ nodes: nodeChart, efficiency: efficiencyChart, speakers: speakerChart })
    .map(([name, chart]) => element("section", {}, element("h2", {}, words().charts[name]), ...chart())));
}

/** Process node over time: the day on which a chip was launched, else that of the first article about it. */
function nodeChart() {
  const known = sheet.filter((chip) => chip.cells.process_nm?.value > 0);
  const points = known.flatMap((chip) => {
    const date = Date.parse(chip.launched || chip.first || "");
    return Number.isNaN(date) ? [] : [{ chip: chip.chip, weight: chip.articles, nm: chip.cells.process_nm.value, date, group: chip.launched ? "" : "hollow" }];
  });
  if (points.length < 2) return [empty()];
  const day = 864e5, span = (of) => { const values = points.map(of); return [Math.min(...values), Math.max(...values)]; };
  const [low, high] = span((p) => p.nm).map((v, i) => (i ? v * 1.25 : v / 1.25)), [first, last] = span((p) => p.date).map((v, i) => (i ? v + 20 * day : v - 20 * day));
  const x = scale(first, last, LEFT, W - RIGHT), y = scale(low, high, H - BOTTOM, TOP, true);
  const placed = apart(points.map((p) => ({ ...p, x: x(p.date), y: y(p.nm), property: "process_nm",
    label: `${p.chip}: ${numberText(p.nm)} nm, ${new Date(p.date).toISOString().slice(0, 10)}` })));
  const steps = (last - first) / day > 5 * 365 ? 1 : (last - first) / day > 365 ? 0.5 : 0.25, marks = [];
  for (let year = new Date(first).getUTCFullYear(); year <= new Date(last).getUTCFullYear(); year++) {
    for (let part = 0; part < 1; part += steps) marks.push([Date.UTC(year, part * 12), part ? `${year}-${String(part * 12 + 1).padStart(2, "0")}` : String(year)]);
  }
  return [frame(words().charts.nodes, ...marks.filter(([date]) => date >= first && date <= last).flatMap(([date, label]) =>
    [drawn("line", { class: "guide", x1: x(date), x2: x(date), y1: TOP, y2: H - BOTTOM }), drawn("text", { x: x(date), y: H - BOTTOM + 16, "text-anchor": "middle" }, label)]),
  ...ticks(low, high).flatMap((v) => [drawn("line", { class: "guide", x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v) }), drawn("text", { x: LEFT - 6, y: y(v) + 4, "text-anchor": "end" }, `${numberText(v)} nm`)]),
  drawn("text", { x: (LEFT + W) / 2, y: H - 6, "text-anchor": "middle" }, words().charts.nodesx), ...placed.map(dot), ...labels(placed)),
  note("nodesnote", { n: known.length - points.length })];
}

const GROUPS = { int: ["int8_tops", "tops", "int4_tops", "int16_tops"], fp8: ["fp8_tflops", "fp4_tflops"], fp16: ["fp16_tflops", "bf16_tflops"], float: ["fp32_tflops", "tf32_tflops", "tflops", "fp64_tflops"] };
const ODD = [1e-3, 1e4];
const own = (cell) => (cell?.value > 0 && !["system", "die"].includes(cell.level) ? cell.value : 0);
/** Compute against power: a point a chip and kind of number, each kind in a colour of its own. */
function efficiencyChart() {
  const off = (state.unseen ??= new Set());
  const all = sheet.flatMap((chip) => Object.entries(GROUPS).flatMap(([group, measures]) => {
    const power = own(chip.cells.tdp_w), property = measures.find((m) => own(chip.cells[m]));
    return power && property ? [{ chip: chip.chip, weight: chip.articles, power, compute: own(chip.cells[property]), property, group }] : [];
  }));
  const points = all.filter((p) => p.compute / p.power >= ODD[0] && p.compute / p.power <= ODD[1]);
  if (points.length < 2) return [empty()];
  const of = (key) => { const values = points.map((p) => p[key]); return [Math.min(...values) / 1.6, Math.max(...values) * 1.6]; };
  const [lowX, highX] = of("power"), [lowY, highY] = of("compute");
  const x = scale(lowX, highX, LEFT, W - RIGHT, true), y = scale(lowY, highY, H - BOTTOM, TOP, true), guides = [];
  for (let power = -3; power <= 4; power++) {
    const rate = 10 ** power, from = Math.max(lowX, lowY / rate), to = Math.min(highX, highY / rate);
    if (from >= to) continue;
    const inside = to < highX; // where the line leaves the frame: at the top, or at the right
    guides.push(drawn("line", { class: "guide", x1: x(from), y1: y(from * rate), x2: x(to), y2: y(to * rate) }),
      drawn("text", { class: "guidetext", x: x(to) - (inside ? 0 : 4), y: y(to * rate) + (inside ? -5 : 14), "text-anchor": inside ? "middle" : "end" }, `${numberText(rate)} T/W`));
  }
  const placed = apart(points.filter((p) => !off.has(p.group)).map((p) => ({ ...p, x: x(p.power), y: y(p.compute),
    label: `${p.chip}: ${propertyName(p.property)} ${numberText(p.compute)} / ${numberText(p.power)} W = ${numberText(+(p.compute / p.power).toPrecision(3))} T/W` })));
  const legend = element("div", { class: "legend" }, ...Object.keys(GROUPS).map((group) => element("label", {},
    element("input", { type: "checkbox", checked: !off.has(group), onchange: () => { off.delete(group) || off.add(group); open("charts"); } }), " ",
    element("span", { class: `swatch ${group}` }, "● "), words().charts[group])));
  return [legend, frame(words().charts.efficiency, ...guides, ...ticks(lowX, highX).map((v) => drawn("text", { x: x(v), y: H - BOTTOM + 16, "text-anchor": "middle" }, numberText(v))),
    ...ticks(lowY, highY).map((v) => drawn("text", { x: LEFT - 6, y: y(v) + 4, "text-anchor": "end" }, numberText(v))),
    drawn("text", { x: (LEFT + W) / 2, y: H - 6, "text-anchor": "middle" }, words().charts.efficiencyx), drawn("text", { x: 4, y: 11 }, "TOPS / TFLOPS"),
    ...placed.map(dot), ...labels(placed)), note("efficiencynote", { n: all.length - points.length })];
}

/** Who is quoted most; a bar leads to all that its source says. */
function speakerChart() {
  if (!data.speakers.length) return [empty()];
  const most = data.speakers[0][1], row = 22, height = data.speakers.length * row + 8;
  const svg = drawn("svg", { viewBox: `0 0 ${W} ${height}`, width: W, height, role: "img", "aria-label": words().charts.speakers });
  data.speakers.forEach(([name, quotes, count], i) => {
    const width = (quotes / most) * (W - 380), told = words().charts.quotes.replace("{n}", quotes).replace("{articles}", count);
    const there = () => { if (tabs.includes("quotes")) { $("search").value = name; open("quotes"); } };
    svg.append(drawn("g", { class: "bar", tabindex: 0, role: "button", "aria-label": `${name}: ${told}`, onclick: there, onkeydown: (event) => { if (event.key === "Enter") there(); } },
      drawn("text", { x: 210, y: i * row + 16, "text-anchor": "end" }, name.length > 16 ? `${name.slice(0, 16)}…` : name),
      drawn("rect", { x: 218, y: i * row + 4, width, height: row - 7, rx: 2 }),
      drawn("text", { class: "guidetext", x: 224 + width, y: i * row + 16 }, told)));
  });
  return [svg, ...(tabs.includes("quotes") ? [note("speakersnote")] : [])];
}

