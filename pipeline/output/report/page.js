"use strict";
// What the report does. Data comes from the JSON in the page; every text of it becomes a text node, never
// markup. Positions in the data count code points, positions in a JavaScript string UTF-16 units.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);

// ------------------------------------------------------------------------------------ what is stored

const memory = {
  read(name) { try { return localStorage.getItem(`xinwen/${name}`); } catch { return null; } },
  write(name, value) { try { localStorage.setItem(`xinwen/${name}`, value); } catch { /* private window */ } },
};
const verdictsKey = `verdicts/${data.run.rules.slice(0, 12)}/${data.run.started}`;
const state = {
  language: memory.read("language") || (navigator.language.startsWith("zh") ? "zh" : "en"),
  tab: "", article: "", picked: null, verdicts: JSON.parse(memory.read(verdictsKey) || "{}"), hidden: new Set(["rejected"]),
};
const words = () => data.words[state.language];
const say = (name, values = {}) => words()[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name.startsWith("aria-")) made.setAttribute(name, String(value));
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

// ------------------------------------------------------------------------------------- rows of tables

/** Rows of a table as objects that share getters, not copies: 50,000 rows stay small. */
function rowsOf(name, table) {
  class Row { constructor(cells) { this.cells = cells; } get table() { return name; } }
  table.columns.forEach((column, at) => Object.defineProperty(Row.prototype, column.name, {
    get() { return this.cells[at]; } }));
  Object.defineProperty(Row.prototype, "id", { get() { return `${name}:${this.article ?? ""}:${this.start ?? ""}:${this.rule ?? ""}`; } });
  return table.rows.map((cells) => new Row(cells));
}

const articles = rowsOf("articles", data.articles);
const articleOf = new Map(articles.map((row) => [row.article, row]));
const facts = Object.fromEntries(Object.entries(data.tables).map(([name, table]) => [name, rowsOf(name, table)]));
const factsOf = new Map();
for (const [name, rows] of Object.entries(facts)) {
  if (name === "alarms") continue; // an alarm stands where its fact does
  for (const row of rows) {
    if (!factsOf.has(row.article)) factsOf.set(row.article, []);
    factsOf.get(row.article).push(row);
  }
}
const evidenceOf = new Map();
for (const row of facts.metrics) {
  if (!row.property) continue;
  const key = `${row.subject}\n${row.property}`;
  if (!evidenceOf.has(key)) evidenceOf.set(key, []);
  evidenceOf.get(key).push(row);
}
const conflicts = data.sheet.flatMap((chip) => Object.entries(chip.cells)
  .filter(([, cell]) => cell.conflict)
  .map(([property, cell]) => ({ table: "conflicts", chip: chip.chip, property, cell, id: `sheet:${chip.chip}:${property}` })));

const metricName = (name) => words().metrics[name] || name;
const valueName = (name) => (name == null ? "" : words().values[name] || name);
const columnName = (name) => words().columns[name] || name;
/** int8_tops -> 算力 INT8, tdp_w -> 功耗: the metric, and what tells it from its like. */
function propertyName(name) {
  const [metric, unit] = data.properties[name], first = name.split("_")[0];
  if (metric === "compute") return `${metricName(metric)} ${/^(u?int|b?fp|bf|tf)\d/.test(first) ? first.toUpperCase() : unit}`;
  if (["price", "throughput", "energy_efficiency", "interconnect_bandwidth"].includes(metric)) return `${metricName(metric)} ${unit}`;
  return metricName(metric);
}
const properties = Object.keys(data.properties).filter((name) => data.sheet.some((chip) => chip.cells[name]));

// To make a format is slow: two a language, large numbers short (390亿, 39B).
const formats = Object.fromEntries(["zh", "en"].map((language) => [language, [{ maximumSignificantDigits: 12 },
  { notation: "compact", maximumSignificantDigits: 6 }].map((options) => new Intl.NumberFormat(language, options))]));
function numberText(value) {
  return value == null ? "" : formats[state.language][Math.abs(value) >= 1e6 ? 1 : 0].format(value);
}
function amount(value, upper, bound, unit) {
  const sign = bound && bound !== "=" ? `${{ ">=": "≥", "<=": "≤" }[bound] || bound}` : "";
  const range = upper == null ? "" : `–${numberText(upper)}`;
  return `${sign}${numberText(value)}${range}${unit && unit !== "count" ? ` ${unit}` : ""}`;
}
const detail = (row) => [row.precision, row.item, row.level, valueName(row.aspect), valueName(row.comparison), row.reference && `↔ ${row.reference}`]
  .filter(Boolean).join(" ");
const titleOf = (row) => { const a = articleOf.get(row.article); return a ? a.title || a.path : row.path || row.article || ""; };
const verdictText = (row) => { const held = state.verdicts[row.id]; return held ? say(held.verdict) : ""; };
const countOf = (table) => (row) => (data.counts[table] || {})[row.article] || 0;

/** Columns of a tab: name, width, what stands in it; `sort` where the text is not the order. */
const text = (name, width, get = (row) => row[name]) => ({ name, width, get: (row) => get(row) ?? "" });
const choice = (name, width, get) => ({ ...text(name, width, get), choice: true });
const number = (name, width, get = (row) => row[name], shown = (row) => numberText(get(row))) =>
  ({ name, width, get: shown, sort: get, number: true });
