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

/** Rows of a table as objects that share getters, not copies: 50,000 rows stay small. `nth` tells facts that stand at one place apart. */
function rowsOf(name, table) {
  class Row { constructor(cells) { this.cells = cells; this.nth = 1; } get table() { return name; } }
  table.columns.forEach((column, at) => Object.defineProperty(Row.prototype, column.name, {
    get() { return this.cells[at]; } }));
  Object.defineProperty(Row.prototype, "id", { get() { return `${address(this)}:${this.rule ?? ""}`; } });
  let last = null;
  return table.rows.map((cells) => {
    const row = new Row(cells);
    if (last && last.article === row.article && last.start === row.start) row.nth = last.nth + 1;
    return last = row;
  });
}
const address = (row) => `${row.table}:${encodeURIComponent(row.article ?? "")}:${row.start ?? ""}${row.nth > 1 ? `:${row.nth}` : ""}`;

/** Articles and their facts: the newest first, those without a date last. */
const articles = rowsOf("articles", data.articles)
  .sort((a, b) => ((a.published ?? "") < (b.published ?? "") ? 1 : (a.published ?? "") > (b.published ?? "") ? -1 : 0));
const articleOf = new Map(articles.map((row) => [row.article, row]));
const rankOf = new Map(articles.map((row, at) => [row.article, at]));
const facts = Object.fromEntries(Object.entries(data.tables).map(([name, table]) => [name,
  rowsOf(name, table).sort((a, b) => (rankOf.get(a.article) ?? Infinity) - (rankOf.get(b.article) ?? Infinity) || 0)]));
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
const sheet = data.sheet.map((chip) => Object.assign(chip, { table: "sheet", known: Object.keys(chip.cells).length }))
  .sort((a, b) => b.known - a.known || b.articles - a.articles);
const chipOf = new Map(sheet.map((chip) => [chip.chip, chip]));
const conflicts = sheet.flatMap((chip) => Object.entries(chip.cells)
  .filter(([, cell]) => cell.conflict)
  .map(([property, cell]) => ({ table: "conflicts", chip: chip.chip, property, cell, id: `sheet:${chip.chip}:${property}` })))
  .sort((a, b) => b.cell.against - a.cell.against || (b.cell.spread ?? 0) - (a.cell.spread ?? 0));

const metricName = (name) => words().metrics[name] || name;
/** A word of a vocabulary in the language of the page; `column` where one word is two things (a card, and of a card). */
const valueName = (value, column) => (value == null ? "" : words().values[`${column}.${value}`] || words().values[value] || value);
const columnName = (name) => words().columns[name] || name;
/** A reason that a stage gave, in the language of the page where it is known. */
function reasonText(reason) {
  return words().reasons.reduce((text, [pattern, told]) => text.replace(new RegExp(pattern), (...found) =>
    told.replace(/\{(\d)\}/g, (_, at) => valueName(found[at], "level"))), reason || "");
}
/** int8_tops -> 算力 INT8, tdp_w -> 功耗: the metric, and what tells it from its like. */
function propertyName(name) {
  const [metric, unit] = data.properties[name], first = name.split("_")[0];
  if (metric === "compute") return `${metricName(metric)} ${/^(u?int|b?fp|bf|tf)\d/.test(first) ? first.toUpperCase() : unit}`;
  if (["price", "throughput", "energy_efficiency", "interconnect_bandwidth"].includes(metric)) return `${metricName(metric)} ${unit}`;
  return metricName(metric);
}
const properties = Object.keys(data.properties).filter((name) => sheet.some((chip) => chip.cells[name]));

// To make a format is slow: two a language, large numbers short (390亿, 39B).
const formats = Object.fromEntries(["zh", "en"].map((language) => [language, [{ maximumSignificantDigits: 12 },
  { notation: "compact", maximumSignificantDigits: 6 }].map((options) => new Intl.NumberFormat(language, options))]));
