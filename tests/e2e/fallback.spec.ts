/** A model fails and another one goes on: what is seen of it in the demo, against stand-ins (tests/server). */
import type { Page } from "@playwright/test";
import { MODELS } from "./support/models";
import type { ModelServer } from "./support/server";
import type { Settings } from "./support/settings";
import { expect, REFUSED_REQUESTS, test } from "./support/test";

/** Groq with the larger context, which goes first, and an Ollama with the same family. */
async function twoServers(server: ModelServer, settings: Settings, reply = {}): Promise<void> {
  const groq = await server.standIn("groq", {
    models: [{ id: "llama-3.3-70b-versatile", contextLength: 131_072, reply }],
  });
  const ollama = await server.ollama({ models: MODELS.slice(0, 1) });
  await settings.open();
  await settings.addServer("Groq", { address: groq.url, name: "groq", key: groq.key ?? "", keep: "On this device" });
  await settings.add(ollama);
  await settings.expectReachable("groq");
  await settings.expectReachable("ollama");
}

/** What the configuration says of failures. */
async function onFailure(settings: Settings, page: Page, words: string): Promise<void> {
  await settings.part("Configuration");
  await page.getByRole("combobox", { name: "When a model fails" }).selectOption({ label: words });
}

/** Slowly: what came together with the end of a connection, browsers throw away with it. */
const BREAKS_OFF = {
  text: "Once upon a time there was a llama",
  everyMs: 40,
  faults: [{ event: 6, do: "reset" }],
};

const LINE = "groq was rate limited; answered by llama3.2:3b on ollama · why?";

test.use({ mayComplain: [REFUSED_REQUESTS] });

test("a rate limit: another server answers, a line says so and why, and the next answer starts there", async ({
  ready,
  server,
  settings,
}) => {
  await twoServers(server, settings);
  await server.faults("groq", { error: "rateLimited", retryAfter: "60" });
  await ready.newChat();
  await ready.choose("Strong");
  await expect(ready.trigger).toHaveAttribute("aria-label", /llama-3\.3-70b-versatile/);
  await ready.ask("Hello", "llama3.2:3b · ollama", "I am three billion numbers.");
  const answer = ready.answers.last();
  const line = answer.locator(".fell-back");
  await expect(line.locator("summary")).toHaveText(LINE);
  await expect(line.getByRole("listitem").first()).toBeHidden();
  await line.locator("summary").click();
  await expect(line.getByRole("listitem").first()).toBeVisible();
  await expect(line).toContainText("llama3.2:3b");
  await expect(answer.locator(".partial")).toHaveCount(0);

  // It said to wait a minute, so it is not asked again meanwhile.
  await ready.ask("Again", "llama3.2:3b · ollama", "I am three billion numbers.");
  const asked = (await server.log("groq/openai/v1/chat/completions")).requests.filter((one) => one.method === "POST");
  expect(asked).toHaveLength(1);
});

test("in the middle of an answer, where that is wished: the part is kept and marked, and not sent on", async ({
  ready,
  server,
  settings,
  page,
}) => {
  await twoServers(server, settings, BREAKS_OFF);
  await onFailure(settings, page, "Another one answers, even in the middle of an answer");
  await ready.newChat();
  await ready.choose("Strong");
  await ready.ask("A story", "llama3.2:3b · ollama", "I am three billion numbers.");
  const answer = ready.answers.last();
  await expect(answer.locator(".partial .author")).toHaveText("llama-3.3-70b-versatile · groq");
  await expect(answer.locator(".partial .answer")).toHaveText(/^Once upon/);
  await expect(answer.locator(".partial .ending")).toHaveText("Broke off here.");
  await expect(answer.locator(".fell-back summary")).toHaveText(
    "groq broke off; answered by llama3.2:3b on ollama · why?",
  );
  await page.reload();
  await expect(answer.locator(".partial .answer")).toHaveText(/^Once upon/);
  await ready.ask("Go on", "llama3.2:3b · ollama", "I am three billion numbers.");
  const sent = (await server.log("ollama/api/chat")).requests.filter((one) => one.method === "POST").at(-1);
  expect(sent?.body).not.toContain("Once upon");
});

test("in the middle of an answer, unless that is wished: what there is stays, with what went wrong", async ({
  ready,
  server,
  settings,
  page,
}) => {
  await twoServers(server, settings, BREAKS_OFF);
  await ready.newChat();
  await ready.choose("Strong");
  await ready.say("A story");
  const answer = ready.answers.last();
  await expect(answer.locator(".trouble")).toBeVisible();
  await expect(answer.locator(".answer")).toHaveText(/^Once upon/);
  await expect(answer.locator(".fell-back")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  expect((await server.log("ollama/api/chat")).totals.requests).toBe(0);
});

test("a model that somebody chose by its name stays, unless told otherwise; never means never", async ({
  ready,
  server,
  settings,
  page,
}) => {
  await twoServers(server, settings);
  await server.faults("groq", { error: "rateLimited", times: 0 });
  await ready.newChat();
  await ready.choose("llama-3.3-70b-versatile");
  await ready.say("Hello");
  await expect(ready.answers.last().locator(".trouble")).toBeVisible();
  await expect(ready.answers.last().locator(".author")).toHaveText("llama-3.3-70b-versatile · groq");

  await settings.open();
  await onFailure(settings, page, "The failure is shown");
  await ready.newChat();
  await ready.choose("Strong");
  await ready.say("Hello");
  await expect(ready.answers.last().locator(".trouble")).toBeVisible();
  expect((await server.log("ollama/api/chat")).totals.requests).toBe(0);
});

test("the same model of another provider follows one that was chosen by its name, where that is wished", async ({
  ready,
  server,
  settings,
  page,
}) => {
  const models = [{ id: "llama-3.3-70b-versatile", contextLength: 131_072 }];
  const groq = await server.standIn("groq", { models });
  const vllm = await server.standIn("vllm", { models });
  await settings.open();
  await settings.addServer("Groq", { address: groq.url, name: "groq", key: groq.key ?? "" });
  await settings.addServer("vLLM", { address: vllm.url, name: "vllm" });
  await settings.expectReachable("groq");
  await settings.expectReachable("vllm");
  await onFailure(settings, page, "Another one answers, wherever there is one");
  await server.faults("groq", { error: "overloaded" });
  await ready.newChat();
  await ready.openSelector();
  await ready.page.locator('[data-model="groq/llama-3.3-70b-versatile"]').click();
  await ready.ask("Hello", "llama-3.3-70b-versatile · vllm", "You said: Hello");
  await expect(ready.answers.last().locator(".fell-back summary")).toContainText("groq was overloaded");
});

test("stopping ends the chain", async ({ ready, server, settings, page }) => {
  await twoServers(server, settings);
  await server.ollama({ models: [{ ...MODELS[0], reply: { text: "On and on,", endless: true, everyMs: 20 } }] });
  await server.faults("groq", { error: "overloaded" });
  await ready.newChat();
  await ready.choose("Strong");
  await ready.say("Talk");
  const answer = ready.answers.last();
  await expect(answer.locator(".answer")).toContainText("On and on");
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(answer.locator(".ending")).toHaveText("Stopped.");
  await expect(answer.locator(".author").last()).toHaveText("llama3.2:3b · ollama");
  await server.wait("ollama/api/chat", { aborted: 1, idle: true });
});