const views = {
  metrics: () => [text("subject", 130), choice("metric", 90, (r) => metricName(r.metric)),
    number("value", 130, (r) => r.value, (r) => amount(r.value, r.value_max, r.bound, r.unit)),
    text("detail", 170, detail), choice("status", 64, (r) => valueName(r.status)), text("text", 120), text("source", 90),
    text("published", 92, (r) => articleOf.get(r.article)?.published), text("title", 220, titleOf),
    number("confidence", 74), choice("verdict", 74, verdictText)],
  quotes: () => [text("speaker", 110), text("organization", 110), text("position", 90, (r) => r.title), text("cue", 70),
    choice("kind", 64, (r) => valueName(r.kind)), choice("stance", 64, (r) => valueName(r.stance)), text("content", 380),
    text("published", 92, (r) => articleOf.get(r.article)?.published), text("title", 200, titleOf), choice("verdict", 74, verdictText)],
  events: () => [text("chip", 150), choice("event", 110, (r) => valueName(r.event)), text("earliest", 92), text("latest", 92), text("date_text", 110),
    choice("status", 74, (r) => valueName(r.status)), text("text", 110), text("published", 92, (r) => articleOf.get(r.article)?.published), text("title", 220, titleOf)],
  chips: () => [text("chip", 150), text("maker", 110), choice("kind", 90), text("surfaces", 220), number("mentions", 74),
    text("published", 92, (r) => articleOf.get(r.article)?.published), text("title", 220, titleOf), choice("verdict", 74, verdictText)],
  rejected: () => [choice("stage", 90), text("text", 160), text("reason", 330), text("rule", 150), text("title", 220, titleOf)],
  alarms: () => [text("subject", 130), choice("metric", 100, (r) => metricName(r.metric)), text("text", 120),
    number("figure", 120, (r) => r.figure, (r) => amount(r.figure, null, "", r.unit)), text("reason", 420), choice("rule", 160), text("title", 220, titleOf)],
  articles: () => [text("title", 330, titleOf), text("publisher", 110), text("published", 92), choice("script", 74, (r) => valueName(r.script)),
    number("chars", 74), number("metrics", 64, countOf("metrics")), number("quotes", 64, countOf("quotes")), number("chips", 64, countOf("chips")),
    text("reason", 160), text("path", 240)],
  conflicts: () => [text("chip", 130), choice("property", 150, (r) => propertyName(r.property)), number("chosen", 120, (r) => r.cell.value, (r) => cellText(r.cell, r.property)),
    text("others", 230, (r) => r.cell.conflict.split("|").join("  ·  ")), number("spread", 70, (r) => r.cell.spread, (r) => (r.cell.spread == null ? "" : `${numberText(r.cell.spread)}×`)),
    number("articles", 70, (r) => r.cell.articles), text("why", 300, (r) => r.cell.why)],
  sheet: () => [text("chip", 140), text("maker", 100), choice("kind", 84), number("articles", 60), ...properties.map((name) => ({
    ...number(name, 110, (r) => r.cells[name]?.value, (r) => cellText(r.cells[name], name)), property: name }))],
};
function cellText(cell, property) {
  return cell ? amount(cell.value, cell.max, cell.bound, data.properties[property][1]) : "";
}

// ----------------------------------------------------------------------------- a table that is scrolled

const HEIGHT = 30;