function numberText(value) {
  return value == null ? "" : formats[state.language][Math.abs(value) >= 1e6 ? 1 : 0].format(value);
}
function amount(value, upper, bound, unit) {
  const sign = bound && bound !== "=" ? `${{ ">=": "≥", "<=": "≤" }[bound] || bound}` : "";
  const range = upper == null ? "" : `–${numberText(upper)}`;
  return `${sign}${numberText(value)}${range}${unit && unit !== "count" ? ` ${unit === "x" ? valueName("x") : unit}` : ""}`;
}
/** What specs writes of other values, `<=250|20 (rumor)`, for people. */
function claims(text) {
  return (text || "").split("|").filter(Boolean).map((claim) => {
    const [, bound, value, upper, rest] = /^([<>]=?|~)?([\d.]+)(?:-([\d.]+))?(.*)$/.exec(claim) || [];
    if (value == null) return claim;
    return amount(+value, upper == null ? null : +upper, bound, "") + rest.replace(/ \((\w+)\)/g, (_, word) => ` (${valueName(word, "level")})`);
  }).join("  ·  ");
}
const detail = (row) => [row.precision, valueName(row.item), valueName(row.level, "level"), valueName(row.aspect), valueName(row.comparison), row.reference && `↔ ${row.reference}`]
  .filter(Boolean).join(" ");
const titleOf = (row) => { const a = articleOf.get(row.article); return a ? a.title || a.path : row.path || row.article || ""; };
const verdictText = (row) => { const held = state.verdicts[row.id]; return held ? say(held.verdict) : ""; };
const countOf = (table) => (row) => (data.counts[table] || {})[row.article] || 0;

/** Columns of a tab: name, least width, what stands in it; `sort` where the text is not the order. */
const text = (name, width, get = (row) => row[name]) => ({ name, width, get: (row) => get(row) ?? "" });
const choice = (name, width, get) => ({ ...text(name, width, get), choice: true });
const number = (name, width, get = (row) => row[name], shown = (row) => numberText(get(row))) =>
  ({ name, width, get: shown, sort: get, number: true });
const published = () => text("published", 98, (r) => articleOf.get(r.article)?.published);
const verdict = () => choice("verdict", 88, verdictText);
const word = (name, width) => choice(name, width, (r) => valueName(r[name], name));
const original = (row) => data.reprints[row.article] && titleOf({ article: data.reprints[row.article] });
const GROW = new Set(["text", "title", "content", "reason", "others", "why", "surfaces", "detail", "path", "source"]);
const views = {
  metrics: () => [text("subject", 120), choice("metric", 108, (r) => metricName(r.metric)),
    number("value", 124, (r) => r.value, (r) => amount(r.value, r.value_max, r.bound, r.unit)),
    text("detail", 140, detail), word("status", 84), text("text", 110), text("source", 96), published(), text("title", 180, titleOf),
    number("confidence", 74), verdict()],
  quotes: () => [text("speaker", 120), text("organization", 104), text("position", 90, (r) => r.title), text("cue", 76),
    word("kind", 84), word("stance", 84), text("content", 320), published(), text("title", 180, titleOf), verdict()],
  events: () => [text("chip", 150), word("event", 110), text("earliest", 98), text("latest", 98), text("date_text", 120),
    word("status", 84), text("text", 90), published(), text("title", 180, titleOf)],
  chips: () => [text("chip", 150), text("maker", 110), word("kind", 96), text("surfaces", 220), number("mentions", 74),
    published(), text("title", 180, titleOf), verdict()],
  rejected: () => [word("stage", 90), text("text", 130), text("reason", 300, (r) => reasonText(r.reason)), text("rule", 150), text("title", 180, titleOf)],
  alarms: () => [text("subject", 130), choice("metric", 100, (r) => metricName(r.metric)), text("text", 110),
    number("figure", 140, (r) => r.figure, (r) => amount(r.figure, null, "", r.unit)), text("reason", 360, (r) => reasonText(r.reason)), choice("rule", 160), text("title", 180, titleOf)],
  articles: () => [text("title", 300, titleOf), text("publisher", 110), text("published", 98), word("script", 84),
    number("chars", 74), number("metrics", 64, countOf("metrics")), number("quotes", 64, countOf("quotes")), number("chips", 64, countOf("chips")),
    text("original", 120, original), text("reason", 120, (r) => reasonText(r.reason)), text("path", 200)],
  conflicts: () => [text("chip", 130), choice("property", 140, (r) => propertyName(r.property)), number("chosen", 130, (r) => r.cell.value, (r) => cellText(r.cell, r.property)),
    text("others", 180, (r) => claims(r.cell.conflict)), number("articles", 70, (r) => r.cell.articles), number("against", 78, (r) => r.cell.against),
    number("spread", 74, (r) => r.cell.spread, (r) => (r.cell.spread == null ? "" : `${numberText(r.cell.spread)}×`)), text("why", 220, (r) => reasonText(r.cell.why))],
  sheet: () => [text("chip", 150), text("maker", 100), word("kind", 88), number("articles", 66), ...properties.map((name) => ({
    ...number(name, 116, (r) => r.cells[name]?.value, (r) => cellText(r.cells[name], name)), property: name }))],
};
function cellText(cell, property) {
  if (!cell) return "";
  const told = [cell.level && valueName(cell.level, "level"), cell.status !== "asserted" && valueName(cell.status)].filter(Boolean).join(" ");
  return amount(cell.value, cell.max, cell.bound, data.properties[property][1]) + (told && ` (${told})`);
}

