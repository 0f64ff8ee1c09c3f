// @vitest-environment jsdom
import { act, render, screen } from "@testing-library/react";
import { type ReactNode, StrictMode, useState } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GAP_MS } from "../../src/react/announcer.js";
import {
  DownloadManager,
  DownloadsButton,
  ModelSelector,
  ModelyardProvider,
  shallow,
  useConversation,
  useModelView,
  useModelyardEvent,
  useSnapshot,
} from "../../src/react/index.js";
import { FakeModelyard, fakeFailure } from "./fake.js";
import { listen, renderWith, step, THREE } from "./render.js";

describe("the provider", () => {
  test("opens the instance when mounted, survives StrictMode's second mount, and never closes it", async () => {
    const { fake, unmount } = await renderWith(<p>hello</p>);
    expect(fake.getSnapshot().status).toBe("ready");
    unmount();
    await act(async () => undefined);
    expect(fake.getSnapshot().status).toBe("ready");
  });

  test("an instance that cannot open is shown by its snapshot, not thrown", async () => {
    function Status(): ReactNode {
      const failure = useSnapshot((snapshot) => snapshot.failure);
      return <p>{failure?.message ?? "fine"}</p>;
    }
    const { fake } = await renderWith(<Status />, { failOpen: 2 });
    expect(screen.getByText("This browser cannot run WebAssembly here.")).toBeTruthy();
    await step(() => fake.open());
    expect(screen.getByText("fine")).toBeTruthy();
  });

  test("renders on a server, where nothing runs, and hydrates without a complaint", async () => {
    const fake = new FakeModelyard({ models: THREE, defaultModel: "one", cached: ["one"] });
    const app = (
      <ModelyardProvider modelyard={fake} locale="en">
        <ModelSelector conversationId="a" />
        <DownloadsButton />
        <DownloadManager />
      </ModelyardProvider>
    );
    const html = renderToString(app);
    expect(fake.opened).toBe(0);
    expect(html).toContain("Choose a model");

    const complaints = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const container = document.createElement("div");
    container.innerHTML = html;
    document.body.append(container);
    const { unmount } = render(app, { container, hydrate: true });
    await step(() => undefined);
    expect(complaints).not.toHaveBeenCalled();
    expect(screen.getByRole("combobox", { name: "Model: Llama One" })).toBeTruthy();
    unmount();
    container.remove();
    complaints.mockRestore();
  });

  test("hooks outside of it say what is missing", () => {
    const complaints = vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => render(<DownloadsButton />)).toThrow("<ModelyardProvider>");
    complaints.mockRestore();
  });
});

describe("hooks", () => {
  test("a row renders when its own model changes and not when another one does", async () => {
    const renders = { one: 0, two: 0 };
    function Row({ id }: { id: "one" | "two" }): ReactNode {
      renders[id] += 1;
      return <p>{useModelView(id)?.status.kind}</p>;
    }
    const { fake } = await renderWith(
      <>
        <Row id="one" />
        <Row id="two" />
      </>,
    );
    await step(() => fake.download("two"));
    const before = { ...renders };
    await step(() => {
      fake.script.progress(1, 0.5);
    });
    expect(renders.one).toBe(before.one);
    expect(renders.two).toBeGreaterThan(before.two);
  });

  test("an inline selector that makes a new object each time does not loop", async () => {
    function Names(): ReactNode {
      const names = useSnapshot((snapshot) => snapshot.models.map((model) => model.name), shallow);
      return <p>{names.join(", ")}</p>;
    }
    await renderWith(<Names />);
    expect(screen.getByText("Llama One, Llama Two, Llama Three")).toBeTruthy();
  });

  test("an event listener may change from render to render; the newest one is called, once", async () => {
    const heard: string[] = [];
    function Listener(): ReactNode {
      const [count, setCount] = useState(0);
      useModelyardEvent("downloadStarted", (event) => {
        heard.push(`${event.modelId} ${String(count)}`);
        setCount(count + 1);
      });
      return null;
    }
    const { fake } = await renderWith(<Listener />);
    await step(() => fake.download("two"));
    await step(() => {
      fake.script.finish(1);
    });
    await step(() => fake.download("three"));
    expect(heard).toEqual(["two 0", "three 1"]);
  });

  test("a conversation tells whether it can answer, and a removed one stays removed", async () => {
    function Status(): ReactNode {
      const conversation = useConversation("a");
      return (
        <p>
          {conversation.status} {String(conversation.switching)} {conversation.shown?.id}
        </p>
      );
    }
    const { fake } = await renderWith(<Status />, { cached: [] });
    expect(screen.getByText("absent true one")).toBeTruthy();
    await step(() => fake.select("a", "one"));
    expect(screen.getByText("coming true one")).toBeTruthy();
    await step(() => {
      fake.script.finish(1);
    });
    expect(screen.getByText("ready false one")).toBeTruthy();
    await step(() => fake.select("a", "two"));
    expect(screen.getByText("ready true one")).toBeTruthy();
    await step(() => {
      fake.removeConversation("a");
    });
    expect(fake.getSnapshot().conversations).toEqual([]);
    expect(screen.getByText(/opening/)).toBeTruthy();
  });
});

