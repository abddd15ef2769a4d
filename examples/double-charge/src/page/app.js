// The page: what a person does goes to the customer, what the shop tells goes on the screen.

import { Chart } from "./chart.js";
import { Customer } from "./customer.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { count, element, money, short } from "./words.js";

const find = (id) => document.getElementById(id);
const pay = find("pay");
const idempotency = find("idempotency");
const loss = find("loss");
const heard = find("heard");

// `?fates=response-lost,delivered` decides what becomes of the first requests.
const fates = (new URLSearchParams(location.search).get("fates") ?? "").split(",").filter(Boolean);
const settings = () => ({ idempotent: idempotency.checked, loss: loss.valueAsNumber / 100 });
const customer = new Customer(settings, hears, fates);
const line = new Line(find("wire"), customer.name);
const log = new Log(find("log"), find("log-empty"), customer.name);
const chart = new Chart(document.querySelector(".chart"));
let shop = null;
let set = false;

// What a person does.

pay.addEventListener("click", (event) => customer.pay(event.detail > 1));
// A key that is held down is one press.
pay.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
idempotency.addEventListener("change", explain);
loss.addEventListener("input", explain);
find("start-over").addEventListener("click", () =>
  fetch("start-over", { method: "POST", headers: { "Content-Type": "application/json" }, body: "null" })
    .catch(() => say("The shop can’t be reached.", "bad")));

function explain() {
  find("idempotency-means").textContent = idempotency.checked
    ? "Each purchase has a key, sent with every try. The shop charges once per key."
    : "Requests are sent as they are. The shop charges as often as it is asked.";
  document.body.classList.toggle("keyless", !idempotency.checked);
  find("wire").style.setProperty("--loss", loss.valueAsNumber / 100);
  find("loss-shown").textContent = `${loss.value} %`;
  loss.setAttribute("aria-valuetext", `${loss.value} percent`);
  find("wire").querySelector(".storm span").textContent =
    loss.value === "0" ? "a line that loses nothing" : `the line: loses ${loss.value} % of the answers`;
  find("loss-means").textContent = loss.value === "0"
    ? "Everything arrives."
    : `The shop does its work, and the answer is gone. Of requests, ${loss.value / 5} % are lost too.`;
}

// What the customer gets to know.

function hears(what) {
  const { now, purchase, attempt } = what;
  pay.classList.toggle("busy", now !== "idle" && now !== "paid");
  if (now === "asking") {
    say(attempt === 1 ? "Asked. Waiting for an answer…" : `Asked again, try ${attempt}. Waiting…`);
  } else if (now === "waiting") {
    const pause = `Asking again in ${(what.pause / 1000).toFixed(1)} s.`;
    say(what.silence ? `✕ Silence. Is the money gone? You can’t know. ${pause}` : `${what.problem.title}. ${pause}`, "bad");
  } else if (now === "paid") {
    const times = purchase.asked > 1 ? `, after asking ${purchase.asked} times` : "";
    say(`✓ Heard: paid${times}. Receipt ${short(what.receipt.charge)}.`, "good");
  } else if (now === "refused") {
    say(`✕ ${what.problem.title}: ${what.problem.detail}`, "bad");
  } else if (now === "gave-up") {
    say(`✕ Gave up after ${count(purchase.asked, "try")}. Is the money gone? You can’t know.`, "bad");
  }
  if (now === "idle") pay.classList.toggle("busy", what.open > 0);
}

function say(text, kind = "") {
  heard.className = `said ${kind}`;
  heard.textContent = text;
}

// What the shop tells.

const events = new EventSource("events");
const on = (event, show) => events.addEventListener(event, ({ data }) => show(JSON.parse(data)));
on("snapshot", start);
on("shop", showShop);
on("request", (request) => {
  line.show(request);
  showRequest(request);
});
events.addEventListener("error", () => {
  pay.disabled = true;
  say("The shop can’t be reached. Trying again…", "bad");
});

function start(everything) {
  if (!set) loss.valueAsNumber = Math.round(everything.loss * 100);
  set = true;
  explain();
  line.delay = everything.delay;
  customer.joins(everything.shop.round);
  line.clear();
  log.clear();
  shop = null;
  find("did").textContent = "Nothing has happened yet.";
  showShop(everything.shop);
  everything.requests.forEach(showRequest);
  pay.disabled = false;
  say("Ready when you are.");
}

function showShop(now) {
  const dropped = shop ? shop.balance - now.balance : 0;
  const again = shop && surplus(now) > surplus(shop);
  shop = now;
  pay.textContent = `Pay ${money(now.price)}`;
  find("balance").textContent = money(now.balance);
  find("charges").textContent = now.charges;
  find("charges-noun").textContent = now.charges === 1 ? "charge" : "charges";
  find("taken").textContent = money(now.taken);
  chart.show(now);
  if (dropped > 0) showDrop(dropped, again);
}

const surplus = ({ purchases }) => purchases.reduce((sum, { charges }) => sum + Math.max(0, charges.length - 1), 0);

function showDrop(cents, again) {
  const drop = element("span", { class: again ? "drop again" : "drop" }, `−${money(cents)}${again ? " again" : ""}`);
  find("drops").replaceChildren(drop);
  setTimeout(() => drop.remove(), 2400);
}

function showRequest(request) {
  log.show(request, shop.price);
  if (!request.did) return;
  const { did } = request.did;
  const words = { charged: "€ Charged, and wrote it down.", replayed: "↺ Knew the key: charged nothing, gave the first answer." };
  find("did").textContent = words[did] ?? "! Refused.";
  if (request.stage === "at-the-shop") flash(find("shop"), did);
}

function flash(card, kind) {
  card.dataset.flash = kind;
  setTimeout(() => delete card.dataset.flash, 500);
}
