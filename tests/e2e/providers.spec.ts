/** Providers of every kind in the demo, against stand-ins (tests/server): added, tested, listed beside others, asked. */
import { MODELS } from "./support/models";
import { expect, REFUSED_REQUESTS, test } from "./support/test";

// Between its address and its key a server is asked once without one.
test.use({ mayComplain: [REFUSED_REQUESTS] });

interface Kind {
  readonly preset: string;
  /** Its word in the stand-ins' paths. */
  readonly word: string;
  readonly model: string;
}

const KINDS: readonly Kind[] = [
  { preset: "OpenAI", word: "openai", model: "gpt-standin" },
  { preset: "Anthropic", word: "anthropic", model: "claude-standin" },
  { preset: "Gemini", word: "gemini", model: "gemini-standin" },
  { preset: "OpenRouter", word: "openrouter", model: "maker/standin" },
  { preset: "Groq", word: "groq", model: "llama-standin" },
  { preset: "llama.cpp", word: "llamacpp", model: "tiny-standin.gguf" },
  { preset: "vLLM", word: "vllm", model: "maker/served-standin" },
  { preset: "OpenAI-compatible", word: "compatible", model: "any-standin" },
];

for (const { preset, word, model } of KINDS) {
  test(`${preset}: the test says that it answers, its models stand beside the others, and it is asked`, async ({
    ready,
    server,
    settings,
    page,
  }) => {
    const { url, key } = await server.standIn(word, { models: [{ id: model, contextLength: 32_768 }] });
    await settings.open();
    await settings.startAdding(preset);
    await settings.field("Address").fill(url);
    await settings.field("Name").fill(word);
    if (key !== null) await settings.field("Key").fill(key);
    await settings.dialog.getByRole("button", { name: "Test" }).click();
    await expect(settings.finding(settings.dialog)).toHaveAttribute("data-finding", "reachable");
    await settings.save("Add");
    await settings.expectReachable(word);
    const card = settings.card(word);
    await expect(card).toContainText(preset);
    await expect(card).toContainText("1 model");
    if (key !== null) {
      await expect(settings.key(word)).toContainText("kept for this session");
      await expect(card).not.toContainText(key);
    }
    await card.getByRole("button", { name: `Test ${word}` }).click();
    await expect(settings.finding(card)).toHaveAttribute("data-finding", "reachable");

    await settings.part("Models");
    await expect(settings.group("page").locator(".model").first()).toBeVisible();
    const row = settings.model(`${word}/${model}`);
    await expect(row).toBeVisible();
    // Nobody deletes a model of somebody else's server.
    await expect(row.getByRole("button", { name: /^Delete/ })).toHaveCount(0);

    await ready.newChat();
    await ready.choose(model);
    await ready.ask("Hello there", `${model} · ${word}`, "You said: Hello there");
    // What is known of the conversation's model is still known after a reload; a key of the session is not.
    await page.reload();
    await expect(ready.answers.last().locator(".author")).toHaveText(`${model} · ${word}`);
  });
}

test("models of several providers: groups, context and capabilities, in the list and in the selector", async ({
  ready,
  server,
  settings,
}) => {
  const ollama = await server.ollama({ models: MODELS });
  const anthropic = await server.standIn("anthropic", {
    models: [{ id: "claude-standin", contextLength: 200_000, tools: true, images: true }],
  });
  const openrouter = await server.standIn("openrouter", {
    models: [
      { id: "maker/large", contextLength: 131_072, tools: true },
      { id: "maker/small", contextLength: 8_192, tools: false },
    ],
  });
  await settings.open();
  await settings.add(ollama);
  await settings.addServer("Anthropic", { address: anthropic.url, name: "anthropic", key: anthropic.key ?? "" });
  await settings.addServer("OpenRouter", { address: openrouter.url, name: "openrouter", key: openrouter.key ?? "" });
  for (const id of ["ollama", "anthropic", "openrouter"]) await settings.expectReachable(id);

  await settings.part("Models");
  await expect(settings.group("anthropic").locator(".group-head")).toContainText("1");
  const claude = settings.model("anthropic/claude-standin");
  await expect(claude.locator(".model-facts")).toContainText("200,000 tokens of context");
  await expect(claude).toContainText("Images");
  await expect(settings.model("openrouter/maker/large")).toContainText("Tools");
  await expect(settings.model("openrouter/maker/small").locator(".model-facts")).toContainText("8,192");
  // What no hosted service says is no gap in the list.
  await expect(claude.locator(".unknown")).toHaveCount(0);
  // Only who can pull is offered for it.
  await expect(settings.pullField).toHaveAccessibleName("Pull a model with ollama");

  await ready.newChat();
  await ready.openSelector();
  for (const label of ["On this device", "On Ollama", "On Anthropic", "On OpenRouter"]) {
    await expect(ready.list.getByText(label, { exact: true })).toBeAttached();
  }
  await expect(ready.option("claude-standin")).toContainText("200,000 tokens");
  await expect(ready.option("claude-standin")).toContainText("Images");
  await expect(ready.option("maker/large")).toContainText("Tools");
});

