// @vitest-environment jsdom
/** Models of servers in the components: where they stand, what is said of them, what choosing one does. */
import { act, screen, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import type { EngineState, ModelState, ServerReach } from "../../src/generated/index.js";
import type { Management, ManagementSnapshot } from "../../src/management/api.js";
import { englishLabels, formatsFor, ModelSelector, modelStatus, useManagement } from "../../src/react/index.js";
import { cancelWording } from "../../src/react/manager/cancel.js";
import { jobState, modelState } from "../unit/scripted.js";
import { renderWith } from "./render.js";

const formats = formatsFor("en");
const say = (status: Parameters<typeof englishLabels.status>[0], served = true) =>
  englishLabels.status(status, formats, served);

const here = (more: Partial<ModelState> = {}) => modelState("ollama/a", { served: true, presence: "cached", ...more });
const server = (reach: ServerReach): EngineState => ({
  id: "ollama",
  model: null,
  residency: "unloaded",
  loadFraction: null,
  answers: 0,
  serves: true,
  reach,
  coolDowns: [],
});

describe("the state of a model of a server", () => {
  test("it is ready where its server can be reached, or nothing is known of that; else it says what is in the way", () => {
    const words = (reach: ServerReach) => say(modelStatus(here(), null, server(reach)));
    expect(words("yes")).toBe("Ready to use");
    expect(words("unknown")).toBe("Ready to use");
    expect(words("down")).toBe("Server not running");
    expect(words("offline")).toBe("No network");
    expect(words("cors")).toBe("Server refuses this page");
    expect(words("permission")).toBe("Needs permission to reach the server");
    expect(modelStatus(here(), null, null)).toEqual({ kind: "ready" });
  });

  test("one that the server does not have says so, and while it is pulled how far that is", () => {
    const absent = modelStatus(here({ presence: "absent" }), null, server("down"));
    expect(say(absent)).toBe("Not on the server");
    expect(say(absent, false)).toBe("Not downloaded");
    const job = jobState(1, { lifecycle: "downloading" });
    const progress = {
      jobId: 1,
      modelId: "ollama/a",
      epoch: 1,
      percentage: 42,
      downloadedBytes: 42,
      totalBytes: 100,
      speed: 1,
      etaSeconds: 58,
      phase: "downloading",
      timestamp: 0,
    } as const;
    const pulling = modelStatus(here({ presence: "absent" }), { ...job, progress }, server("yes"));
    expect(say(pulling)).toBe("Pulling 42%");
    expect(say(pulling, false)).toBe("Downloading 42%");
  });

  test("to cancel a pull loses nothing on this device", () => {
    const job = jobState(1, { lifecycle: "downloading" });
    expect(cancelWording(job, "a", englishLabels, formats, true).text).toContain("The server keeps them");
    expect(cancelWording(job, "a", englishLabels, formats).text).toContain("will be deleted");
  });
});

describe("ModelSelector", () => {
  const models = [
    { id: "one", name: "Page One", engine: "wllama", files: [] },
    { id: "two", name: "Page Two", engine: "wllama", files: [] },
    {
      id: "ollama/a",
      name: "Served A",
      engine: "ollama",
      files: [],
      contextWindow: 4096,
      served: { name: "a", here: true },
    },
    { id: "ollama/b", name: "Served B", engine: "ollama", files: [], served: { name: "b", here: false } },
    { id: "lab/c", name: "Served C", engine: "lab", files: [], served: { name: "c", here: true } },
  ];

  test("each server has a group of its own between what is here and what is to be downloaded", async () => {
    const { user } = await renderWith(<ModelSelector conversationId="a" />, {
      models,
      cached: ["one", "ollama/a", "lab/c"],
    });
    await user.click(screen.getByRole("combobox", { name: /^Model: / }));
    const list = await screen.findByRole("listbox");
    const groups = within(list)
      .getAllByRole("group")
      .map((group) => ({
        label: group.querySelector(".my-group-label")?.textContent,
        names: [...group.querySelectorAll(".my-option-name")].map((name) => name.textContent),
      }));
    expect(groups).toEqual([
      { label: "On this device", names: ["Page One"] },
      { label: "On Ollama", names: ["Served A", "Served B"] },
      { label: "On Lab", names: ["Served C"] },
      { label: "To download", names: ["Page Two"] },
    ]);
    expect(screen.getByRole("option", { name: /Served A/ }).textContent).toContain("4,096 tokens");
    expect(screen.getByRole("option", { name: /Served B/ }).textContent).toContain("Not on the server");
    expect(screen.getByRole("option", { name: /Served B/ }).textContent).toContain("Context unknown");
  });
});

test("useManagement follows the snapshot of a management", async () => {
  let snapshot = { status: "idle" } as ManagementSnapshot;
  const listeners = new Set<() => void>();
  const management = {
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    getServerSnapshot: () => snapshot,
  } as unknown as Management;
  const Shown = () => <p>{useManagement(management).status}</p>;
  const { unmount } = await renderWith(<Shown />);
  expect(screen.getByText("idle")).toBeTruthy();
  snapshot = { status: "ready" } as ManagementSnapshot;
  act(() => {
    for (const listener of listeners) listener();
  });
  expect(await screen.findByText("ready")).toBeTruthy();
  unmount();
  expect(listeners.size).toBe(0);
});
