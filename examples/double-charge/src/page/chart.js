// The chart: a column per purchase, a block per charge that the database holds for it.

import { count, drawn, element, money } from "./words.js";

const COLUMN = 44;
const LEFT = 22;
const FOOT = 34;
/** A block is never higher than this, and there is always room for four. */
const TALLEST = 42;

export class Chart {
  #shop = null;

  constructor(root) {
    this.plot = root.querySelector("#plot");
    this.rows = root.querySelector("#rows");
    this.verdict = root.querySelector("#verdict");
    this.figures = Object.fromEntries(
      ["expected", "made", "surplus", "surplus-figure"].map((id) => [id, root.querySelector(`#${id}`)]),
    );
    new ResizeObserver(() => this.#shop && this.#draw()).observe(this.plot);
  }

  show(shop) {
    this.#shop = shop;
    const surplus = shop.purchases.reduce((sum, { charges }) => sum + Math.max(0, charges.length - 1), 0);
    this.figures.expected.textContent = shop.expected;
    this.figures.made.textContent = shop.charges;
    this.figures.surplus.textContent = surplus;
    this.figures["surplus-figure"].classList.toggle("bad", surplus > 0);
    this.verdict.className = `verdict ${surplus > 0 ? "bad" : shop.charges > 0 ? "good" : ""}`;
    this.verdict.textContent = this.#judge(shop, surplus);
    this.#draw();
    this.rows.replaceChildren(...[...shop.purchases].reverse().map(row));
  }

  #judge(shop, surplus) {
    if (surplus > 0) {
      return `✗ ${count(surplus, "charge")} too many: ${money(surplus * shop.price)} taken that nobody owed.`;
    }
    if (shop.charges === 0) return "Nothing has been charged yet.";
    return "✓ Nobody was charged twice.";
  }

  #draw() {
    const { purchases } = this.#shop;
    const width = Math.max(this.plot.clientWidth, 200);
    const height = Math.max(this.plot.clientHeight, 120);
    const fitting = Math.floor((width - LEFT) / COLUMN);
    const shown = purchases.slice(-fitting);
    const most = Math.max(4, ...shown.map(({ charges }) => charges.length));
    const floor = height - FOOT;
    const step = Math.min(TALLEST, (floor - 4) / most);
    const svg = drawn("svg", {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": this.#inWords(shown),
    });
    const level = floor - step;
    svg.append(
      drawn("line", { class: "floor", x1: LEFT, x2: width, y1: floor + 0.5, y2: floor + 0.5 }),
      drawn("line", { class: "level", x1: LEFT, x2: width, y1: level - 1, y2: level - 1 }),
      drawn("text", { class: "tick", x: width, y: level - 7, "text-anchor": "end" }, "expected: one charge each"),
      drawn("text", { class: "tick", x: LEFT - 8, y: level + 4, "text-anchor": "end" }, "1"),
      drawn("text", { class: "tick", x: LEFT - 8, y: floor + 4, "text-anchor": "end" }, "0"),
      ...shown.map((purchase, index) => column(purchase, LEFT + index * COLUMN, floor, step)),
    );
    if (shown.length === 0) {
      const middle = { x: width / 2, y: level / 2 + 4, "text-anchor": "middle" };
      svg.append(drawn("text", { class: "tick", ...middle }, "Each purchase gets a column, each charge a block."));
    }
    this.plot.replaceChildren(svg);
  }

  #inWords(shown) {
    if (shown.length === 0) return "No purchases yet.";
    const told = shown.map(
      ({ number, keyed, charges }) =>
        `purchase ${number}, ${keyed ? "with" : "without"} idempotency: ${count(charges.length, "charge")}`,
    );
    return `Charges per purchase; one is expected for each. ${told.join("; ")}.`;
  }
}

function column({ number, keyed, charges, declined }, left, floor, step) {
  const group = drawn("g", {});
  const block = (index, kind) =>
    drawn("rect", {
      class: `block ${kind}`,
      x: left + 5,
      y: floor - (index + 1) * step + 1,
      width: COLUMN - 10,
      height: Math.max(1, step - 3),
      rx: Math.min(4, step / 4),
    });
  if (charges.length === 0) group.append(block(0, "none"));
  charges.forEach((_, index) => {
    group.append(block(index, index === 0 ? "once" : "again"));
    if (index > 0 && step > 11) {
      const y = floor - (index + 0.5) * step + 3;
      group.append(drawn("text", { class: "cross", x: left + COLUMN / 2, y, "text-anchor": "middle" }, "✕"));
    }
  });
  const middle = { x: left + COLUMN / 2, "text-anchor": "middle" };
  group.append(
    drawn("text", { class: "tick", y: floor + 14, ...middle }, `${number}`),
    drawn("text", { class: `mode ${keyed ? "on" : "off"}`, y: floor + 28, ...middle },
      declined && charges.length === 0 ? "broke" : keyed ? "on" : "off"),
  );
  return group;
}

function row({ number, keyed, charges, declined }) {
  const expected = declined && charges.length === 0 ? "0 (declined)" : "1";
  const cells = [keyed ? "on" : "off", expected, `${charges.length}`];
  return element("tr", {}, element("th", { scope: "row" }, `${number}`),
    ...cells.map((cell) => element("td", {}, cell)));
}
