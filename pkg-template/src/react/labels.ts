/**
 * Every text the components show or speak. An app overrides what it likes; whole sentences, so that other languages
 * can order their words. Numbers come in already formatted.
 */
import type { Failure, Profile, ServerReach, Waiting } from "../generated/index.js";
import type { ModelStatus } from "./derive.js";
import type { Formats } from "./format.js";

export interface Labels {
  // The selector.
  model: (name: string) => string;
  chooseModel: string;
  searchModels: string;
  clearSearch: string;
  noModelFound: (query: string) => string;
  resultCount: (count: number) => string;
  groupHere: string;
  groupElsewhere: string;
  /** The models of a server, by the name of its provider. */
  groupOn: (provider: string) => string;
  /** A provider or engine, by its id. */
  provider: (id: string) => string;
  groupProfiles: string;
  profile: (name: string) => string;
  profileText: (profile: Profile) => string;
  ledTo: (model: string) => string;
  routed: (profile: string, model: string) => string;
  why: (model: string) => string;
  manageDownloads: string;
  active: string;
  requested: string;
  unverified: string;
  context: (tokens: string) => string;
  contextUnknown: string;
  /** `served`: a server runs it, and what is under way goes on there. */
  status: (status: ModelStatus, formats: Formats, served?: boolean) => string;
  unreachable: (reach: ServerReach) => string;
  // The download manager.
  downloads: string;
  openDownloads: (running: number, percent: string | null, failed: number) => string;
  close: string;
  noDownloads: string;
  noDownloadsHint: string;
  pause: (name: string) => string;
  resume: (name: string) => string;
  cancel: (name: string) => string;
  retry: (name: string) => string;
  retryShort: string;
  dismiss: (name: string) => string;
  moveUp: (name: string) => string;
  moveDown: (name: string) => string;
  moved: (name: string, place: string) => string;
  clearFinished: string;
  progressOf: (name: string) => string;
  amount: (done: string, total: string | null) => string;
  timeLeft: (duration: string) => string;
  progressInWords: (percent: string | null, timeLeft: string | null) => string;
  waiting: (waiting: Waiting, seconds: number, formats: Formats) => string;
  stalled: string;
  superseded: string;
  // What is here.
  onThisDevice: string;
  nothingHere: string;
  inUse: string;
  remove: (name: string) => string;
  storageUsed: (used: string, quota: string | null) => string;
  storageMeter: string;
  storageSession: string;
  storageBestEffort: string;
  storagePersistent: string;
  keepStorage: string;
  keepStorageRefused: string;
  // Confirmations.
  cancelRunningTitle: (name: string) => string;
  cancelRunningText: (done: string, total: string | null) => string;
  cancelPullText: (done: string, total: string | null) => string;
  cancelRunningConfirm: string;
  cancelRunningKeep: string;
  cancelQueuedTitle: (name: string) => string;
  cancelQueuedText: string;
  cancelQueuedPartialText: (done: string) => string;
  cancelQueuedConfirm: string;
  cancelQueuedKeep: string;
  cancelCompilingTitle: (name: string) => string;
  cancelCompilingText: string;
  cancelCompilingConfirm: string;
  cancelCompilingKeep: string;
  removeTitle: (name: string) => string;
  removeText: (freed: string) => string;
  removeConfirm: string;
  removeKeep: string;
  removeInUseText: (name: string) => string;
  removeInUseConfirm: string;
  // Announcements and toasts.
  started: (name: string) => string;
  reached: (name: string, percent: string) => string;
  isWaiting: (name: string, why: string) => string;
  ready: (name: string) => string;
  readyText: string;
  readyOnServerText: string;
  failed: (name: string) => string;
  failedText: (failure: Failure) => string;
  loadFailed: (name: string) => string;
  activated: (name: string) => string;
  activatedText: (previous: string | null) => string;
  removed: (name: string, freed: string) => string;
  storageFailed: string;
}

