// Explore: the table of the page is the data; choices stand in the address so that a view can be shared.
(() => {
  "use strict";
  const STEP = 100;
  const form = document.getElementById("ci-explore");
  const table = document.getElementById("ci-explore-table");
  const more = document.getElementById("ci-explore-more");
  const count = document.getElementById("ci-explore-count");
  const body = table.tBodies[0];
  const facets = [...form.querySelectorAll("[data-facet]")].map((box) => ({ name: box.dataset.facet, box }));
  const labels = new Map();
  for (const { name, box } of facets)
    for (const input of box.querySelectorAll("input")) labels.set(`${name} ${input.nextElementSibling.textContent}`, input.value);
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  const rows = [...body.rows].map((row, place) => {
    const [day, ca, incident, status] = row.cells;
    const link = incident.querySelector("a");
    const has = { ca: [], tag: [], year: [], status: [], flag: [], rule: [], disclosure: [], reporter: [] };
    const owner = ca.querySelector("a");
    if (owner) has.ca.push(owner.getAttribute("href").split("/")[2]);
    const tags = incident.querySelector("small");
    for (const tag of tags ? tags.textContent.split(", ") : []) has.tag.push(labels.get(`tag ${tag}`));
    const opened = day.textContent.trim();
    has.year.push(opened.slice(0, 4));
    const said = status.textContent.trim();
    has.status.push(labels.get(`status ${said}`));
    for (const word of row.dataset.k.split(" ").filter(Boolean)) {
      const cut = word.indexOf("=");
      has[word.slice(0, cut)].push(word.slice(cut + 1));
    }
    const id = link.getAttribute("href").split("/")[2];
    const title = link.textContent;
    const name = owner ? owner.textContent : "";
    return { row, place, has, id, opened, title, ca: name, status: said, text: folded(`${id} ${name} ${title} ${has.tag.join(" ")}`) };
  });

  const values = (name) => [...new Set(rows.flatMap((one) => one.has[name]))];
  const choices = {};
  const addChoice = (box, name, value, label) => {
    const line = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.name = name;
    input.value = value;
    const said = document.createElement("span");
    said.textContent = label;
    const number = document.createElement("span");
    number.className = "ci-count";
    line.append(input, " ", said, " ", number);
    box.querySelector("fieldset").append(line);
  };
  for (const { name, box } of facets) {
    if (name === "year") for (const year of values("year").sort().reverse()) addChoice(box, name, year, year);
    choices[name] = [...box.querySelectorAll("input")].map((input) => ({
      input, line: input.closest("label"), number: input.closest("label").querySelector(".ci-count"),
    }));
  }

  const read = () => {
    const asked = new URLSearchParams(location.search);
    form.elements.q.value = asked.get("q") || "";
    form.elements.sort.value = asked.get("sort") || "";
    for (const { name, box } of facets) {
      const wanted = new Set(asked.getAll(name));
      for (const { input } of choices[name]) input.checked = wanted.has(input.value);
      box.open = wanted.size > 0;
    }
  };
  const write = () => {
    const said = new URLSearchParams();
    for (const [key, value] of new FormData(form)) if (value) said.append(key, value);
    const query = said.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  };

  let shown = rows;
  let limit = STEP;
  const orders = {
    "": (a, b) => a.place - b.place,
    oldest: (a, b) => b.place - a.place,
    ca: (a, b) => a.ca.localeCompare(b.ca, "en") || a.place - b.place,
    title: (a, b) => a.title.localeCompare(b.title, "en") || a.place - b.place,
  };
  const filter = () => {
    const words = folded(form.elements.q.value).split(/\s+/).filter(Boolean);
    const chosen = facets.map(({ name }) => new Set(choices[name].filter((c) => c.input.checked).map((c) => c.input.value)));
    const tallies = facets.map(() => new Map());
    shown = [];
    for (const one of rows) {
      if (!words.every((word) => one.text.includes(word))) continue;
      // A row counts for a facet's choices where no other facet refuses it.
      let refusing = -1;
      let refusals = 0;
      for (let i = 0; i < facets.length && refusals < 2; i++)
        if (chosen[i].size && !one.has[facets[i].name].some((value) => chosen[i].has(value))) {
          refusals++;
          refusing = i;
        }
      if (refusals > 1) continue;
      if (!refusals) shown.push(one);
      for (let i = 0; i < facets.length; i++)
        if (!refusals || refusing === i)
          for (const value of one.has[facets[i].name]) tallies[i].set(value, (tallies[i].get(value) || 0) + 1);
    }
    shown.sort(orders[form.elements.sort.value] || orders[""]);
    facets.forEach(({ name, box }, i) => {
      for (const { input, line, number } of choices[name]) {
        const found = tallies[i].get(input.value) || 0;
        number.textContent = found;
        line.hidden = !found && !input.checked;
      }
      box.querySelector(".ci-chosen").textContent = chosen[i].size ? `(${chosen[i].size})` : "";
    });
  };
  const draw = () => {
    body.replaceChildren(...shown.slice(0, limit).map((one) => one.row));
    more.hidden = shown.length <= limit;
    more.textContent = `Show more (${(shown.length - limit).toLocaleString("en")} left)`;
    count.textContent = `${shown.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} incidents`;
  };
  const update = () => {
    limit = STEP;
    filter();
    draw();
    write();
  };

  const save = (kind) => {
    const data = shown.map((one) => ({
      id: Number(one.id), opened: one.opened, ca: one.has.ca[0] || null, title: one.title, tags: one.has.tag,
      status: one.has.status[0], rules: one.has.rule, disclosure_source: one.has.disclosure[0] || null,
      url: new URL(`../incidents/${one.id}/`, location.href).href,
    }));
    const cell = (value) => {
      const text = Array.isArray(value) ? value.join(" ") : String(value ?? "");
      return `"${(/^[=+@\t\r-]/.test(text) ? `'${text}` : text).replace(/"/g, '""')}"`;
    };
    const text = kind === "json"
      ? `${JSON.stringify(data, null, 1)}\n`
      : [Object.keys(data[0] || { id: 0 }).join(","), ...data.map((one) => Object.values(one).map(cell).join(","))].join("\r\n") + "\r\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: kind === "json" ? "application/json" : "text/csv" }));
    link.download = `ca-incidents.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  form.addEventListener("input", update);
  form.addEventListener("reset", () => setTimeout(update));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    const first = shown[limit];
    limit += STEP;
    draw();
    if (first) first.row.querySelector("a").focus();
  });
  for (const button of document.querySelectorAll("[data-as]")) button.addEventListener("click", () => save(button.dataset.as));
  addEventListener("popstate", () => { read(); filter(); draw(); });
  document.querySelector(".ci-no-script")?.remove();
  form.hidden = false;
  document.getElementById("ci-explore-result").hidden = false;
  read();
  filter();
  draw();
})();