/** A table of any length: only the rows in sight are in the page. Filters by column, sorts by a click. */
class Grid {
  constructor(name, rows, columns, pick) {
    Object.assign(this, { name, rows, columns, pick, sorted: null, down: false, filters: new Map(), held: [], at: -1 });
    this.template = columns.map((c) => `${c.width}px`).join(" ");
    this.body = element("div", { class: "body", role: "rowgroup" });
    this.head = element("div", { class: "head", role: "rowgroup" });
    this.host = element("div", { class: "grid", role: "grid", tabindex: "0", "aria-label": words().tabs[name] }, this.head, this.body);
    this.host.addEventListener("scroll", () => this.draw(), { passive: true });
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.host);
    this.heading();
    this.filter("");
  }
  line(attributes, cells) {
    const made = element("div", { class: "line", ...attributes }, ...cells);
    made.style.gridTemplateColumns = this.template;
    return made;
  }
  heading() {
    const titles = this.columns.map((column, at) => element("div", { class: "cell", role: "columnheader", title: column.name },
      element("button", { onclick: () => this.sort(at) }, column.property ? propertyName(column.property) : columnName(column.name))));
    const filters = this.columns.map((column, at) => {
      const label = `${say("filter")}: ${columnName(column.name)}`;
      const listen = (event) => { this.filters.set(at, event.target.value); this.filter(this.words); };
      if (!column.choice) return element("div", { class: "cell" }, element("input", { "aria-label": label, placeholder: column.number ? ">5 2-7" : "…", oninput: listen }));
      const values = [...new Set(this.rows.map((row) => column.get(row)))].sort();
      return element("div", { class: "cell" }, element("select", { "aria-label": label, onchange: listen },
        element("option", { value: "" }, say("all")), ...values.filter(Boolean).map((v) => element("option", { value: v }, v))));
    });
    this.head.replaceChildren(this.line({ role: "row" }, titles), this.line({ role: "row" }, filters));
  }
  /** Text to search in, once a row. */
  hay(row, at) {
    this.hays ??= new Array(this.rows.length);
    return this.hays[at] ??= this.columns.map((column) => column.get(row)).join("\n").toLowerCase();
  }
  filter(all) {
    this.words = all;
    const needles = all.toLowerCase().split(/\s+/).filter(Boolean);
    const tests = [...this.filters].filter(([, value]) => value).map(([at, value]) => this.test(this.columns[at], value));
    this.held = [];
    this.rows.forEach((row, at) => {
      if (tests.every((test) => test(row)) && (!needles.length || needles.every((n) => this.hay(row, at).includes(n)))) this.held.push(row);
    });
    this.order();
    if (!needles.length && !tests.length) this.reveal();
  }
  test(column, value) {
    if (column.choice) return (row) => column.get(row) === value;
    const range = column.number && /^\s*(?:([<>]=?)\s*([\d.]+)|([\d.]+)\s*[-–]\s*([\d.]+))\s*$/.exec(value);
    if (range) {
      const [, sign, limit, low, high] = range;
      const tests = { "<": (v) => v < +limit, "<=": (v) => v <= +limit, ">": (v) => v > +limit, ">=": (v) => v >= +limit };
      const test = sign ? tests[sign] : (v) => v >= +low && v <= +high;
      return (row) => column.sort(row) != null && test(column.sort(row));
    }
    const needle = value.toLowerCase();
    return (row) => String(column.get(row)).toLowerCase().includes(needle);
  }
  sort(at) {
    this.down = this.sorted === at && !this.down;
    this.sorted = at;
    this.order();
  }
  order() {
    if (this.sorted != null) {
      const column = this.columns[this.sorted], key = column.sort || column.get, sign = this.down ? -1 : 1;
      const keyed = this.held.map((row, i) => [key(row) ?? "", i, row]);
      keyed.sort(([a, i], [b, j]) => (a === "" ? (b === "" ? i - j : 1) : b === "" ? -1 : (a < b ? -sign : a > b ? sign : i - j)));
      this.held = keyed.map(([, , row]) => row);
    }
    this.at = this.held.indexOf(state.picked);
    this.body.style.height = `${this.held.length * HEIGHT}px`;
    $("count").textContent = this.held.length ? say("shown", { shown: this.held.length.toLocaleString(), of: this.rows.length.toLocaleString() }) : say("none");
    this.host.setAttribute("aria-rowcount", this.held.length);
    this.drawn = "";
    this.draw();
  }
  draw() {
    const first = Math.max(0, Math.floor(this.host.scrollTop / HEIGHT) - 8);
    const last = Math.min(this.held.length, first + Math.ceil(this.host.clientHeight / HEIGHT) + 16);
    const drawn = `${first} ${last} ${this.at}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.body.replaceChildren(...this.held.slice(first, last).map((row, i) => this.row(row, first + i)));
  }
  row(row, at) {
    const line = this.line({ role: "row", "aria-rowindex": at + 1, "aria-selected": at === this.at },
      this.columns.map((column) => {
        const shown = String(column.get(row));
        const kind = [column.number && "number", column.name === "status" && row.status, column.property && shown && "property",
          column.property && row.cells[column.property]?.conflict && "conflict"].filter(Boolean).join(" ");
        return element("div", { class: `cell ${kind}`, role: "gridcell", title: shown, "data-property": shown ? column.property : null }, shown);
      }));
    line.style.top = `${at * HEIGHT}px`;
    line.addEventListener("click", (event) => { this.at = at; this.draw(); this.pick(row, event.target.dataset.property); });
    return line;
  }
  move(step) {
    const at = Math.min(Math.max(this.at + step, 0), this.held.length - 1);
    if (at < 0) return;
    this.at = at;
    this.reveal();
    this.pick(this.held[at]);
  }
  /** Show the row of a fact; false when a filter hides it. */
  show(row) {
    this.at = this.held.indexOf(row);
    this.reveal();
    return this.at >= 0;
  }
  reveal() {
    const top = this.at * HEIGHT, view = this.host.clientHeight - this.head.offsetHeight - HEIGHT;
    if (this.at >= 0 && (top < this.host.scrollTop || top > this.host.scrollTop + view)) this.host.scrollTop = top - view / 3;
    this.draw();
  }
}

// --------------------------------------------------------------------------------------- tabs and places

const tabs = data.page ? ["metrics", "quotes", "chips", "events", "alarms", "rejected"]
  : data.pages ? ["articles", "sheet", "conflicts", "charts"]
    : ["metrics", "quotes", "chips", "events", "sheet", "conflicts", "alarms", "charts", "articles", "rejected"];
const sources = { ...facts, articles, conflicts, sheet: data.sheet.map((chip) => Object.assign(chip, { table: "sheet" })) };
let grids = {};

function open(tab) {
  state.tab = tab;
  document.querySelector("main").classList.toggle("wide", tab === "sheet" || tab === "conflicts");
  for (const button of $("tabs").children) button.setAttribute("aria-selected", button.dataset.tab === tab);
  $("search").disabled = tab === "charts";
  if (tab === "charts") { $("count").textContent = ""; $("left").replaceChildren(charts()); return; }
  grids[tab] ??= new Grid(tab, sources[tab], views[tab](), (row, property) => pick(row, property));
  $("left").replaceChildren(grids[tab].host);
  grids[tab].filter($("search").value);
}

/** A row was chosen, in the table or by its address. */
function pick(row, property) {
  state.picked = row;
  if (row.table === "sheet") return sheetCard(row, property);
  if (row.table === "conflicts") return sheetCard(data.sheet.find((chip) => chip.chip === row.chip), row.property);
  if (row.table === "articles") { $("card").hidden = true; return leave(row.article, `articles:${row.article}`) || read(row.article); }
  go(row);
}
function leave(article, place) {
  if (!data.pages || data.page === article) return false;
  location.href = `${data.page ? "" : "report/"}${encodeURIComponent(article)}.html#${place}`;
  return true;
}
const address = (row) => `${row.table}:${encodeURIComponent(row.article ?? "")}:${row.start ?? ""}`;

