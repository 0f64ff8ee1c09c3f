// @vitest-environment jsdom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { DownloadManager, ModelSelector } from "../../src/react/index.js";
import { renderWith, step } from "./render.js";

const trigger = () => screen.getByRole("combobox", { name: /^Model: / });
const search = () => screen.findByRole("combobox", { name: "Search models" });
const options = () => screen.getAllByRole("option").map((one) => one.getAttribute("data-model"));
const highlighted = () => document.querySelector("[data-highlighted]")?.getAttribute("data-model");

describe("the model selector", () => {
  test("names the model that answers, on a button that opens a dialog with a search field", async () => {
    const { user } = await renderWith(<ModelSelector conversationId="a" />);
    expect(trigger().getAttribute("aria-label")).toBe("Model: Llama One");
    expect(trigger().getAttribute("aria-expanded")).toBe("false");

    await user.click(trigger());
    const input = await search();
    expect(document.activeElement).toBe(input);
    expect(input.getAttribute("aria-expanded")).toBe("true");
    const list = screen.getByRole("listbox");
    expect(input.getAttribute("aria-controls")).toBe(list.id);
    expect(within(list).getAllByRole("group")).toHaveLength(2);
    expect(within(list).getByRole("group", { name: "On this device" })).toBeTruthy();
    expect(within(list).getByRole("group", { name: "To download" })).toBeTruthy();
  });

  test("opens with Down, moves with the arrows, commits with Enter", async () => {
    const { user, fake } = await renderWith(<ModelSelector conversationId="a" />, { cached: ["one", "two"] });
    trigger().focus();
    await user.keyboard("{ArrowDown}");
    const input = await search();
    await waitFor(() => {
      expect(highlighted()).toBe("one");
    });
    await user.keyboard("{ArrowDown}");
    expect(highlighted()).toBe("two");
    expect(input.getAttribute("aria-activedescendant")).toBe(document.querySelector("[data-highlighted]")?.id);

    await user.keyboard("{Enter}");
    expect(fake.getSnapshot().conversations[0]).toMatchObject({ activeModel: "two", intent: 1 });
    await waitFor(() => {
      expect(screen.queryByRole("listbox")).toBeNull();
    });
    expect(document.activeElement).toBe(trigger());
  });

  test("says of a model what the app says of it, beside its size and context", async () => {
    const marksOf = (model: { readonly id: string }) => (model.id === "two" ? ["Tools", "Images"] : []);
    const { user } = await renderWith(<ModelSelector conversationId="a" marksOf={marksOf} />);
    await user.click(trigger());
    await search();
    const [one, two] = screen.getAllByRole("option");
    expect(two?.textContent).toMatch(/ToolsImages$/);
    expect(one?.textContent).not.toContain("Tools");
  });

  test("Escape closes without choosing and gives the focus back", async () => {
    const { user, fake } = await renderWith(<ModelSelector conversationId="a" />);
    await user.click(trigger());
    await search();
    await user.keyboard("{ArrowDown}{Escape}");
    await waitFor(() => {
      expect(screen.queryByRole("listbox")).toBeNull();
    });
    expect(fake.getSnapshot().conversations[0]?.intent).toBe(0);
    expect(document.activeElement).toBe(trigger());
  });

  test("typing filters by words in any order, counts in a status, and says when nothing matches", async () => {
    const { user } = await renderWith(<ModelSelector conversationId="a" />);
    await user.click(trigger());
    await user.type(await search(), "three llama");
    expect(options()).toEqual(["three"]);
    expect(
      screen.getByText("1 model").getAttribute("aria-live") ?? screen.getByText("1 model").closest("[role=status]"),
    ).toBeTruthy();
    expect(highlighted()).toBe("three");

    await user.clear(await search());
    expect(options()).toEqual(["one", "two", "three"]);
    await user.type(await search(), "mistral");
    expect(screen.queryAllByRole("option")).toHaveLength(0);
    expect(screen.getByText("No model matches “mistral”.")).toBeTruthy();
  });

  test("Home and End move in the text, not in the list", async () => {
    const { user } = await renderWith(<ModelSelector conversationId="a" />);
    await user.click(trigger());
    const input = (await search()) as HTMLInputElement;
    await user.type(input, "llama");
    const before = highlighted();
    await user.keyboard("{Home}");
    expect(input.selectionStart).toBe(0);
    expect(highlighted()).toBe(before);
  });

  test("a letter typed on the closed button chooses nothing", async () => {
    const { user, fake } = await renderWith(<ModelSelector conversationId="a" />);
    trigger().focus();
    await user.keyboard("llama t");
    expect(fake.getSnapshot().conversations[0]?.intent).toBe(0);
    expect(fake.getSnapshot().jobs).toHaveLength(0);
  });

  test("options hold no buttons and tell size, context and state in words", async () => {
    const { user, fake } = await renderWith(<ModelSelector conversationId="a" />);
    await step(() => fake.download("two"));
    await step(() => {
      fake.script.progress(1, 0.42);
    });
    await user.click(trigger());
    await search();
    const two = screen.getByRole("option", { name: /Llama Two/ });
    expect(two.querySelectorAll("button, a, input, [tabindex='0']")).toHaveLength(0);
    expect(two.textContent).toContain("Downloading 42%");
    expect(two.textContent).toContain("20 MB");
    expect(two.textContent).toContain("2,048 tokens");
    await step(() => {
      fake.script.progress(1, 0.5);
    });
    expect(two.textContent).toContain("Downloading 50%");
  });

  test("marks the active and the requested model, and the button names both while one is on its way", async () => {
    const { user, fake } = await renderWith(<ModelSelector conversationId="a" />);
    await step(() => fake.select("a", "two"));
    await step(() => {
      fake.script.progress(1, 0.1);
    });
    expect(trigger().textContent).toContain("Llama One");
    expect(trigger().textContent).toContain("Llama Two, Downloading 10%");
    await user.click(trigger());
    await search();
    expect(screen.getByRole("option", { name: /Llama One/ }).textContent).toContain("Active");
    expect(screen.getByRole("option", { name: /Llama Two/ }).textContent).toContain("Requested");
    await step(() => {
      fake.script.finish(1);
    });
    expect(trigger().getAttribute("aria-label")).toBe("Model: Llama Two");
    expect(screen.getByRole("option", { name: /Llama Two/ }).textContent).toContain("Active");
  });

  test("rows do not move while the list is open", async () => {
    const { user, fake } = await renderWith(<ModelSelector conversationId="a" />);
    await step(() => fake.download("three"));
    await user.click(trigger());
    await search();
    expect(options()).toEqual(["one", "two", "three"]);
    await step(() => {
      fake.script.finish(1);
    });
    expect(options()).toEqual(["one", "two", "three"]);
    await user.keyboard("{Escape}");
    await waitFor(() => {
      expect(screen.queryByRole("listbox")).toBeNull();
    });
    await user.click(trigger());
    await search();
    expect(options()).toEqual(["one", "three", "two"]);
  });

  test("choosing an absent model opens the download manager on its row; a cached one does not", async () => {
    const ui = (
      <>
        <ModelSelector conversationId="a" />
        <DownloadManager />
      </>
    );
    const { user } = await renderWith(ui, { cached: ["one", "three"] });
    await user.click(trigger());
    await user.click(await screen.findByRole("option", { name: /Llama Three/ }));
    expect(screen.queryByRole("dialog", { name: "Downloads" })).toBeNull();

    await user.click(trigger());
    await user.click(await screen.findByRole("option", { name: /Llama Two/ }));
    const panel = await screen.findByRole("dialog", { name: "Downloads" });
    await waitFor(() => {
      expect(document.activeElement).toBe(within(panel).getByRole("listitem", { name: "Llama Two" }));
    });
  });

  test("choosing the requested model again shows its download once more", async () => {
    const ui = (
      <>
        <ModelSelector conversationId="a" />
        <DownloadManager />
      </>
    );
    const { user, fake } = await renderWith(ui);
    await step(() => fake.select("a", "two"));
    await user.click(trigger());
    await user.click(await screen.findByRole("option", { name: /Llama Two/ }));
    expect(await screen.findByRole("dialog", { name: "Downloads" })).toBeTruthy();
    expect(fake.getSnapshot().jobs).toHaveLength(1);
  });

  test("a refused choice is told and changes nothing", async () => {
    const failures: string[] = [];
    const { user, fake } = await renderWith(
      <ModelSelector conversationId="a" />,
      {},
      { onError: (failure) => failures.push(failure.code) },
    );
    await user.click(trigger());
    const option = await screen.findByRole("option", { name: /Llama Two/ });
    fake.select = () => {
      throw Object.assign(new Error("There is no such model."), {
        code: "not_found",
        recovery: ["x"],
        retryable: false,
      });
    };
    await user.click(option);
    expect(failures).toEqual(["not_found"]);
    expect(screen.getByText("There is no such model.")).toBeTruthy();
  });
});