function unreachable(reach: ServerReach): string {
  switch (reach) {
    case "down":
      return "Server not running";
    case "offline":
      return "No network";
    case "cors":
      return "Server refuses this page";
    case "permission":
      return "Needs permission to reach the server";
    default:
      return "Ready to use";
  }
}

function status(status: ModelStatus, formats: Formats, served = false): string {
  switch (status.kind) {
    case "loaded":
      return "Loaded";
    case "ready":
      return "Ready to use";
    case "loading":
      // Many engines say nothing until they are nearly done.
      return status.fraction ? `Loading ${formats.percent(status.fraction * 100)}` : "Loading";
    case "downloading": {
      const percent = status.percentage === null ? "" : ` ${formats.percent(status.percentage)}`;
      if (status.waiting?.reason === "offline") return `Waiting for the network${percent && `, at${percent}`}`;
      if (status.waiting?.reason === "storage_full") return "Not enough space";
      if (status.waiting !== null) return `Reconnecting${percent && `, at${percent}`}`;
      if (status.stalled) return `Stalled${percent && ` at${percent}`}`;
      return `${served ? "Pulling" : "Downloading"}${percent}`;
    }
    case "queued":
      return status.position === 0 ? "Queued, next" : `Queued, ${formats.count(status.position + 1)} in line`;
    case "paused": {
      if (status.failure?.code === "storage_full") return "Paused, not enough space";
      return status.percentage === null ? "Paused" : `Paused at ${formats.percent(status.percentage)}`;
    }
    case "failed":
      return "Failed";
    case "canceled":
      return "Canceled";
    case "unreachable":
      return unreachable(status.reach);
    case "absent":
      return served ? "Not on the server" : "Not downloaded";
  }
}

function waiting(reason: Waiting, seconds: number, formats: Formats): string {
  switch (reason.reason) {
    case "offline":
      return "Waiting for the network. It goes on by itself.";
    case "storage_full":
      return reason.neededBytes === null
        ? "Not enough space on this device."
        : `Not enough space: ${formats.bytes(reason.neededBytes)} more needed.`;
    case "retry":
      return seconds > 0
        ? `Connection lost. Trying again in ${formats.duration(seconds)}.`
        : "Connection lost. Trying again now.";
  }
}