describe("announcements", () => {
  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const later = () => step(() => vi.advanceTimersByTime(GAP_MS * 4));

  test("one polite region that is always there hears start, quarters, a stall and the end, and no more", async () => {
    const { fake } = await renderWith(<p>app</p>);
    const region = document.querySelector("[data-my-announcements]");
    expect(region?.getAttribute("aria-live")).toBe("polite");
    const heard = listen();
    await step(() => fake.download("two"));
    for (const fraction of [0, 0.1, 0.2, 0.26, 0.3, 0.4, 0.49]) {
      await step(() => {
        fake.script.progress(1, fraction);
      });
    }
    await later();
    await step(() => {
      fake.script.progress(1, 0.49, 0);
      fake.script.progress(1, 0.49, 0);
    });
    await later();
    await step(() => {
      fake.script.progress(1, 0.6);
      fake.script.progress(1, 1);
      fake.script.finish(1);
    });
    await later();
    expect(heard).toEqual([
      "Downloading Llama Two.",
      "Llama Two: 25%.",
      "Llama Two: Nothing is coming at the moment.",
      "Llama Two: 50%.",
      "Llama Two is ready to use",
    ]);
    expect(document.querySelectorAll("[data-my-announcements]")).toHaveLength(1);
  });

  test("a burst is thinned out: what is out of date is not spoken", async () => {
    const { fake } = await renderWith(<p>app</p>);
    const heard = listen();
    await step(() => fake.download("two"));
    await step(() => {
      for (const fraction of [0, 0.3, 0.55, 0.8]) fake.script.progress(1, fraction);
    });
    await later();
    expect(heard).toEqual(["Downloading Llama Two.", "Llama Two: 75%."]);
  });

  test("the tries of one trouble are announced once", async () => {
    const { fake } = await renderWith(<p>app</p>);
    await step(() => fake.download("two"));
    await later();
    const heard = listen();
    const failure = fakeFailure("network", "The connection broke off.");
    for (const attempt of [1, 2, 3]) {
      await step(() => {
        fake.script.wait(1, { reason: "retry", attempt, untilMs: Date.now() + 2000, failure });
      });
      await later();
    }
    await step(() => {
      fake.script.fail(1, failure);
    });
    await later();
    expect(heard).toEqual([
      "Llama Two: Connection lost. Trying again in 2 sec.",
      "Llama Two could not be downloaded. The connection broke off. Try again.",
    ]);
  });
});

describe("double mounts", () => {
  test("StrictMode hears each event once", async () => {
    const { fake } = await renderWith(<StrictMode>app</StrictMode>);
    const heard = listen();
    await step(() => fake.download("two"));
    expect(heard).toEqual(["Downloading Llama Two."]);
  });
});