test("with the keyboard alone: a provider is chosen, gets its key, is tested, added, and asked", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const { url, key } = await server.standIn("groq", { models: [{ id: "llama-standin" }] });
  await expect(ready.field).toBeVisible();
  const { keyboard } = page;
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < 60; presses += 1) {
      await keyboard.press("Tab");
      const label = await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement | null;
        return element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? "";
      });
      if (name.test(label)) return;
    }
    throw new Error(`nothing named ${String(name)} can be reached`);
  };
  await tabTo(/^Settings$/);
  await keyboard.press("Enter");
  await tabTo(/^Add provider$/);
  await keyboard.press("Enter");
  await tabTo(/^Groq$/);
  await keyboard.press("Enter");
  // Its address is known; what is missing is the key.
  await expect(settings.field("Key")).toBeFocused();
  await keyboard.insertText(key ?? "");
  await keyboard.press("Shift+Tab");
  await expect(settings.field("Address")).toBeFocused();
  await keyboard.press("ControlOrMeta+A");
  await keyboard.insertText(url);
  await tabTo(/^Test$/);
  await keyboard.press("Space");
  await expect(settings.finding(settings.dialog)).toHaveAttribute("data-finding", "reachable");
  await tabTo(/^Add$/);
  await keyboard.press("Enter");
  await settings.expectReachable("groq");
  // Back where one came from.
  await expect(page.getByRole("button", { name: "Add provider" })).toBeFocused();

  await tabTo(/^Change key for groq$/);
  await keyboard.press("Enter");
  await expect(settings.field("Key")).toBeFocused();
  await keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Change key for groq" })).toBeFocused();
});

test.describe("what goes wrong is said", () => {
  test("a bad key: the test says so and saving is possible; another key puts it right", async ({
    ready,
    server,
    settings,
  }) => {
    const { url, key } = await server.standIn("anthropic");
    await expect(ready.field).toBeVisible();
    await settings.open();
    await settings.startAdding("Anthropic");
    await settings.field("Address").fill(url);
    await settings.field("Key").fill("sk-ant-wrong-0001-and-long-enough");
    await settings.dialog.getByRole("button", { name: "Test" }).click();
    const finding = settings.finding(settings.dialog);
    await expect(finding).toHaveAttribute("data-finding", "badKey");
    await expect(finding.locator(".problem-advice")).not.toBeEmpty();
    await settings.save("Add");
    const card = settings.card("anthropic");
    await expect(card.locator(".state")).toHaveText("Refuses the key");
    await expect(card).not.toContainText("sk-ant-wrong");

    await card.getByRole("button", { name: "Change key for anthropic" }).click();
    await settings.field("Key").fill(key ?? "");
    await settings.save("Save");
    await settings.expectReachable("anthropic");
  });

  test("without a key one that needs it is not asked, and says what it needs", async ({ ready, server, settings }) => {
    const { url, key } = await server.standIn("gemini");
    await expect(ready.field).toBeVisible();
    await settings.open();
    await settings.addServer("Gemini", { address: url, name: "gemini" });
    const card = settings.card("gemini");
    await expect(card.locator(".state")).toHaveText("Needs a key");
    expect((await server.log("gemini/v1beta/models")).totals.requests).toBe(0);
    await settings.part("Models");
    await expect(settings.group("gemini")).toContainText("Needs a key");
    await settings.part("Providers");
    await card.getByRole("button", { name: "Enter key for gemini" }).click();
    await settings.field("Key").fill(key ?? "");
    await settings.dialog.getByRole("button", { name: "Test" }).click();
    await expect(settings.finding(settings.dialog)).toHaveAttribute("data-finding", "reachable");
    await settings.save("Save");
    await settings.expectReachable("gemini");
  });

  test("LM Studio before its switch is on: the advice says which, and afterwards it answers", async ({
    ready,
    server,
    settings,
  }) => {
    const { url } = await server.standIn("lmstudio");
    await expect(ready.field).toBeVisible();
    await settings.open();
    await settings.startAdding("LM Studio");
    await settings.field("Address").fill(url);
    await settings.dialog.getByRole("button", { name: "Test" }).click();
    const finding = settings.finding(settings.dialog);
    await expect(finding).toHaveAttribute("data-finding", "originRefused");
    await expect(finding).toContainText(/CORS/);
    await settings.save("Add");
    await expect(settings.card("lmstudio").locator(".state")).toHaveText("Not reachable");
    await server.standIn("lmstudio", { cors: true });
    await settings.card("lmstudio").getByRole("button", { name: "Refresh lmstudio" }).click();
    await settings.expectReachable("lmstudio");
  });

  test("an address that is none of the kind", async ({ ready, server, settings }) => {
    await expect(ready.field).toBeVisible();
    await settings.open();
    await settings.startAdding("OpenAI-compatible");
    await settings.field("Address").fill(new URL("nothing/v1", server.base).href);
    await settings.dialog.getByRole("button", { name: "Test" }).click();
    await expect(settings.finding(settings.dialog)).toHaveAttribute("data-finding", "wrongUrl");
  });
});