describe("profiles in the model selector", () => {
  const profiles = { fast: "one", creative: "two" };
  const profile = (name: string) => document.querySelector(`[data-profile="${name}"]`);

  test("stand above the models, and are found by the search", async () => {
    const { user } = await renderWith(<ModelSelector conversationId="a" />, { profiles });
    await user.click(trigger());
    await user.type(await search(), "what is creative");
    expect(profile("fast")).toBeNull();
    expect(profile("creative")?.textContent).toContain("Creative");
  });

  test("lead to a model, which the button names with the profile, and the reasons can be read", async () => {
    const { user, fake } = await renderWith(<ModelSelector conversationId="a" />, { profiles, cached: ["one", "two"] });
    expect(screen.queryByRole("button", { name: /^Why/ })).toBeNull();
    await user.click(trigger());
    await search();
    await user.click(profile("creative") as Element);
    await waitFor(() => {
      expect(trigger().getAttribute("aria-label")).toBe("Model: Creative: Llama Two");
    });
    expect(fake.getSnapshot().conversations[0]?.route?.profile).toBe("creative");

    await user.click(screen.getByRole("button", { name: "Why Llama Two?" }));
    const dialog = await screen.findByRole("dialog", { name: "Why Llama Two?" });
    expect(
      within(dialog)
        .getAllByRole("listitem")
        .map((one) => one.textContent),
    ).toEqual(["“two” was chosen for creative.", "“other” was left out."]);
  });

  test("are forgotten when a model is chosen by its name", async () => {
    const { user } = await renderWith(<ModelSelector conversationId="a" />, { profiles, cached: ["one", "two"] });
    await step(() => undefined);
    await user.click(trigger());
    await search();
    await user.click(profile("creative") as Element);
    await user.click(trigger());
    await search();
    await user.click(document.querySelector('[data-model="one"]') as Element);
    await waitFor(() => {
      expect(trigger().getAttribute("aria-label")).toBe("Model: Llama One");
    });
    expect(screen.queryByRole("button", { name: /^Why/ })).toBeNull();
  });

  test("that lead nowhere are announced and change nothing", async () => {
    const { user, fake } = await renderWith(<ModelSelector conversationId="a" profiles={["fast"]} />, {
      profiles: { fast: "one", creative: "two" },
    });
    fake.selectProfile = () => {
      throw new Error("No model fits.");
    };
    await user.click(trigger());
    await search();
    expect(profile("creative")).toBeNull();
    await user.click(profile("fast") as Element);
    await waitFor(() => {
      expect(document.querySelector("[data-my-announcements]")?.textContent).toBe("No model fits.");
    });
    expect(fake.getSnapshot().conversations[0]?.intent).toBe(0);
  });
});