// ----------------------------------------------------------------------------- a table that is scrolled

const HEIGHT = 30;

/** A table of any length: only the rows in sight are in the page. Filters by column, sorts by a click. */
class Grid {
  constructor(name, rows, columns, pick) {
    Object.assign(this, { name, rows, columns, pick, sorted: null, down: false, filters: new Map(), held: [], at: -1 });
    this.body = element("div", { class: "body", role: "rowgroup" });
    this.head = element("div", { class: "head", role: "rowgroup" });
    this.host = element("div", { class: "grid", role: "grid", tabindex: "0", "aria-label": words().tabs[name] }, this.head, this.body);
    this.host.addEventListener("scroll", () => this.draw(), { passive: true });
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.host);
    this.heading();
    this.fit();
    this.filter("");
  }
  line(attributes, cells) {
    return element("div", { class: "line", ...attributes }, ...cells);
  }
  /** Give the room that is left to the columns with long texts. */
  fit() {
    const spare = Math.max(0, this.host.clientWidth - this.columns.reduce((sum, c) => sum + c.width, 0));
    const growing = this.columns.filter((c) => GROW.has(c.name)), shares = growing.reduce((sum, c) => sum + c.width, 0);
    this.host.style.setProperty("--columns", this.columns.map((c) => `${c.width + (GROW.has(c.name) ? Math.floor(spare * c.width / shares) : 0)}px`).join(" "));
    this.draw();
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
    this.body.dataset.empty = this.held.length ? "" : say(this.rows.length ? "none" : "nothing");
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
    this.head.firstChild.querySelectorAll("[role=columnheader]").forEach((title, i) =>
      title.setAttribute("aria-sort", i === at ? (this.down ? "descending" : "ascending") : "none"));
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
    $("count").textContent = say("shown", { shown: this.held.length.toLocaleString(), of: this.rows.length.toLocaleString() });
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
          column.property && row.cells[column.property]?.conflict && (row.cells[column.property].against ? "conflict" : "several")].filter(Boolean).join(" ");
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
const sources = { ...facts, articles, conflicts, sheet };
let grids = {};