/** Show a fact: its card, its article, its place there. */
function go(row, focus = true) {
  state.picked = row;
  history.replaceState(null, "", `#${address(row)}`);
  factCard(row);
  read(row.article);
  paint(row, focus);
}
/** A part of the address as it was before it was escaped; what is wrongly escaped stays as it is. */
function decoded(part) { try { return decodeURIComponent(part); } catch { return part; } }
function follow() {
  const [table, first, second] = location.hash.slice(1).split(":").map(decoded);
  if (!table) return false;
  if (table === "sheet") {
    const chip = data.sheet.find((row) => row.chip === first);
    if (!chip || !tabs.includes("sheet")) return false;
    open("sheet"); state.picked = chip; grids.sheet.show(chip); sheetCard(chip, second);
    return true;
  }
  if (table === "articles") { if (leave(first, `articles:${first}`)) return true; read(first); return articleOf.has(first) && (open(tabs[0]), true); }
  if (tabs.includes(table) && !first) { open(table); return true; }
  const row = (facts[table] || []).find((r) => r.article === first && String(r.start ?? "") === second);
  if (!row) return data.pages && !data.page && articleOf.has(first) ? leave(first, `${table}:${first}:${second}`) : false;
  state.picked = row;
  open(table);
  if (!grids[table].show(row)) { clear(); grids[table].show(row); }
  go(row);
  return true;
}
function clear() {
  $("search").value = "";
  const grid = grids[state.tab];
  if (grid) { grid.filters.clear(); grid.heading(); grid.filter(""); }
}

// --------------------------------------------------------------------------------------------- the text

/** UTF-16 position of each code point, for a text that has pairs; null for others. */
const pairs = new Map();
function positions(article) {
  if (!pairs.has(article)) {
    const whole = data.texts[article] || "";
    let map = null;
    if (/[\ud800-\udfff]/.test(whole)) {
      map = [];
      for (let i = 0; i < whole.length; i += whole.codePointAt(i) > 0xffff ? 2 : 1) map.push(i);
      map.push(whole.length);
    }
    pairs.set(article, map);
  }
  return pairs.get(article);
}
const unit = (article, at) => { const map = positions(article); return map ? map[at] ?? map.at(-1) : at; };
const point = (article, at) => { const map = positions(article); return map ? map.findIndex((p) => p >= at) : at; };

