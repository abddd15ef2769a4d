// The customer: asks, hears nothing, and asks again.
//
// This is all that a client of an idempotent operation does: one key per purchase, and the same
// one with every attempt and every further press of the button.

const FIRST_WAIT = 600;
const LONGEST_WAIT = 4000;
/** A line that is silent for so long has lost the answer, whatever it says. */
const PATIENCE = 20_000;
/** Even at the highest loss one attempt in thirty gets through. */
const ATTEMPTS = 60;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

export class Customer {
  /** Which browser this is, as the log tells it from others. */
  name = crypto.randomUUID();
  #purchase = null;
  #round = 0;
  #fates;

  /**
   * `settings()` gives `{ idempotent, loss }` as they are now; `hears(what)` is told everything
   * that the customer gets to know. `fates` decides, request by request, what the line does,
   * until they run out and chance does.
   */
  constructor(settings, hears, fates = []) {
    this.settings = settings;
    this.hears = hears;
    this.#fates = [...fates];
  }

  /** The shop has started over: what is under way is of no interest any more. */
  joins(round) {
    if (round === this.#round) return;
    this.#round = round;
    this.#purchase = null;
  }

  /**
   * Presses the button. While no answer has come, and in a double click, that is still the same
   * purchase; else it is a new one.
   */
  async pay(doubleClick = false) {
    const before = this.#purchase;
    const same = before && (before.open > 0 || doubleClick);
    const purchase = same ? before : this.#newPurchase();
    purchase.presses += 1;
    purchase.open += 1;
    try {
      await this.#untilAnAnswer(purchase, purchase.presses);
    } finally {
      purchase.open -= 1;
      this.hears({ now: "idle", open: this.#purchase?.open ?? 0 });
    }
  }

  #newPurchase() {
    const name = crypto.randomUUID();
    const key = this.settings().idempotent ? name : null;
    this.#purchase = { name, key, presses: 0, open: 0, asked: 0 };
    return this.#purchase;
  }

  async #untilAnAnswer(purchase, press) {
    let longest = FIRST_WAIT;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      purchase.asked += 1;
      this.hears({ now: "asking", purchase, press, attempt });
      const answer = await this.#ask(purchase, press, attempt);
      if (purchase !== this.#purchase) return; // the shop has started over
      if (answer.final) {
        this.hears({ now: answer.paid ? "paid" : "refused", purchase, press, attempt, ...answer });
        return;
      }
      const pause = Math.max(longest * (0.5 + Math.random() / 2), answer.retryAfter ?? 0);
      longest = Math.min(longest * 2, LONGEST_WAIT);
      this.hears({ now: "waiting", purchase, press, attempt, pause, ...answer });
      await wait(pause);
    }
    this.hears({ now: "gave-up", purchase, press });
  }

  /** One attempt. A network error is no answer: the money may be gone, or not. */
  async #ask(purchase, press, attempt) {
    const { loss } = this.settings();
    const headers = { "Content-Type": "application/json", "Line-Loss": String(loss) };
    const fate = this.#fates.shift();
    if (fate) headers["Line-Fate"] = fate;
    if (purchase.key) headers["Idempotency-Key"] = `"${purchase.key}"`;
    const order = { purchase: purchase.name, press, attempt, client: this.name, round: this.#round };
    try {
      const response = await fetch(purchase.key ? "charge" : "charge-without-key", {
        method: "POST",
        headers,
        body: JSON.stringify(order),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const body = await response.json();
      if (response.ok) return { final: true, paid: true, ...body };
      const again = response.status >= 500 || response.status === 409;
      const retryAfter = Number(response.headers.get("Retry-After") ?? 0) * 1000;
      return { final: !again, paid: false, problem: body, retryAfter };
    } catch (error) {
      if (error instanceof SyntaxError) throw error; // an answer, but not this shop's
      return { final: false, silence: error.name };
    }
  }
}