/** The texts in English. */
export const englishLabels: Labels = {
  model: (name) => `Model: ${name}`,
  chooseModel: "Choose a model",
  searchModels: "Search models",
  clearSearch: "Clear search",
  noModelFound: (query) => `No model matches “${query}”.`,
  resultCount: (count) => (count === 1 ? "1 model" : `${String(count)} models`),
  groupHere: "On this device",
  groupElsewhere: "To download",
  groupOn: (provider) => `On ${provider}`,
  provider: (id) => id.charAt(0).toUpperCase() + id.slice(1),
  groupProfiles: "Choose for me",
  // The built-in ones are single words; an app with others has labels for them.
  profile: (name) => name.charAt(0).toUpperCase() + name.slice(1),
  profileText: (profile) => profile.description,
  ledTo: (model) => model,
  routed: (profile, model) => `${profile}: ${model}`,
  why: (model) => `Why ${model}?`,
  manageDownloads: "Downloads and storage",
  active: "Active",
  requested: "Requested",
  unverified: "Unverified",
  context: (tokens) => `${tokens} tokens`,
  contextUnknown: "Context unknown",
  status,
  unreachable,
  downloads: "Downloads",
  openDownloads: (running, percent, failed) => {
    const parts = ["Downloads"];
    if (running > 0) parts.push(`${String(running)} running${percent === null ? "" : `, ${percent}`}`);
    if (failed > 0) parts.push(`${String(failed)} failed`);
    return parts.length === 1 ? "Downloads" : `Downloads: ${parts.slice(1).join(", ")}`;
  },
  close: "Close",
  noDownloads: "Nothing is downloading",
  noDownloadsHint: "Choose a model that is not here yet and it appears here.",
  pause: (name) => `Pause ${name}`,
  resume: (name) => `Resume ${name}`,
  cancel: (name) => `Cancel ${name}`,
  retry: (name) => `Retry ${name}`,
  retryShort: "Retry",
  dismiss: (name) => `Take ${name} off the list`,
  moveUp: (name) => `Move ${name} up`,
  moveDown: (name) => `Move ${name} down`,
  moved: (name, place) => `${name} is now number ${place} in the queue.`,
  clearFinished: "Clear finished",
  progressOf: (name) => `Download of ${name}`,
  amount: (done, total) => (total === null ? done : `${done} of ${total}`),
  timeLeft: (duration) => `${duration} left`,
  progressInWords: (percent, timeLeft) =>
    [percent ?? "size unknown", timeLeft].filter((part) => part !== null).join(", "),
  waiting,
  stalled: "Nothing is coming at the moment.",
  superseded: "Taken off the queue because another model was chosen.",
  onThisDevice: "On this device",
  nothingHere: "No model is stored yet.",
  inUse: "In use",
  remove: (name) => `Delete ${name}`,
  storageUsed: (used, quota) => (quota === null ? `${used} used` : `${used} used of about ${quota}`),
  storageMeter: "Storage used by models",
  storageSession: "This browser keeps models only until the page is closed.",
  storageBestEffort: "The browser may delete models when space runs low.",
  storagePersistent: "The browser keeps models until you delete them.",
  keepStorage: "Keep them",
  keepStorageRefused: "The browser did not agree. It may once you use this page more.",
  cancelRunningTitle: (name) => `Stop downloading ${name}?`,
  cancelRunningText: (done, total) =>
    `${total === null ? done : `${done} of ${total}`} have been downloaded and will be deleted. To keep them, pause instead.`,
  cancelPullText: (done, total) =>
    `${total === null ? done : `${done} of ${total}`} have been pulled. The server keeps them for the next try, for some time.`,
  cancelRunningConfirm: "Stop and delete",
  cancelRunningKeep: "Keep downloading",
  cancelQueuedTitle: (name) => `Remove ${name} from the queue?`,
  cancelQueuedText: "Nothing has been downloaded yet. You can add it again at any time.",
  cancelQueuedPartialText: (done) => `${done} that were downloaded earlier will be deleted.`,
  cancelQueuedConfirm: "Remove from queue",
  cancelQueuedKeep: "Keep in queue",
  cancelCompilingTitle: (name) => `Stop loading ${name}?`,
  cancelCompilingText: "The download is complete; only the switch to this model is given up.",
  cancelCompilingConfirm: "Stop loading",
  cancelCompilingKeep: "Keep loading",
  removeTitle: (name) => `Delete ${name} from this device?`,
  removeText: (freed) => `This frees ${freed}. You can download it again later.`,
  removeConfirm: "Delete",
  removeKeep: "Keep",
  removeInUseText: (name) => `Conversations that use ${name} will need another model or a new download.`,
  removeInUseConfirm: "Unload and delete",
  started: (name) => `Downloading ${name}.`,
  reached: (name, percent) => `${name}: ${percent}.`,
  isWaiting: (name, why) => `${name}: ${why}`,
  ready: (name) => `${name} is ready to use`,
  readyText: "It is stored on this device.",
  readyOnServerText: "It is on its server.",
  failed: (name) => `${name} could not be downloaded`,
  failedText: (failure) => [failure.message, failure.recovery[0]].filter(Boolean).join(" "),
  loadFailed: (name) => `${name} could not be loaded`,
  activated: (name) => `${name} answers from now on`,
  activatedText: (previous) => (previous === null ? "" : `The next answer comes from it instead of ${previous}.`),
  removed: (name, freed) => `${name} was deleted; ${freed} freed.`,
  storageFailed: "Storage problem",
};

/** The given texts, English for the rest. */
export function withEnglish(labels: Partial<Labels> | undefined): Labels {
  return labels === undefined ? englishLabels : { ...englishLabels, ...labels };
}