function read(article, force) {
  if (state.article === article && !force) return;
  state.article = article;
  const row = articleOf.get(article), reader = $("reader");
  reader.replaceChildren();
  if (!row) return;
  reader.append(element("h2", {}, titleOf(row)), byline(row));
  const whole = data.texts[article];
  if (whole === undefined) { reader.append(element("p", { class: "empty" }, say("notext"))); return; }
  reader.append(legend(), element("div", { class: "words" }, ...marked(article, whole)));
  reader.scrollTop = 0;
}
function byline(row) {
  const line = element("div", { class: "byline" }, [row.author, row.publisher, row.published, row.path].filter(Boolean).join(" · "));
  if (/^https?:\/\//.test(row.url || "")) line.append(" · ", element("a", { href: row.url, rel: "noopener noreferrer", target: "_blank" }, row.url));
  return line;
}
function legend() {
  return element("div", { class: "legend" }, ...["metrics", "quotes", "chips", "events", "rejected"].map((table) => element("label", {},
    element("input", { type: "checkbox", checked: !state.hidden.has(table), onchange: (event) => {
      state.hidden[event.target.checked ? "delete" : "add"](table);
      read(state.article, true);
      if (state.picked?.article === state.article) paint(state.picked, false);
    } }), " ", element("mark", { class: table }, words().tabs[table]))));
}
/** The text as nodes, cut wherever a fact begins or ends; a piece belongs to every fact that covers it. */
function marked(article, whole) {
  const spans = (factsOf.get(article) || []).filter((row) => row.start != null && !state.hidden.has(row.table))
    .map((row) => ({ row, start: unit(article, row.start), end: unit(article, row.end) }));
  const edges = [...new Set([0, whole.length, ...spans.flatMap((s) => [s.start, s.end])])].sort((a, b) => a - b);
  const starts = new Map();
  for (const span of spans) { if (!starts.has(span.start)) starts.set(span.start, []); starts.get(span.start).push(span); }
  const nodes = [];
  let open = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    open = [...open.filter((s) => s.end > edges[i]), ...(starts.get(edges[i]) || [])];
    const words = whole.slice(edges[i], edges[i + 1]);
    if (!open.length) { nodes.push(element("span", { "data-at": edges[i] }, words)); continue; }
    const inner = open.reduce((a, b) => (b.end - b.start < a.end - a.start ? b : a));
    const mark = element("mark", { class: [...new Set(open.map((s) => s.row.table))].join(" "), "data-at": edges[i] }, words);
    mark.facts = open.map((s) => s.row);
    mark.addEventListener("click", () => { if (getSelection().isCollapsed) fromText(inner.row); });
    nodes.push(mark);
  }
  return nodes;
}
/** From a highlight back to its row. */
function fromText(row) {
  state.picked = row;
  if (state.tab !== row.table) open(row.table);
  if (!grids[row.table].show(row)) { clear(); grids[row.table].show(row); }
  go(row, false);
}
/** Frame the fact in the text, and colour whose it is. */
function paint(row, focus) {
  let first = null;
  const article = row.article, roles = [[row.subject_start, row.subject_end], [row.chip_start, row.chip_end], [row.date_start, row.date_end], [row.speaker_start, row.speaker_end], [row.cue_start, row.cue_end]]
    .filter(([start]) => start != null).map(([start, end]) => [unit(article, start), unit(article, end)]);
  const start = row.start == null ? -1 : unit(article, row.start), end = row.end == null ? -1 : unit(article, row.end);
  for (const node of $("reader").querySelectorAll("[data-at]")) {
    const at = Number(node.dataset.at), inside = at >= start && at < end;
    node.classList.toggle("active", inside && node.tagName === "MARK");
    if (inside) first ??= node;
    node.querySelectorAll("mark.role").forEach((old) => old.replaceWith(old.textContent));
    node.normalize();
    node.classList.remove("role");
  }
  for (const [from, to] of roles) colour(from, to);
  if (first && focus) first.scrollIntoView({ block: "center" });
}
function colour(from, to) {
  for (const node of [...$("reader").querySelectorAll("[data-at]")]) {
    const at = Number(node.dataset.at), size = node.textContent.length;
    if (at + size <= from || at >= to) continue;
    if (node.tagName === "MARK" && from <= at && at + size <= to) { node.classList.add("role"); continue; }
    const words = node.textContent, a = Math.max(from - at, 0), b = Math.min(to - at, size);
    node.replaceChildren(words.slice(0, a), element("mark", { class: "role" }, words.slice(a, b)), words.slice(b));
  }
}

// ---------------------------------------------------------------------------------------------- the card

function factCard(row) {
  const table = data.tables[row.table], list = element("dl");
  for (const [at, column] of table.columns.entries()) {
    const value = row.cells[at];
    if (value == null || value === "" || ["start", "end", "text", "content", "article", "path"].includes(column.name) || /_(start|end)$/.test(column.name)) continue;
    list.append(element("dt", { title: column.about }, column.name), element("dd", {}, typeof value === "number" ? numberText(value) : String(value)));
  }
  const title = row.table === "metrics" ? `${row.subject || "?"} · ${metricName(row.metric)} ${amount(row.value, row.value_max, row.bound, row.unit)}`
    : row.table === "quotes" ? `${row.speaker || "?"}：「${row.content}」` : ["chips", "events"].includes(row.table) ? [row.chip, row.event && valueName(row.event), row.date_text].filter(Boolean).join(" · ") : `${row.subject || ""} ${row.text || ""} — ${row.reason}`;
  const tools = element("div", { class: "tools" });
  if (["metrics", "quotes", "chips"].includes(row.table)) {
    for (const verdict of ["right", "wrong", "boundary"]) {
      tools.append(element("button", { "aria-pressed": state.verdicts[row.id]?.verdict === verdict, title: verdict === "boundary" ? say("boundaryhow") : "",
        "data-verdict": verdict, onclick: () => judge(row, verdict) }, say(verdict)));
    }
  }
  tools.append(element("button", { onclick: (event) => {
    navigator.clipboard?.writeText(location.href.split("#")[0] + `#${address(row)}`).then(() => { event.target.textContent = say("copied"); }, () => {});
  } }, say("link")));
  $("card").hidden = false;
  $("card").replaceChildren(element("div", { class: "title" }, title.length > 160 ? `${title.slice(0, 160)}…` : title), list, tools);
}
/** A cell of the chip sheet: what was chosen, what others say, and every fact about it. */
function sheetCard(chip, property) {
  history.replaceState(null, "", `#sheet:${encodeURIComponent(chip.chip)}${property ? `:${property}` : ""}`);
  const shown = property && chip.cells[property] ? [property] : Object.keys(chip.cells);
  const parts = [element("div", { class: "title" }, `${chip.chip}${chip.maker ? ` · ${chip.maker}` : ""}`),
    element("div", { class: "byline" }, chip.aliases || "")];
  for (const name of shown) {
    const cell = chip.cells[name];
    parts.push(element("h2", { title: name }, `${propertyName(name)}: ${cellText(cell, name)}`));
    const list = element("dl");
    const told = { others: cell.conflict?.split("|").join("  ·  "), spread: cell.spread == null ? null : `${numberText(cell.spread)}×`, why: cell.why,
      evidence: [say("facts", { n: cell.facts }), cell.articles && say("independent", { n: cell.articles })].filter(Boolean).join(", ") };
    for (const [key, value] of Object.entries(told)) if (value) list.append(element("dt", {}, say(key)), element("dd", {}, value));
    parts.push(list);
    for (const row of evidenceOf.get(`${chip.chip}\n${name}`) || []) {
      parts.push(element("button", { class: "evidence", onclick: () => show(row) },
        `${amount(row.value, row.value_max, row.bound, row.unit)} ${detail(row)} ${row.status === "asserted" ? "" : valueName(row.status)} — ${titleOf(row)} ${articleOf.get(row.article)?.published || ""}`));
    }
    if (data.pages && cell.evidence) {
      const [article, start] = cell.evidence.split(":");
      parts.push(element("button", { class: "evidence", onclick: () => leave(article, `metrics:${article}:${start}`) }, titleOf({ article })));
    }
  }
  $("card").hidden = false;
  $("card").replaceChildren(...parts);
  const best = shown.length && chip.cells[shown[0]].evidence;
  if (best && !data.pages) {
    const row = (evidenceOf.get(`${chip.chip}\n${shown[0]}`) || []).find((r) => `${r.article}:${r.start}` === best);
    if (row) show(row);
  }
}
/** Show the place of a fact and leave table and card as they are. */
function show(row) { read(row.article); paint(row, true); }

