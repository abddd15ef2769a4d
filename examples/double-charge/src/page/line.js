// The line: envelopes that travel, and those that don't arrive.

import { drawn, element } from "./words.js";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const UPRIGHT = matchMedia("(max-width: 760px)");
/** An envelope is this long in the direction it travels. */
const LENGTH = 44;
const FALL = 900;

export class Line {
  delay = 600;
  #envelopes = new Map();

  constructor(wire, customer) {
    this.wire = wire;
    this.customer = customer;
  }

  clear() {
    for (const { box } of this.#envelopes.values()) box.remove();
    this.#envelopes.clear();
  }

  /** A request has come this far. */
  show(request) {
    const { id, stage } = request;
    if (stage === "sent") this.#travel(request, "there");
    else if (stage === "at-the-shop") this.#arrive(id);
    else if (stage === "answered") this.#travel(request, "back");
    else if (stage === "delivered") this.#arrive(id);
    else this.#lose(id);
  }

  #travel(request, way) {
    if (this.#envelopes.get(request.id)?.way === way) return;
    this.#arrive(request.id);
    const box = envelope(request, way, request.client === this.customer);
    this.wire.append(box);
    const [from, to] = way === "there" ? [0, 1] : [1, 0];
    const still = STILL.matches;
    const frames = still ? [this.#at(0.5), this.#at(0.5)] : [this.#at(from), this.#at(to)];
    const timing = { duration: Math.max(this.delay, 1), easing: "linear", fill: "forwards" };
    const motion = box.animate(frames, timing);
    this.#envelopes.set(request.id, { box, way, motion });
  }

  #arrive(id) {
    this.#envelopes.get(id)?.box.remove();
    this.#envelopes.delete(id);
  }

  /** It drops where it is. */
  #lose(id) {
    const lost = this.#envelopes.get(id);
    if (!lost) return;
    this.#envelopes.delete(id);
    const { box, motion } = lost;
    motion.pause();
    const here = getComputedStyle(box).transform;
    box.classList.add("lost");
    box.querySelector(".tag").textContent = "✕ lost";
    if (STILL.matches) {
      setTimeout(() => box.remove(), FALL * 2);
      return;
    }
    const drop = (px, turn) => `translateY(${px}px) ${here} rotate(${turn}deg)`;
    box.animate(
      [
        { transform: drop(0, 0), opacity: 1 },
        { transform: drop(8, -8), opacity: 1, offset: 0.35 },
        { transform: drop(64, 22), opacity: 0 },
      ],
      { duration: FALL, easing: "ease-in", fill: "forwards" },
    ).finished.then(() => box.remove(), () => box.remove());
  }

  /** Part of the way, from 0 at the customer's to 1 at the shop's. */
  #at(part) {
    const along = UPRIGHT.matches ? this.wire.clientHeight : this.wire.clientWidth;
    const length = UPRIGHT.matches ? 30 : LENGTH;
    const px = Math.max(0, along - length) * part;
    return { transform: UPRIGHT.matches ? `translateY(${px}px)` : `translateX(${px}px)` };
  }
}

function envelope({ purchase, attempt, key, did }, way, own) {
  const kind = way === "back" ? (did?.did ?? "refused") : key ? "keyed" : "plain";
  const svg = drawn(
    "svg",
    { viewBox: "0 0 44 30" },
    drawn("rect", { x: 1, y: 1, width: 42, height: 28, rx: 4 }),
    drawn("path", { d: "M2 4 L22 18 L42 4" }),
  );
  if (way === "there" && key) svg.append(drawn("circle", { class: "seal", cx: 22, cy: 17, r: 6 }));
  const tag = way === "there" ? `no. ${purchase}, try ${attempt}` : ANSWERS[kind];
  const classes = `envelope ${way} ${kind}${own ? "" : " others"}`;
  return element("div", { class: classes }, svg, element("span", { class: "tag" }, tag));
}

const ANSWERS = { charged: "receipt", replayed: "same receipt", refused: "refused" };