function open(tab) {
  state.tab = tab;
  document.querySelector("main").classList.toggle("wide", tab === "sheet" || tab === "conflicts");
  for (const button of $("tabs").children) button.setAttribute("aria-selected", button.dataset.tab === tab);
  $("search").disabled = tab === "charts";
  if (state.picked && state.picked.table !== tab && tab !== "charts") { state.picked = null; $("card").hidden = true; }
  if (tab === "charts") { $("count").textContent = ""; $("left").replaceChildren(charts()); return; }
  grids[tab] ??= new Grid(tab, sources[tab], views[tab](), (row, property) => pick(row, property));
  $("left").replaceChildren(grids[tab].host);
  grids[tab].filter($("search").value);
}

/** A row was chosen, in the table or by its address. */
function pick(row, property) {
  state.picked = row;
  if (row.table === "sheet") return sheetCard(row, property);
  if (row.table === "conflicts") return sheetCard(chipOf.get(row.chip), row.property);
  if (row.table === "articles") { $("card").hidden = true; return leave(row.article, `articles:${row.article}`) || read(row.article); }
  go(row);
}
function leave(article, place) {
  if (!data.pages || data.page === article) return false;
  location.href = `${data.page ? "" : "report/"}${encodeURIComponent(article)}.html#${place}`;
  return true;
}
/** Show a fact: its card, its article, its place there. */
function go(row, focus = true) {
  state.picked = row;
  history.replaceState(null, "", `#${address(row)}`);
  factCard(row);
  if (state.hidden.delete(row.table)) read(row.article, true);
  show(row, focus);
}
/** A part of the address as it was before it was escaped; what is wrongly escaped stays as it is. */
function decoded(part) { try { return decodeURIComponent(part); } catch { return part; } }
function follow() {
  const [table, first, second, third] = location.hash.slice(1).split(":").map(decoded);
  if (!table) return false;
  if (table === "sheet") {
    const chip = chipOf.get(first);
    if (!chip || !tabs.includes("sheet")) return false;
    open("sheet"); state.picked = chip; grids.sheet.show(chip); sheetCard(chip, second);
    return true;
  }
  if (table === "articles") { if (leave(first, `articles:${first}`)) return true; read(first); return articleOf.has(first) && (open(tabs[0]), true); }
  if (tabs.includes(table) && !first) { open(table); return true; }
  const row = (facts[table] || []).find((r) => r.article === first && String(r.start ?? "") === second && r.nth === (+third || 1));
  if (!row) return data.pages && !data.page && articleOf.has(first) ? leave(first, location.hash.slice(1)) : false;
  open(table);
  state.picked = row;
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
  if (state.tab !== row.table) open(row.table);
  state.picked = row;
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
  if (first && focus) {
    const reader = $("reader"); // and not scrollIntoView, which moves everything around it as well
    reader.scrollTop += first.getBoundingClientRect().top - reader.getBoundingClientRect().top - reader.clientHeight / 3;
  }
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

/** Columns that the title of a card, or the text beside it, says already. */
const SAID = new Set(["start", "end", "text", "content", "article", "path", "property", "subject", "metric", "value", "value_max", "unit", "bound",
  "speaker", "chip", "event", "date_text", "figure"]);
const TITLES = {
  metrics: (r) => `${r.subject || "?"} · ${metricName(r.metric)} ${amount(r.value, r.value_max, r.bound, r.unit)}`,
  quotes: (r) => `${r.speaker || "?"}：「${r.content}」`,
  chips: (r) => r.chip,
  events: (r) => [r.chip, valueName(r.event), r.date_text].filter(Boolean).join(" · "),
  alarms: (r) => `${r.subject || ""} · ${metricName(r.metric)} ${amount(r.figure, null, "", r.unit)}`,
  rejected: (r) => r.text || titleOf(r),
};
function factCard(row) {
  const list = element("dl");
  for (const [at, column] of data.tables[row.table].columns.entries()) {
    const value = row.cells[at];
    if (value == null || value === "" || SAID.has(column.name) || /_(start|end)$/.test(column.name)) continue;
    const shown = typeof value === "number" ? numberText(value) : column.name === "reason" ? reasonText(value)
      : column.enum.length || column.name === "stage" ? valueName(value, column.name) : String(value);
    const name = row.table === "quotes" && column.name === "title" ? "position" : column.name;
    list.append(element("dt", { title: `${column.name}: ${column.about}` }, columnName(name)), element("dd", {}, shown));
  }
  const title = TITLES[row.table](row), tools = element("div", { class: "tools" });
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
  $("card").scrollTop = 0;
}
/** A cell of the chip sheet: what was chosen, what others say, and every fact about it; a chip without a cell: where it is named. */
function sheetCard(chip, property) {
  history.replaceState(null, "", `#sheet:${encodeURIComponent(chip.chip)}${property ? `:${property}` : ""}`);
  const shown = property && chip.cells[property] ? [property] : Object.keys(chip.cells);
  const parts = [element("div", { class: "title" }, `${chip.chip}${chip.maker ? ` · ${chip.maker}` : ""}`),
    element("div", { class: "byline" }, (chip.aliases || "").split("|").join("  ·  "))];
  for (const name of shown) {
    const cell = chip.cells[name];
    parts.push(element("h2", { title: name }, `${propertyName(name)}: ${cellText(cell, name)}`));
    const list = element("dl");
    const told = { others: claims(cell.conflict), levels: claims(cell.levels), spread: cell.spread == null ? null : `${numberText(cell.spread)}×`, why: reasonText(cell.why),
      evidence: [say("facts", { n: cell.facts }), say("independent", { n: cell.articles }), cell.against && say("against", { n: cell.against })].filter(Boolean).join(", ") };
    for (const [key, value] of Object.entries(told)) if (value) list.append(element("dt", {}, say(key)), element("dd", {}, value));
    parts.push(list);
    for (const row of evidenceOf.get(`${chip.chip}\n${name}`) || []) {
      parts.push(evidence(row, `${amount(row.value, row.value_max, row.bound, row.unit)} ${detail(row)} ${row.status === "asserted" ? "" : valueName(row.status)} — ${titleOf(row)} ${articleOf.get(row.article)?.published || ""}`));
    }
    if (data.pages && cell.evidence) {
      const [article, start] = cell.evidence.split(":");
      parts.push(element("button", { class: "evidence", onclick: () => leave(article, `metrics:${article}:${start}`) }, titleOf({ article })));
    }
  }
  const named = (facts.chips || []).filter((row) => row.chip === chip.chip);
  if (!shown.length) parts.push(element("p", { class: "byline" }, say("nocells")));
  if (named.length && shown.length !== 1) parts.push(element("h2", {}, say("named")), ...named.map((row) => evidence(row, `${titleOf(row)} ${articleOf.get(row.article)?.published || ""}`)));
  $("card").hidden = false;
  $("card").replaceChildren(...parts);
  $("card").scrollTop = 0;
  const best = shown.length && chip.cells[shown[0]].evidence;
  const first = best ? (evidenceOf.get(`${chip.chip}\n${shown[0]}`) || []).find((r) => `${r.article}:${r.start}` === best) : named[0];
  if (first) show(first);
}
const evidence = (row, told) => element("button", { class: "evidence", onclick: () => show(row) }, told);
/** Show the place of a fact and leave table and card as they are. */
function show(row, focus = true) {
  read(row.article);
  paint(row, focus);
}

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

// {{charts}}
// ------------------------------------------------------------------------------------ language, keys, print

function dress() {
  document.documentElement.lang = state.language;
  $("about").textContent = $("about").title = say("about", { articles: articles.length.toLocaleString(), ...Object.fromEntries(["metrics", "quotes", "chips"].map((t) =>
    [t, Object.values(data.counts[t]).reduce((a, b) => a + b, 0).toLocaleString()])) });
  $("search").placeholder = say("search");
  $("search").setAttribute("aria-label", say("search"));
  $("language").textContent = say("language");
  $("theme").textContent = say("theme");
  $("help").setAttribute("aria-label", words().keys.title);
  $("tabs").replaceChildren(...(data.page ? [element("button", { onclick: () => { location.href = "../report.html"; } }, say("index"))] : []),
    ...tabs.map((tab) => element("button", { role: "tab", "data-tab": tab, "aria-selected": tab === state.tab, onclick: () => open(tab) }, words().tabs[tab])));
  const { title, ...keys } = words().keys;
  $("split").setAttribute("aria-label", say("split"));
  $("keys").replaceChildren(element("h2", {}, title), element("dl", {}, ...Object.entries(keys).flatMap(([key, what]) => [element("dt", {}, key), element("dd", {}, what)])),
    element("button", { onclick: () => $("keys").close() }, say("close")));
  if (!state.article) $("reader").replaceChildren(element("p", { class: "empty" }, say("pick")));
  counted();
}
function speak() {
  state.language = state.language === "zh" ? "en" : "zh";
  memory.write("language", state.language);
  grids = {};
  dress();
  open(state.tab);
  if (state.article) read(state.article, true);
  if (state.picked) { grids[state.tab]?.show(state.picked); pick(state.picked); }
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
$("keys").addEventListener("click", (event) => { if (event.target === $("keys")) $("keys").close(); });

/** The line between table and text is moved with the pointer or the arrow keys. */
function split(share) {
  const at = Math.min(80, Math.max(20, share));
  document.querySelector("main").style.setProperty("--left", `${at}%`);
  $("split").setAttribute("aria-valuenow", Math.round(at));
  memory.write("split", at);
}
$("split").addEventListener("pointerdown", (event) => { $("split").setPointerCapture(event.pointerId); event.preventDefault(); });
$("split").addEventListener("pointermove", (event) => { if ($("split").hasPointerCapture(event.pointerId)) split((event.clientX / innerWidth) * 100); });
$("split").addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -2, ArrowRight: 2 }[event.key];
  if (step) split(($("left").offsetWidth / innerWidth) * 100 + step);
});
if (memory.read("split")) split(+memory.read("split"));

