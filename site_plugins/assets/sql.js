// Ask in SQL: the query is in the address, the database and SQLite are loaded when a query is run.
const SECONDS = 20;
const SHOWN = 500;
const BARS = 60;
const SVG = "http://www.w3.org/2000/svg";
const place = document.getElementById("ci-sql");
const form = document.getElementById("ci-sql-form");
const said = document.getElementById("ci-sql-said");
const results = document.getElementById("ci-sql-results");
const drawing = document.getElementById("ci-sql-chart");
const table = document.getElementById("ci-sql-table");
const { query, label, value } = form.elements;
const number = new Intl.NumberFormat("en");
const element = (name, text) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return made;
};
let worker;
let timer;
let found;

function end() {
  clearTimeout(timer);
  worker?.terminate();
  worker = undefined;
}

function run() {
  if (!query.value.trim()) return;
  // Ended rather than reused: what an earlier query changed in its copy of the data must not change the next answer.
  end();
  form.elements.stop.hidden = false;
  results.hidden = true;
  say("Loading the database…");
  worker = new Worker(place.dataset.worker);
  worker.addEventListener("message", ({ data }) => {
    if (data.loaded) {
      say("Running…");
      timer = setTimeout(() => stop(`Stopped: the query ran for more than ${SECONDS} seconds.`), SECONDS * 1000);
    } else if (data.error) stop(`Error: ${data.error}`);
    else show(data);
  });
  worker.addEventListener("error", () => stop("SQLite could not be loaded in this browser."));
  worker.postMessage({ address: new URL(place.dataset.database, location.href).href, query: query.value });
}

function say(text) {
  said.textContent = text;
}

function stop(text) {
  end();
  form.elements.stop.hidden = true;
  say(text);
}

function show(answer) {
  found = answer;
  const { columns, rows, more } = found;
  const count = `${number.format(rows.length)}${more ? " or more" : ""} ${rows.length === 1 ? "row" : "rows"}`;
  stop(columns.length ? `${count}${rows.length > SHOWN ? `, the first ${SHOWN} shown` : ""}.` : "The query returns no rows.");
  results.hidden = !columns.length;
  const head = element("tr");
  head.append(...columns.map((name) => Object.assign(element("th", name), { scope: "col" })));
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...rows.slice(0, SHOWN).map((row) => {
    const line = element("tr");
    line.append(...row.map((one, at) => cellOf(columns[at], one)));
    return line;
  }));
  for (const select of [label, value]) select.replaceChildren(...columns.map((name, at) => new Option(name, at)));
  const numeric = columns.map((_, at) => rows.length > 0 && rows.every((row) => row[at] === null || typeof row[at] === "number"));
  const last = numeric.lastIndexOf(true);
  value.value = last;
  label.value = last === 0 && columns.length > 1 ? 1 : 0;
  draw();
}

function cellOf(column, one) {
  const td = element("td");
  if (typeof one === "number") td.className = "ci-number";
  // Columns that hold an incident's number lead to its page.
  if (Number.isInteger(one) && /^(?:incident|id|bug)$/i.test(column)) {
    const link = element("a", String(one));
    link.href = `${place.dataset.root}incidents/${one}/`;
    td.append(link);
  } else td.textContent = one ?? "";
  return td;
}

function bar(share) {
  const svg = document.createElementNS(SVG, "svg");
  const rect = document.createElementNS(SVG, "rect");
  const set = (on, values) => { for (const [name, to] of Object.entries(values)) on.setAttribute(name, to); };
  set(svg, { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true", class: "ci-y-bar" });
  set(rect, { width: 100 * share, height: 8, class: "ci-bar" });
  svg.append(rect);
  return svg;
}

function draw() {
  const [by, of] = [Number(label.value), Number(value.value)];
  const rows = value.value === "" ? [] : found.rows.filter((row) => typeof row[of] === "number" && row[of] >= 0).slice(0, BARS);
  const top = Math.max(...rows.map((row) => row[of]), Number.MIN_VALUE);
  drawing.hidden = !rows.length;
  const chart = drawing.tBodies[0];
  chart.replaceChildren(...rows.map((row) => {
    const line = element("tr");
    const td = element("td");
    td.append(bar(row[of] / top), " ", String(row[of]));
    line.append(Object.assign(element("th", row[by] ?? "unknown"), { scope: "row" }), td);
    return line;
  }));
  if (rows.length) drawing.caption.textContent = `${found.columns[of]} by ${found.columns[by]}${rows.length === BARS ? `, the first ${BARS} rows` : ""}`;
}

// A cell that a spreadsheet would take for a formula is marked as text.
const field = (one) => {
  const text = String(one ?? "");
  const safe = typeof one === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

function save() {
  const text = [found.columns, ...found.rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = "ca-incidents-query.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function ask() {
  const to = `${location.pathname}?${new URLSearchParams({ query: query.value })}`;
  if (to !== location.pathname + location.search) history.pushState(null, "", to);
  run();
}

function readAddress() {
  const asked = new URLSearchParams(location.search).get("query");
  if (asked === null) return;
  query.value = asked;
  run();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
});
form.elements.stop.addEventListener("click", () => stop("Stopped."));
for (const select of [label, value]) select.addEventListener("change", draw);
document.getElementById("ci-sql-csv").addEventListener("click", save);
addEventListener("popstate", readAddress);
readAddress();