// ------------------------------------------------------------------------------------------- corrections

function judge(row, verdict) {
  const held = { verdict };
  if (verdict === "boundary") {
    const picked = selected();
    if (picked) Object.assign(held, picked);
  }
  if (state.verdicts[row.id]?.verdict === verdict && verdict !== "boundary") delete state.verdicts[row.id];
  else state.verdicts[row.id] = held;
  memory.write(verdictsKey, JSON.stringify(state.verdicts));
  counted();
  factCard(row);
  const grid = grids[state.tab];
  if (grid) { grid.hays = null; grid.drawn = ""; grid.draw(); }
}
/** What is selected in the text, in code points. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0), words = $("reader").querySelector(".words");
  if (!words?.contains(range.startContainer) || !words.contains(range.endContainer)) return null;
  const before = (node, offset) => { const r = document.createRange(); r.selectNodeContents(words); r.setEnd(node, offset); return r.toString().length; };
  const start = before(range.startContainer, range.startOffset), end = before(range.endContainer, range.endOffset);
  const whole = data.texts[state.article];
  return { start: point(state.article, start), end: point(state.article, end), text: whole.slice(start, end) };
}
function counted() {
  const n = Object.keys(state.verdicts).length;
  $("corrections").hidden = !n;
  $("corrections").textContent = say("corrections", { n });
}
/** Verdicts as a file that `xinwen annotations import` reads. */
function corrections() {
  const found = [];
  for (const rows of Object.values(facts)) {
    for (const row of rows) {
      const held = state.verdicts[row.id];
      if (!held) continue;
      const article = articleOf.get(row.article), whole = data.texts[row.article] || "";
      const fields = Object.fromEntries(data.tables[row.table].columns.map((column, at) => [column.name, row.cells[at]]));
      const start = unit(row.article, held.start ?? row.start ?? 0), end = unit(row.article, held.end ?? row.end ?? 0);
      found.push({ table: row.table, article: row.article, path: article?.path || "", sha256: article?.sha256 || "", verdict: held.verdict,
        start: held.start ?? row.start, end: held.end ?? row.end, text: whole.slice(start, end),
        before: whole.slice(Math.max(0, start - 30), start), after: whole.slice(end, end + 30), row: fields });
    }
  }
  return { format: "xinwen-corrections", version: 1, rules: data.run.rules, corrections: found };
}
function download() {
  const url = URL.createObjectURL(new Blob([JSON.stringify(corrections(), null, 1)], { type: "application/json" }));
  const link = element("a", { href: url, download: "corrections.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

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
const W = 760, H = 380, LEFT = 64, RIGHT = 20, TOP = 14, BOTTOM = 44;
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
function dot(x, y, label, chip, property) {
  const there = () => { location.hash = `#sheet:${encodeURIComponent(chip)}:${property}`; };
  return drawn("circle", { class: "dot", cx: x, cy: y, r: 5, tabindex: 0, role: "button", "aria-label": label, onclick: there,
    onkeydown: (event) => { if (event.key === "Enter") there(); } }, drawn("title", {}, label));
}
/** Names beside dots, left out where they would lie on one another. */
function labels(points) {
  const taken = points.map(({ x, y }) => ({ x: x - 4, y: y + 4, w: 8, h: 8 }));
  return points.flatMap(({ x, y, name }) => {
    const box = { x: x + 7, y: y + 4, w: name.length * 8, h: 12 };
    const over = taken.some((t) => box.x < t.x + t.w && t.x < box.x + box.w && Math.abs(box.y - t.y) < box.h);
    if (over || box.x + box.w > W) return [];
    taken.push(box);
    return [drawn("text", { x: box.x, y: box.y }, name)];
  });
}
function frame(...children) {
  return drawn("svg", { viewBox: `0 0 ${W} ${H}`, width: W, height: H, role: "img" },
    drawn("line", { class: "axis", x1: LEFT, y1: H - BOTTOM, x2: W - RIGHT, y2: H - BOTTOM }), drawn("line", { class: "axis", x1: LEFT, y1: TOP, x2: LEFT, y2: H - BOTTOM }), ...children);
}
const empty = () => element("p", { class: "empty" }, words().charts.empty);

function charts() {
  const name = words().charts;
  return element("div", { class: "charts" }, element("h2", {}, name.nodes), nodeChart(), element("h2", {}, name.efficiency), efficiencyChart(),
    element("h2", {}, name.speakers), speakerChart());
}
function nodeChart() {
  const points = data.sheet.flatMap((chip) => {
    const cell = chip.cells.process_nm, date = cell?.evidence && articleOf.get(cell.evidence.split(":")[0])?.published;
    return date && cell.value > 0 ? [{ chip: chip.chip, nm: cell.value, day: Date.parse(date), date }] : [];
  }).filter((p) => !Number.isNaN(p.day));
  if (points.length < 2) return empty();
  const days = points.map((p) => p.day), nms = points.map((p) => p.nm);
  const low = Math.min(...nms) * 0.8, high = Math.max(...nms) * 1.2, first = Math.min(...days), last = Math.max(...days, first + 864e5);
  const x = scale(first, last, LEFT + 10, W - 90), y = scale(low, high, H - BOTTOM - 6, TOP, true);
  const placed = points.map((p) => ({ ...p, x: x(p.day), y: y(p.nm), name: p.chip }));
  const step = Math.max(1, Math.ceil((new Date(last).getFullYear() - new Date(first).getFullYear()) / 8));
  const years = [];
  for (let year = new Date(first).getFullYear(); year <= new Date(last).getFullYear() + 1; year += step) years.push(year);
  const dates = years.length > 2 ? years.map((year) => [Date.UTC(year, 0, 1), String(year)]) : [first, last].map((d) => [d, new Date(d).toISOString().slice(0, 10)]);
  return frame(...dates.filter(([d]) => d >= first && d <= last).map(([d, label]) => drawn("text", { x: x(d), y: H - BOTTOM + 16, "text-anchor": "middle" }, label)),
    ...ticks(low, high).flatMap((v) => [drawn("line", { class: "guide", x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v) }), drawn("text", { x: LEFT - 6, y: y(v) + 4, "text-anchor": "end" }, `${numberText(v)} nm`)]),
    drawn("text", { x: W / 2, y: H - 6, "text-anchor": "middle" }, words().charts.nodesx),
    ...placed.map((p) => dot(p.x, p.y, `${p.chip}: ${p.nm} nm, ${p.date}`, p.chip, "process_nm")), ...labels(placed));
}
function efficiencyChart() {
  const measures = ["int8_tops", "tops", "fp16_tflops", "bf16_tflops", "fp8_tflops", "tflops"];
  const points = data.sheet.flatMap((chip) => {
    const power = chip.cells.tdp_w?.value, measure = measures.find((m) => chip.cells[m]?.value > 0);
    return power > 0 && measure ? [{ chip: chip.chip, power, tops: chip.cells[measure].value, measure }] : [];
  });
  if (points.length < 2) return empty();
  const of = (key, pad) => { const values = points.map((p) => p[key]); return [Math.min(...values) / pad, Math.max(...values) * pad]; };
  const [lowX, highX] = of("power", 1.6), [lowY, highY] = of("tops", 1.6);
  const x = scale(lowX, highX, LEFT, W - RIGHT, true), y = scale(lowY, highY, H - BOTTOM, TOP, true);
  const guides = [];
  for (let power = -3; power <= 4; power++) {
    const rate = 10 ** power, from = Math.max(lowX, lowY / rate), to = Math.min(highX, highY / rate);
    if (from >= to) continue;
    guides.push(drawn("line", { class: "guide", x1: x(from), y1: y(from * rate), x2: x(to), y2: y(to * rate) }),
      drawn("text", { class: "guidetext", x: x(to) - 4, y: y(to * rate) + 12, "text-anchor": "end" }, `${numberText(rate)} T/W`));
  }
  const placed = points.map((p) => ({ ...p, x: x(p.power), y: y(p.tops), name: p.chip }));
  return frame(...guides, ...ticks(lowX, highX).map((v) => drawn("text", { x: x(v), y: H - BOTTOM + 16, "text-anchor": "middle" }, numberText(v))),
    ...ticks(lowY, highY).map((v) => drawn("text", { x: LEFT - 6, y: y(v) + 4, "text-anchor": "end" }, numberText(v))),
    drawn("text", { x: W / 2, y: H - 6, "text-anchor": "middle" }, words().charts.efficiencyx), drawn("text", { x: 4, y: 11 }, "TOPS / TFLOPS"),
    ...placed.map((p) => dot(p.x, p.y, `${p.chip}: ${numberText(p.tops)} ${p.measure}, ${numberText(p.power)} W`, p.chip, p.measure)), ...labels(placed));
}
function speakerChart() {
  if (!data.speakers.length) return empty();
  const most = data.speakers[0][1], row = 20;
  const svg = drawn("svg", { viewBox: `0 0 ${W} ${data.speakers.length * row + 8}`, width: W, height: data.speakers.length * row + 8, role: "img" });
  data.speakers.forEach(([name, quotes, count], i) => {
    const width = (quotes / most) * (W - 330);
    svg.append(drawn("text", { x: 210, y: i * row + 15, "text-anchor": "end" }, name.length > 16 ? `${name.slice(0, 16)}…` : name),
      drawn("rect", { class: "bar", x: 218, y: i * row + 4, width, height: row - 6 }, drawn("title", {}, `${name}: ${quotes}`)),
      drawn("text", { x: 224 + width, y: i * row + 15 }, `${quotes} (${count} ${columnName("articles")})`));
  });
  return svg;
}

// ------------------------------------------------------------------------------------ language, keys, print

function dress() {
  document.documentElement.lang = state.language;
  $("about").textContent = say("about", { articles: articles.length.toLocaleString(), ...Object.fromEntries(["metrics", "quotes", "chips"].map((t) =>
    [t, Object.values(data.counts[t]).reduce((a, b) => a + b, 0).toLocaleString()])) });
  $("search").placeholder = say("search");
  $("search").setAttribute("aria-label", say("search"));
  $("language").textContent = say("language");
  $("theme").textContent = say("theme");
  $("help").setAttribute("aria-label", words().keys.title);
  $("tabs").replaceChildren(...(data.page ? [element("button", { onclick: () => { location.href = "../report.html"; } }, say("index"))] : []),
    ...tabs.map((tab) => element("button", { role: "tab", "data-tab": tab, "aria-selected": tab === state.tab, onclick: () => open(tab) }, words().tabs[tab])));
  const { title, ...keys } = words().keys;
  $("keys").replaceChildren(element("h2", {}, title), element("dl", {}, ...Object.entries(keys).flatMap(([key, what]) => [element("dt", {}, key), element("dd", {}, what)])));
  counted();
}
function speak() {
  state.language = state.language === "zh" ? "en" : "zh";
  memory.write("language", state.language);
  grids = {};
  dress();
  open(state.tab);
  if (state.article) read(state.article, true);
  if (state.picked?.cells && facts[state.picked.table]) { factCard(state.picked); paint(state.picked, false); grids[state.tab]?.show(state.picked); }
}
function theme(next) {
  document.documentElement.dataset.theme = next;
  memory.write("theme", next);
}
function flip() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  theme(dark ? "light" : "dark");
}
function turn(step) {
  const at = articles.findIndex((row) => row.article === state.article);
  const next = articles[Math.min(Math.max(at + step, 0), articles.length - 1)];
  if (next && !leave(next.article, `articles:${next.article}`)) { read(next.article); history.replaceState(null, "", `#articles:${next.article}`); }
}
const keys = {
  "/": () => $("search").focus(), "?": () => $("keys").showModal(), l: speak, d: flip, "[": () => turn(-1), "]": () => turn(1),
  j: () => grids[state.tab]?.move(1), k: () => grids[state.tab]?.move(-1), ArrowDown: () => grids[state.tab]?.move(1), ArrowUp: () => grids[state.tab]?.move(-1),
  Enter: () => { $("reader").focus({ preventScroll: true }); if (state.picked?.cells && facts[state.picked.table]) paint(state.picked, true); },
  y: () => judged("right"), x: () => judged("wrong"), b: () => judged("boundary"), Escape: clear,
};
function judged(verdict) {
  if (state.picked && ["metrics", "quotes", "chips"].includes(state.picked.table)) judge(state.picked, verdict);
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
  const field = event.target.closest("input, select, textarea");
  if (field) {
    if (event.key === "Escape") { field.blur(); if (field === $("search")) clear(); }
    if (event.key === "Enter" && field === $("search")) { field.blur(); grids[state.tab]?.move(1); }
    return;
  }
  if (event.key === "Enter" && event.target.closest("button, a, [role=button]")) return;
  if (event.key.startsWith("Arrow") && event.target.closest("#reader")) return;
  const act = /^\d$/.test(event.key) ? tabs[(+event.key + 9) % 10] && (() => open(tabs[(+event.key + 9) % 10])) : keys[event.key];
  if (act) { event.preventDefault(); act(); }
});
let waiting = 0;
$("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => grids[state.tab]?.filter($("search").value), 60); });
$("language").addEventListener("click", speak);
$("theme").addEventListener("click", flip);
$("help").addEventListener("click", () => $("keys").showModal());
$("corrections").addEventListener("click", download);
addEventListener("hashchange", follow);

/** On paper: the article in view, its highlights, its facts. */
addEventListener("beforeprint", () => {
  const row = articleOf.get(state.article), sheet = $("print");
  sheet.replaceChildren();
  if (!row) return;
  sheet.append(element("h2", {}, titleOf(row)), byline(row));
  if (data.texts[row.article] !== undefined) sheet.append(element("div", { class: "words" }, ...marked(row.article, data.texts[row.article])));
  for (const table of ["metrics", "quotes", "chips", "events"]) {
    const columns = views[table]().filter((c) => !["title", "verdict", "published"].includes(c.name)), rows = facts[table].filter((r) => r.article === row.article);
    if (!rows.length) continue;
    sheet.append(element("h2", {}, words().tabs[table]), element("table", {}, element("tr", {}, ...columns.map((c) => element("th", {}, columnName(c.name)))),
      ...rows.map((r) => element("tr", {}, ...columns.map((c) => element("td", {}, String(c.get(r))))))));
  }
});

if (memory.read("theme")) theme(memory.read("theme"));
dress();
$("reader").append(element("p", { class: "empty" }, say("pick")));
if (!follow()) {
  open(tabs[0]);
  if (data.page) read(data.page);
}
document.documentElement.dataset.ready = "true";