/** On paper: the article in view with its highlights and facts; without one, the table or the charts in view. */
addEventListener("beforeprint", () => {
  const row = articleOf.get(state.article), paper = $("print");
  paper.replaceChildren();
  if (!row) {
    const grid = grids[state.tab];
    paper.append(element("h2", {}, words().tabs[state.tab]), grid ? printed(grid.columns, grid.held.slice(0, ON_PAPER)) : charts());
    return;
  }
  paper.append(element("h2", {}, titleOf(row)), byline(row));
  if (data.texts[row.article] !== undefined) paper.append(element("div", { class: "words" }, ...marked(row.article, data.texts[row.article])));
  for (const table of ["metrics", "quotes", "chips", "events"]) {
    const columns = views[table]().filter((c) => !["title", "verdict", "published"].includes(c.name)), rows = facts[table].filter((r) => r.article === row.article);
    if (rows.length) paper.append(element("h2", {}, words().tabs[table]), printed(columns, rows));
  }
});
const ON_PAPER = 2000;
/** A table for paper, without the columns that are empty throughout. */
function printed(columns, rows) {
  const full = columns.filter((c) => rows.some((r) => c.get(r) !== ""));
  return element("table", {}, element("tr", {}, ...full.map((c) => element("th", {}, c.property ? propertyName(c.property) : columnName(c.name)))),
    ...rows.map((r) => element("tr", {}, ...full.map((c) => element("td", {}, String(c.get(r)))))));
}

if (memory.read("theme")) theme(memory.read("theme"));
dress();
if (!follow()) {
  open(tabs[0]);
  if (data.page) read(data.page);
}
document.documentElement.dataset.ready = "true";
