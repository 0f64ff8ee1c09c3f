// @vitest-environment jsdom
import type { ReactNode } from "react";
import { describe, expect, test, vi } from "vitest";
import { sonnerToasts, type Toast, useConversation, useModelyardToasts } from "../../src/react/index.js";
import { fakeFailure } from "./fake.js";
import { listen, renderWith, step } from "./render.js";

function toaster(announced = false) {
  const shown: Toast[] = [];
  function Toaster(): ReactNode {
    useModelyardToasts({ toast: (toast) => shown.push(toast), announced });
    return null;
  }
  return { shown, Toaster };
}

function Conversation({ id }: { id: string }): ReactNode {
  useConversation(id);
  return null;
}

describe("toasts", () => {
  test("none for opening a conversation, its model here or not", async () => {
    const { shown, Toaster } = toaster();
    const { rerender, fake } = await renderWith(
      <>
        <Toaster />
        <Conversation id="a" />
      </>,
      { cached: [] },
    );
    await step(() => fake.openConversation("b"));
    rerender(<p>other</p>);
    expect(shown).toEqual([]);
  });

  test("a model that becomes active gets one, and only that one", async () => {
    const { shown, Toaster } = toaster();
    const { fake } = await renderWith(
      <>
        <Toaster />
        <Conversation id="a" />
      </>,
    );
    await step(() => fake.select("a", "two"));
    await step(() => {
      fake.script.finish(1);
    });
    expect(shown.map((toast) => toast.title)).toEqual(["Llama Two answers from now on"]);
    expect(shown[0]?.description).toBe("The next answer comes from it instead of Llama One.");
  });

  test("a download that no conversation waits for is told when it is ready", async () => {
    const { shown, Toaster } = toaster();
    const { fake } = await renderWith(<Toaster />);
    await step(() => fake.download("two"));
    await step(() => {
      fake.script.finish(1);
    });
    expect(shown.map((toast) => toast.title)).toEqual(["Llama Two is ready to use"]);
  });

  test("a failure gets one toast with Retry, which renews the choice where there was one", async () => {
    const { shown, Toaster } = toaster();
    const { fake } = await renderWith(
      <>
        <Toaster />
        <Conversation id="a" />
      </>,
    );
    await step(() => fake.select("a", "two"));
    await step(() => {
      fake.script.fail(1, fakeFailure("integrity", "The bytes are wrong.", { recovery: ["Retry."] }));
    });
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({
      severity: "error",
      title: "Llama Two could not be downloaded",
      description: "The bytes are wrong. Retry.",
      action: { label: "Retry" },
    });
    expect(fake.getSnapshot().conversations[0]?.requestedModel).toBe("one");
    await step(() => shown[0]?.action?.run());
    expect(fake.getSnapshot().conversations[0]?.requestedModel).toBe("two");
    expect(fake.getSnapshot().jobs[0]?.lifecycle).toBe("downloading");
  });

  test("Retry of a download by itself retries the download", async () => {
    const { shown, Toaster } = toaster();
    const { fake } = await renderWith(<Toaster />);
    await step(() => fake.download("two"));
    await step(() => {
      fake.script.fail(1, fakeFailure("network", "The network failed."));
    });
    await step(() => shown[0]?.action?.run());
    expect(fake.getSnapshot().jobs[0]?.lifecycle).toBe("downloading");
  });

  test("a model that cannot be loaded and storage trouble are told; what the user canceled is not", async () => {
    const { shown, Toaster } = toaster();
    const { fake } = await renderWith(<Toaster />);
    await step(() => fake.download("two"));
    await step(() => fake.cancel(1));
    expect(shown).toEqual([]);
    const failure = fakeFailure("load_failed", "Not enough memory.");
    await step(() => {
      const outcome = { status: "failed", failure } as const;
      fake.script.emit({ type: "selectionSettled", conversationId: "a", modelId: "two", intent: 1, outcome });
      fake.script.emit({ type: "storageFailed", failure: fakeFailure("storage_unavailable", "Nothing can be saved.") });
    });
    expect(shown.map((toast) => toast.title).sort()).toEqual(["Llama Two could not be loaded", "Storage problem"]);
  });

  test("what a toaster reads out is not announced twice", async () => {
    const { Toaster } = toaster(true);
    const { fake } = await renderWith(<Toaster />);
    const heard = listen();
    await step(() => fake.download("two"));
    await step(() => {
      fake.script.finish(1);
    });
    expect(heard).toEqual(["Downloading Llama Two."]);
  });

  test("sonner gets id, text and action in its own form", () => {
    const error = vi.fn();
    const toast = { success: vi.fn(), info: vi.fn(), warning: vi.fn(), error };
    const run = vi.fn();
    const { toast: show, announced } = sonnerToasts(toast);
    show({
      id: "model:two",
      severity: "error",
      title: "It failed",
      description: "Why",
      action: { label: "Retry", run },
    });
    expect(announced).toBe(true);
    expect(error).toHaveBeenCalledWith("It failed", {
      id: "model:two",
      description: "Why",
      action: { label: "Retry", onClick: run },
      duration: Number.POSITIVE_INFINITY,
    });
  });

  test("sonner's own toast fits", async () => {
    const { toast } = await import("sonner");
    expect(sonnerToasts(toast).announced).toBe(true);
  });
});
