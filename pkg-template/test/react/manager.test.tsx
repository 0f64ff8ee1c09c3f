// @vitest-environment jsdom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { DownloadManager, DownloadsButton } from "../../src/react/index.js";
import { FakeError, fakeFailure } from "./fake.js";
import { type Rendered, renderWith, step } from "./render.js";

const ui = (
  <>
    <DownloadsButton />
    <DownloadManager />
  </>
);
const row = (name: string) => screen.getByRole("listitem", { name });
const button = (name: string) => screen.getByRole("button", { name });
const jobs = ({ fake }: Rendered) => fake.getSnapshot().jobs.map((job) => `${job.modelId} ${job.lifecycle}`);

/** The manager, open, with "two" at 40 % and "three" queued. */
async function opened(): Promise<Rendered> {
  const rendered = await renderWith(ui);
  await step(() => {
    rendered.fake.download("two");
    rendered.fake.download("three");
    rendered.fake.script.progress(1, 0.4);
  });
  await rendered.user.click(screen.getByRole("button", { name: /^Downloads/ }));
  await screen.findByRole("dialog", { name: "Downloads" });
  return rendered;
}

describe("the downloads button", () => {
  test("says how many run and how far they are together, and opens the manager", async () => {
    const { user } = await opened();
    const pill = screen.getByRole("button", { name: "Downloads: 2 running, 20%" });
    expect(pill.getAttribute("aria-expanded")).toBe("true");
    await user.click(pill);
    await waitFor(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
  });
});

describe("the download manager", () => {
  test("shows a running job as a progress bar with its value in words", async () => {
    await opened();
    const bar = within(row("Llama Two")).getByRole("progressbar", { name: "Download of Llama Two" });
    expect(bar.getAttribute("aria-valuenow")).toBe("40");
    expect(bar.getAttribute("aria-valuetext")).toBe("40%, 6 seconds left");
    expect(row("Llama Two").textContent).toContain("8 MB of 20 MB");
    expect(row("Llama Two").textContent).toContain("2 MB/s");
    expect(row("Llama Three").textContent).toContain("Queued, next");
  });

  test("a bar without a known end has no value", async () => {
    const rendered = await opened();
    await step(() => {
      const [job] = rendered.fake.getSnapshot().jobs;
      if (job?.progress == null) throw new Error("no progress");
      const progress = { ...job.progress, percentage: null, totalBytes: null, etaSeconds: null };
      rendered.fake.script.patch({ jobs: [{ ...job, progress }] });
    });
    const bar = screen.getByRole("progressbar");
    expect(bar.hasAttribute("aria-valuenow")).toBe(false);
    expect(bar.getAttribute("aria-valuetext")).toBe("size unknown");
  });

  test("leaves the page usable and closes with Escape", async () => {
    const { user } = await opened();
    expect(screen.getByRole("dialog").getAttribute("aria-modal")).not.toBe("true");
    await user.keyboard("{Escape}");
    await waitFor(() => {
      expect(screen.queryByRole("dialog")).toBeNull();
    });
  });

  test("asks before a running job is canceled: what is lost, the safe answer first", async () => {
    const rendered = await opened();
    await rendered.user.click(button("Cancel Llama Two"));
    const question = await screen.findByRole("alertdialog", { name: "Stop downloading Llama Two?" });
    expect(question.textContent).toContain("8 MB of 20 MB have been downloaded and will be deleted");
    await waitFor(() => {
      expect(document.activeElement?.textContent).toBe("Keep downloading");
    });
    await rendered.user.click(button("Keep downloading"));
    expect(jobs(rendered)).toEqual(["two downloading", "three queued"]);

    await rendered.user.click(button("Cancel Llama Two"));
    await rendered.user.click(await screen.findByRole("button", { name: "Stop and delete" }));
    expect(jobs(rendered)).toEqual(["three downloading", "two canceled"]);
    await waitFor(() => {
      expect(row("Llama Two").contains(document.activeElement)).toBe(true);
    });
  });

  test("asks in other words before a queued job is canceled", async () => {
    const rendered = await opened();
    await rendered.user.click(button("Cancel Llama Three"));
    const question = await screen.findByRole("alertdialog", { name: "Remove Llama Three from the queue?" });
    expect(question.textContent).toContain("Nothing has been downloaded yet");
    await rendered.user.click(button("Remove from queue"));
    expect(jobs(rendered)).toEqual(["two downloading", "three canceled"]);
  });

  test("the question follows its job and goes away when there is nothing left to cancel", async () => {
    const rendered = await opened();
    await rendered.user.click(button("Cancel Llama Three"));
    await screen.findByRole("alertdialog", { name: "Remove Llama Three from the queue?" });
    await step(() => {
      rendered.fake.script.finish(1);
      rendered.fake.script.progress(2, 0.1);
    });
    await screen.findByRole("alertdialog", { name: "Stop downloading Llama Three?" });
    await step(() => {
      rendered.fake.script.finish(2);
    });
    await waitFor(() => {
      expect(screen.queryByRole("alertdialog")).toBeNull();
    });
    expect(jobs(rendered).sort()).toEqual(["three ready", "two ready"]);
  });

  test("failed and canceled rows have Retry, in place", async () => {
    const rendered = await opened();
    await step(() => {
      rendered.fake.script.fail(1, fakeFailure("integrity", "The bytes of Llama Two are wrong."));
      return rendered.fake.cancel(2);
    });
    expect(row("Llama Two").textContent).toContain("The bytes of Llama Two are wrong. Try again.");
    expect(row("Llama Three").textContent).toContain("Canceled");
    await rendered.user.click(button("Retry Llama Three"));
    await rendered.user.click(button("Retry Llama Two"));
    expect(jobs(rendered)).toEqual(["three downloading", "two queued"]);
    expect(screen.queryByRole("button", { name: /^Retry/ })).toBeNull();
  });

  test("says why nothing comes, and counts down to the next try", async () => {
    const rendered = await opened();
    await step(() => {
      const failure = fakeFailure("network", "The connection broke off.");
      rendered.fake.script.wait(1, { reason: "retry", attempt: 1, untilMs: Date.now() + 4000, failure });
    });
    expect(row("Llama Two").textContent).toContain("Trying again in 4 sec");
    expect(row("Llama Two").textContent).toContain("The connection broke off.");
    await waitFor(
      () => {
        expect(row("Llama Two").textContent).toContain("Trying again in 3 sec");
      },
      { timeout: 3000 },
    );
    await step(() => {
      rendered.fake.script.wait(1, { reason: "offline" });
    });
    expect(row("Llama Two").textContent).toContain("Waiting for the network");
    await step(() => {
      rendered.fake.script.wait(1, { reason: "storage_full", neededBytes: 12_000_000 });
    });
    expect(row("Llama Two").textContent).toContain("12 MB more needed");
    await step(() => {
      rendered.fake.script.progress(1, 0.5, 0);
    });
    expect(row("Llama Two").textContent).toContain("Nothing is coming at the moment");
  });

  test("pauses and resumes", async () => {
    const rendered = await opened();
    await rendered.user.click(button("Pause Llama Two"));
    expect(jobs(rendered)[0]).toBe("two paused");
    expect(row("Llama Two").textContent).toContain("Paused at 40%");
    await rendered.user.click(button("Resume Llama Two"));
    expect(jobs(rendered)).toContain("two queued");
  });

  test("reorders the queue with buttons and keeps the focus on them at its ends", async () => {
    const rendered = await opened();
    await step(() => rendered.fake.download("one"));
    const order = () =>
      screen
        .getAllByRole("listitem")
        .map((one) => one.getAttribute("data-job"))
        .filter(Boolean);
    expect(order()).toEqual(["1", "2", "3"]);
    await rendered.user.click(button("Move Llama One up"));
    expect(order()).toEqual(["1", "3", "2"]);
    const up = button("Move Llama One up");
    expect(document.activeElement).toBe(up);
    expect(up.getAttribute("aria-disabled")).toBe("true");
    await rendered.user.click(up);
    expect(order()).toEqual(["1", "3", "2"]);
  });

  test("takes settled jobs off the list, one or all", async () => {
    const rendered = await opened();
    await step(() => {
      rendered.fake.script.finish(1);
      rendered.fake.script.finish(2);
    });
    await rendered.user.click(button("Take Llama Two off the list"));
    expect(jobs(rendered)).toEqual(["three ready"]);
    await step(() => {
      rendered.fake.retry(2);
      rendered.fake.script.finish(2);
      const job = rendered.fake.download("one");
      rendered.fake.script.finish(job.id);
    });
    await rendered.user.click(button("Clear finished"));
    expect(jobs(rendered)).toEqual([]);
    expect(screen.getByText("Nothing is downloading")).toBeTruthy();
  });

  test("deletes a stored model after saying what that frees", async () => {
    const rendered = await opened();
    await step(() => {
      rendered.fake.script.finish(1);
    });
    await rendered.user.click(button("Delete Llama Two"));
    const question = await screen.findByRole("alertdialog", { name: "Delete Llama Two from this device?" });
    expect(question.textContent).toContain("frees 20 MB");
    await rendered.user.click(within(question).getByRole("button", { name: "Delete" }));
    await waitFor(() => {
      expect(screen.queryByRole("alertdialog")).toBeNull();
    });
    expect(rendered.fake.getSnapshot().models[1]?.presence).toBe("absent");
    expect(screen.queryByRole("button", { name: "Delete Llama Two" })).toBeNull();
    expect(screen.getByRole("dialog").contains(document.activeElement)).toBe(true);
  });

  test("a model in use is refused; unloading it is a second decision", async () => {
    const rendered = await opened();
    await step(() => {
      rendered.fake.openConversation("a");
      rendered.fake.select("a", "one");
      rendered.fake.script.patch({
        models: rendered.fake.getSnapshot().models.map((one) => (one.id === "one" ? { ...one, inUse: true } : one)),
      });
    });
    await rendered.user.click(button("Delete Llama One"));
    const question = await screen.findByRole("alertdialog", { name: "Delete Llama One from this device?" });
    await rendered.user.click(within(question).getByRole("button", { name: "Delete" }));
    expect((await within(question).findByRole("alert")).textContent).toContain("in use");
    expect(rendered.fake.getSnapshot().models[0]?.presence).toBe("cached");

    await rendered.user.click(within(question).getByRole("button", { name: "Keep" }));
    expect(rendered.fake.getSnapshot().models[0]?.presence).toBe("cached");

    await rendered.user.click(button("Delete Llama One"));
    await rendered.user.click(await screen.findByRole("button", { name: "Delete" }));
    await rendered.user.click(await screen.findByRole("button", { name: "Unload and delete" }));
    await waitFor(() => {
      expect(rendered.fake.getSnapshot().models[0]?.presence).toBe("absent");
    });
  });

  test("asks for lasting storage only on a click", async () => {
    const rendered = await opened();
    expect(screen.getByText("The browser may delete models when space runs low.")).toBeTruthy();
    await rendered.user.click(button("Keep them"));
    expect(await screen.findByText("The browser keeps models until you delete them.")).toBeTruthy();
  });

  test("a refused command is told and changes nothing", async () => {
    const failures: string[] = [];
    const rendered = await renderWith(ui, {}, { onError: (failure) => failures.push(failure.code) });
    await step(() => rendered.fake.download("two"));
    await rendered.user.click(screen.getByRole("button", { name: /^Downloads/ }));
    rendered.fake.pause = () => Promise.reject(new FakeError(fakeFailure("invalid_input", "It is over already.")));
    await rendered.user.click(await screen.findByRole("button", { name: "Pause Llama Two" }));
    expect(failures).toEqual(["invalid_input"]);
  });
});
