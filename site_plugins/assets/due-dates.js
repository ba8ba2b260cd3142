// Due dates: what `ca-incidents deadlines` computes, from the same table. The address holds what was typed.
const OF_OPEN_BUG = new Set(["question", "update", "next-update", "action-due", "action-change"]);

const day = (moment) => moment.toISOString().slice(0, 10);
const inForce = (rule, moment) => rule.from <= day(moment) && (rule.until == null || day(moment) <= rule.until);

// Returns every duty that applies: those with a due time first, in its order, then those that nothing started yet.
export function dutiesOf(table, events, kinds, isOpen = true) {
  const found = [];
  for (const rule of table.deadlines) {
    if (rule.kinds?.length && kinds.length && !rule.kinds.some((kind) => kinds.includes(kind))) continue;
    if (!isOpen && OF_OPEN_BUG.has(rule.starts)) continue;
    const started = events[rule.starts];
    const moment = rule.starts === "action-due" ? (events.disclosure ?? events.awareness) : (started ?? events.awareness);
    if (!inForce(rule, moment)) continue;
    const allowed = 3600_000 * ((rule.hours ?? 0) + 24 * (rule.days ?? 0));
    const due = started ? new Date(started.getTime() + allowed) : null;
    const binding = rule.must_from == null || day(moment) >= rule.must_from ? "must" : "should";
    const exemptions = (rule.exemptions ?? []).filter((one) => one.from <= day(moment) && (one.until == null || day(moment) <= one.until));
    found.push({ rule, started, due, binding, exemptions, allowed });
  }
  const dated = found.filter((duty) => duty.due).sort((a, b) => a.due - b.due || a.allowed - b.allowed);
  return [...dated, ...found.filter((duty) => !duty.due)];
}

const place = document.getElementById("ci-due");
const form = document.getElementById("ci-due-form");
const said = document.getElementById("ci-due-said");
const list = document.getElementById("ci-due-list");
const element = (name, className, ...inside) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
};
const utc = (moment) => `${moment.toISOString().slice(0, 16).replace("T", " ")} UTC`;
const typed = (text) => (text ? new Date(`${text}Z`) : undefined);

function row(duty, table) {
  const { rule } = duty;
  const link = element("a", "", `${rule.document}, ${rule.section}`);
  link.href = rule.url;
  link.rel = "noopener";
  const amount = rule.hours != null ? `${rule.hours} hours` : rule.days ? `${rule.days} days` : "";
  const from = rule.starts === "always" ? `every ${amount}` : amount ? `${amount} from: ${table.events[rule.starts]}` : `on ${table.events[rule.starts]}`;
  const what = element("td", "", rule.title, duty.binding === "should" ? " (should)" : "", element("br"), element("small", "", from));
  for (const one of duty.exemptions) what.append(element("br"), element("small", "", `exempt: ${one.title}`));
  return element("tr", "", element("td", "", duty.due ? utc(duty.due) : "not started"), what, element("td", "", link));
}

function start(table) {
  const asked = new URLSearchParams(location.search);
  for (const name of ["aware", "opened"]) form.elements[name].value = asked.get(name) ?? "";
  for (const box of form.querySelectorAll("[name=kind]")) box.checked = asked.getAll("kind").includes(box.value);

  function show() {
    const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", given.size ? `?${given}` : location.pathname);
    const aware = typed(given.get("aware"));
    const opened = typed(given.get("opened"));
    list.replaceChildren();
    if (!aware) return void (said.textContent = "Type when the CA became aware.");
    if (opened && opened < aware) return void (said.textContent = "The first post is before the CA became aware: it is the CA's own first post, not the day on which the bug was filed.");
    // The first post is an update, too, until a later one is known.
    const events = { awareness: aware, ...(opened && { disclosure: opened, update: opened }) };
    const duties = dutiesOf(table, events, given.getAll("kind"));
    said.textContent = duties.length === 1 ? "1 duty." : `${duties.length} duties.`;
    const head = element("tr", "", ...["Due", "Duty", "Source"].map((title) => Object.assign(element("th", "", title), { scope: "col" })));
    const rows = element("tbody", "", ...duties.map((duty) => row(duty, table)));
    const made = element("table", "ci-table ci-table--plain", element("caption", "ci-hidden", "Duties of the incident"), element("thead", "", head), rows);
    const scroll = Object.assign(element("div", "ci-scroll", made), { tabIndex: 0 });
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Duties of the incident");
    list.append(scroll);
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
}

if (place) {
  fetch(place.dataset.src)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
    .then(start)
    .catch(() => (said.textContent = "The rules could not be loaded. `ca-incidents deadlines` prints the same."));
}
