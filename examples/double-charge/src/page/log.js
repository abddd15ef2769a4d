// The log: a card per request, the latest first.

import { clock, count, element, money, short } from "./words.js";

/** No more than the server tells those who come later. */
const CARDS = 60;

const STAGES = {
  sent: ["→", "on its way", ""],
  "request-lost": ["✕", "request lost", "bad"],
  "at-the-shop": ["…", "at the shop", ""],
  answered: ["←", "answer on its way", ""],
  "response-lost": ["✕", "answer lost", "bad"],
  delivered: ["✓", "answer delivered", "good"],
  "hung-up": ["✕", "the browser hung up", "bad"],
};

export class Log {
  #cards = new Map();
  #opened = null;

  constructor(list, empty, customer) {
    this.list = list;
    this.empty = empty;
    this.customer = customer;
  }

  clear() {
    this.#cards.clear();
    this.#opened = null;
    this.list.replaceChildren();
    this.empty.hidden = false;
  }

  show(request, price) {
    let card = this.#cards.get(request.id);
    if (!card) {
      card = this.#add(request);
    }
    const [sign, words, kind] = STAGES[request.stage];
    card.dataset.stage = request.stage;
    card.querySelector(".chip").className = `chip ${kind}`;
    card.querySelector(".chip").textContent = `${sign} ${words}`;
    if (request.did && !card.dataset.did) {
      card.dataset.did = request.did.did;
      card.querySelector(".did").replaceChildren(...deed(request, price));
      if (request.record) card.append(record(request.record));
      if (request.sql.length > 0) this.#addSql(card, request.sql);
    }
  }

  #add(request) {
    const whose = request.client === this.customer ? "" : " · another browser";
    const title = `Purchase ${request.purchase}, try ${request.attempt}`;
    const press = request.press > 1 ? ` of press ${request.press}` : "";
    const card = element(
      "li",
      { class: request.client === this.customer ? "own" : "others" },
      element("p", { class: "top" }, element("strong", {}, title + press), element("span", { class: "chip" })),
      element("p", { class: "meta" }, element("time", {}, clock(request.at)), whose),
      element("p", { class: "key" }, ...(request.key
        ? [element("span", { class: "label" }, "Idempotency-Key "), element("code", {}, request.key)]
        : ["no key: the shop can’t tell a retry from a purchase"])),
      element("p", { class: "did" }),
    );
    this.empty.hidden = true;
    this.list.prepend(card);
    this.#cards.set(request.id, card);
    if (this.#cards.size > CARDS) {
      const [oldest, gone] = this.#cards.entries().next().value;
      gone.remove();
      this.#cards.delete(oldest);
    }
    return card;
  }

  /** The latest is open, until a later one comes; what a person has opened stays so. */
  #addSql(card, statements) {
    const details = element("details", { class: "sql" },
      element("summary", {}, `SQL: ${count(statements.length, "statement")}`),
      element("ol", {}, ...statements.map(statement)));
    details.querySelector("summary").addEventListener("click", () => {
      if (this.#opened === details) this.#opened = null;
    });
    if (this.#opened) this.#opened.open = false;
    details.open = true;
    this.#opened = details;
    card.append(details);
  }
}

function deed({ did }, price) {
  switch (did.did) {
    case "charged":
      return [element("b", { class: "sign" }, "€"), `Charged ${money(price)} `,
        element("span", { class: "label" }, `as ${short(did.charge)}`)];
    case "replayed":
      return [element("b", { class: "sign" }, "↺"), "Charged nothing: gave the first answer again ",
        element("span", { class: "label" }, `for ${short(did.charge)}`)];
    default:
      return [element("b", { class: "sign" }, "!"), `Charged nothing: ${did.status}, ${did.reason}`];
  }
}

/** A row of idem_records, under its columns' names. */
function record(row) {
  const cells = Object.entries(row).map(([column, value]) =>
    element("div", {}, element("dt", {}, column), element("dd", {}, value === null ? "NULL" : `${value}`)));
  return element("details", { class: "record" },
    element("summary", {}, "Record: ", element("b", { class: `state ${row.status}` }, row.status),
      element("span", { class: "label" }, ` in idem_records, attempt ${row.attempt}`)),
    element("dl", {}, ...cells));
}

function statement({ sql, binds, error }) {
  const item = element("li", { class: subject(sql) }, element("code", {}, sql));
  if (binds) item.append(element("code", { class: "binds" }, binds.replace(BYTES, readable)));
  if (error) item.append(element("span", { class: "error" }, error));
  return item;
}

function subject(sql) {
  if (/idem_records|\.idem_/.test(sql)) return "records";
  return sql.includes("double_charge_") ? "books" : "transaction";
}

/** Diesel shows bytes as a list of decimal numbers; the parameters are themselves a list. */
const BYTES = /(?<=[[(,] ?)\[(\d+(?:, \d+)*)?\]/g;

function readable(_, numbers = "") {
  const bytes = numbers.split(", ").filter(Boolean).map(Number);
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return JSON.stringify(String.fromCharCode(...bytes));
  return `x'${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}'`;
}
