// Runs queries on a copy of the published database in memory: nothing that a query does outlasts the page, and the page
// can end a query that does not end by itself.
"use strict";
importScripts("sqljs/sql-wasm-browser.js");

const ROWS = 20_000;
const CELL = 10_000;
let database;

async function opened(address) {
  const library = await initSqlJs({ locateFile: (name) => `sqljs/${name}` });
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the database could not be loaded (${answer.status})`);
  return new library.Database(new Uint8Array(await answer.arrayBuffer()));
}

const cell = (value) => {
  if (value instanceof Uint8Array) return `blob of ${value.length} bytes`;
  return typeof value === "string" && value.length > CELL ? `${value.slice(0, CELL)}…` : value;
};

// The rows of the last statement that has any.
function run(query) {
  let found = { columns: [], rows: [], more: false };
  for (const statement of database.iterateStatements(query)) {
    const columns = statement.getColumnNames();
    const rows = [];
    let more = false;
    while (statement.step()) {
      if (rows.length === ROWS) {
        more = true;
        break;
      }
      rows.push(statement.get().map(cell));
    }
    if (columns.length) found = { columns, rows, more };
  }
  return found;
}

addEventListener("message", async ({ data: { address, query } }) => {
  try {
    database ??= await opened(address);
    postMessage({ loaded: true });
    postMessage(run(query));
  } catch (error) {
    postMessage({ error: error.message });
  }
});
