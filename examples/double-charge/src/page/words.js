// How things are said.

const EUROS = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });
const CLOCK = new Intl.DateTimeFormat("en", { timeStyle: "medium", hourCycle: "h23" });

export const money = (cents) => EUROS.format(cents / 100);

export const clock = (milliseconds) => CLOCK.format(new Date(milliseconds));

export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The ends of a long name; the middle of a UUID tells nobody anything. */
export const short = (name) => (name.length > 14 ? `${name.slice(0, 8)}…${name.slice(-4)}` : name);

/** An element with this text and these children. Text is never read as HTML. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The same for SVG. */
export function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
