/**
 * What a screen reader is told, through one live region that is always there.
 *
 * A download makes ten events a second; a listener hears its start, each quarter, a stall, and its end. Messages wait
 * in line at least {@link GAP_MS} apart, and a newer one about the same download replaces an older one that was not
 * spoken yet.
 */
import type { Modelyard, ModelyardEvent } from "../api.js";
import type { Progress, Waiting } from "../generated/index.js";
import type { Formats } from "./format.js";
import type { Labels } from "./labels.js";

/** The time between two messages: a short sentence takes about as long to speak. */
export const GAP_MS = 1500;

interface Message {
  /** Messages with the same subject replace each other. */
  readonly subject: string;
  readonly text: string;
}

export interface Texts {
  readonly labels: Labels;
  readonly formats: Formats;
}

export class Announcer {
  #waiting: Message[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #say: ((text: string) => void) | null = null;
  /** How many toasters with a live region of their own are mounted. */
  #toasters = 0;

  /** Sets where messages go: the live region. Returns how to take it away. */
  speakThrough(say: (text: string) => void): () => void {
    this.#say = say;
    return () => {
      this.#say = null;
      this.#waiting = [];
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
    };
  }

  /** While a toaster speaks for itself, what it says is left out here. */
  toasterSpeaks(): () => void {
    this.#toasters += 1;
    return () => {
      this.#toasters -= 1;
    };
  }

  /** Says something that no toast says. */
  say(subject: string, text: string): void {
    if (this.#say === null) return;
    this.#waiting = this.#waiting.filter((one) => one.subject !== subject);
    this.#waiting.push({ subject, text });
    if (this.#timer === null) this.#next();
  }

  /** Says something that a toast says too. */
  sayUnlessToasted(subject: string, text: string): void {
    if (this.#toasters === 0) this.say(subject, text);
    // What was about to be said of it is out of date all the same.
    else this.#waiting = this.#waiting.filter((one) => one.subject !== subject);
  }

  readonly #next = (): void => {
    const message = this.#waiting.shift();
    if (message === undefined) {
      this.#timer = null;
      return;
    }
    this.#say?.(message.text);
    this.#timer = setTimeout(this.#next, GAP_MS);
  };
}

/** Follows all events of an instance and announces what matters. Returns how to stop. */
export function announceEvents(modelyard: Modelyard, announcer: Announcer, texts: () => Texts): () => void {
  /** The last quarter spoken, and whether a stall was, of each attempt of each job. */
  const heard = new Map<number, { epoch: number; quarter: number; stalled: boolean; moved: boolean; reason: string }>();
  const nameOf = (id: string): string => modelyard.getSnapshot().models.find((one) => one.id === id)?.name ?? id;

  const progressed = (progress: Progress): void => {
    const { labels, formats } = texts();
    const { jobId, epoch, modelId, percentage } = progress;
    const quarter = percentage === null ? 0 : Math.floor(percentage / 25);
    const last = heard.get(jobId);
    if (last?.epoch !== epoch) {
      heard.set(jobId, { epoch, quarter, stalled: false, moved: false, reason: "" });
      return;
    }
    if (progress.speed > 0) {
      last.moved = true;
      last.stalled = false;
      last.reason = "";
    } else if (last.moved && !last.stalled && progress.phase === "downloading" && percentage !== 100) {
      last.stalled = true;
      announcer.say(modelId, labels.isWaiting(nameOf(modelId), labels.stalled));
    }
    if (quarter > last.quarter) {
      last.quarter = quarter;
      // 100 % is not the end: the ready event is.
      if (quarter < 4) announcer.say(modelId, labels.reached(nameOf(modelId), formats.percent(quarter * 25)));
    }
  };

  const waits = (jobId: number, epoch: number, modelId: string, waiting: Waiting): void => {
    const { labels, formats } = texts();
    const last = heard.get(jobId) ?? { epoch, quarter: 0, stalled: false, moved: false, reason: "" };
    heard.set(jobId, last);
    // Each further try of the same trouble is no news.
    if (last.reason === waiting.reason) return;
    last.reason = waiting.reason;
    last.stalled = true;
    const seconds = waiting.reason === "retry" ? (waiting.untilMs - Date.now()) / 1000 : 0;
    announcer.say(modelId, labels.isWaiting(nameOf(modelId), labels.waiting(waiting, seconds, formats)));
  };

  return modelyard.onAny((event: ModelyardEvent) => {
    const { labels } = texts();
    switch (event.type) {
      case "downloadStarted":
        announcer.say(event.modelId, labels.started(nameOf(event.modelId)));
        break;
      case "downloadProgress":
        progressed(event.progress);
        break;
      case "downloadWaiting":
        waits(event.jobId, event.epoch, event.modelId, event.waiting);
        break;
      case "downloadReady":
        heard.delete(event.jobId);
        announcer.sayUnlessToasted(event.modelId, labels.ready(nameOf(event.modelId)));
        break;
      case "downloadFailed":
        heard.delete(event.jobId);
        announcer.sayUnlessToasted(
          event.modelId,
          `${labels.failed(nameOf(event.modelId))}. ${labels.failedText(event.failure)}`,
        );
        break;
      case "modelActivated":
        announcer.sayUnlessToasted(event.modelId, labels.activated(nameOf(event.modelId)));
        break;
    }
  });
}
