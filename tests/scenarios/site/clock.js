/**
 * Gives this worker a clock of its own, before any other script runs in it. Left alone it is the real one. Told to
 * stand still, time goes by only when it is told to; told to advance, it runs through every timer in between, one
 * after the other, with a turn of the event loop for each: what a long wait does, without the wait.
 *
 * The page hands over a port with the first message of type `clock`; on it, `{ id, stop | go | advance: ms }` is
 * answered by `{ id, nowMs }`.
 */
const real = {
  now: performance.now.bind(performance),
  setTimeout: self.setTimeout.bind(self),
  clearTimeout: self.clearTimeout.bind(self),
};
const ORIGIN_MS = performance.timeOrigin;

/** What is added to the real time while it flows. */
let ahead = 0;
/** The time while it stands still. */
let stoppedAt = null;
let lastId = 0;
/** Timers that have not fired: when, what, how often. */
const timers = new Map();
let alarm = null;

const now = () => stoppedAt ?? real.now() + ahead;

function earliest() {
  let first = null;
  for (const timer of timers.values()) if (!first || timer.at < first.at) first = timer;
  return first;
}

/** Has the real clock wake us for the next timer. */
function arm() {
  if (alarm !== null) real.clearTimeout(alarm);
  alarm = null;
  const next = earliest();
  if (next && stoppedAt === null) alarm = real.setTimeout(wake, Math.max(0, next.at - now()));
}

function wake() {
  alarm = null;
  const next = earliest();
  if (next && stoppedAt === null && next.at <= now()) fire(next);
  arm();
}

function fire(timer) {
  if (timer.every === null) timers.delete(timer.id);
  else timer.at += timer.every;
  timer.run(...timer.given);
}

function add(run, delay, given, every) {
  if (typeof run !== "function") throw new TypeError("only functions can be timed here");
  const wait = Math.max(0, Number(delay) || 0);
  const id = ++lastId;
  timers.set(id, { id, at: now() + wait, run, given, every: every ? Math.max(1, wait) : null });
  arm();
  return id;
}

function clear(id) {
  timers.delete(id);
  arm();
}

/** One turn of the event loop, so that what a timer set off can go on. */
const turn = () => new Promise((resolve) => real.setTimeout(resolve, 0));

function setTime(time) {
  if (stoppedAt === null) ahead += Math.max(0, time - now());
  else stoppedAt = Math.max(stoppedAt, time);
}

async function advance(ms) {
  const end = now() + ms;
  for (let next = earliest(); next && next.at <= end; next = earliest()) {
    setTime(next.at);
    fire(next);
    await turn();
  }
  setTime(end);
  await turn();
  arm();
}

performance.now = now;
Date.now = () => Math.floor(ORIGIN_MS + now());
self.setTimeout = (run, delay, ...given) => add(run, delay, given, false);
self.setInterval = (run, delay, ...given) => add(run, delay, given, true);
self.clearTimeout = clear;
self.clearInterval = clear;

async function obey({ id, stop, go, advance: ms }, port) {
  if (stop) stoppedAt = now();
  if (go && stoppedAt !== null) {
    ahead = stoppedAt - real.now();
    stoppedAt = null;
  }
  if (ms) await advance(ms);
  arm();
  port.postMessage({ id, nowMs: ORIGIN_MS + now() });
}

// Registered first, so that the package's own listener never sees it.
addEventListener("message", (event) => {
  if (event.data?.type !== "clock") return;
  event.stopImmediatePropagation();
  const { port } = event.data;
  port.onmessage = ({ data }) => void obey(data, port);
});
