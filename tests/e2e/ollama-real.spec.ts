/**
 * The demo with real Ollamas, which `cargo xtask test e2e` starts where they are built. Each test says what it needs, and
 * skips without it.
 */
import { type App, pageOrigin } from "./support/app";
import { expect, REFUSED_REQUESTS, test } from "./support/test";

/** An Ollama that lets the page in, and manages models. */
const ALLOWED = process.env["MODELYARD_OLLAMA_ALLOWED"];
/** One that lets pages in from localhost alone. */
const REFUSING = process.env["MODELYARD_OLLAMA_REFUSING"];
/** The address of the demo by a name that is not localhost. */
const OTHER_PAGE = process.env["MODELYARD_OLLAMA_PAGE"];
/** One that runs models. */
const CHAT = process.env["MODELYARD_OLLAMA_CHAT"];
/** A model all of them have, which says hello. */
const MODEL = process.env["MODELYARD_OLLAMA_MODEL"];
/** The same, which never ends. */
const ENDLESS = process.env["MODELYARD_OLLAMA_ENDLESS"];
/** A model in a real registry beside them. */
const PULL = process.env["MODELYARD_OLLAMA_PULL"];

test.use({ mayComplain: [REFUSED_REQUESTS] });

/** The name by which a list has a model: with a tag. */
const tagged = (name: string): string => (name.split("/").at(-1)?.includes(":") === true ? name : `${name}:latest`);

async function quoted(app: App, question: string): Promise<string> {
  await app.say(question);
  const answer = app.answers.last();
  await expect(answer).toHaveAttribute("aria-busy", "false", { timeout: 90_000 });
  await expect(answer.locator(".trouble")).toHaveCount(0);
  return answer.locator(".answer").innerText();
}

test("a real Ollama: add, test, list, details, pull with progress, cancel, pull again, delete, remove", async ({
  app,
  server,
  settings,
  page,
}) => {
  test.skip(ALLOWED === undefined, "MODELYARD_OLLAMA_ALLOWED names no real Ollama");
  test.setTimeout(240_000);
  await app.open(server.base);
  await settings.open();
  await settings.startAdding();
  await settings.field("Address").fill(ALLOWED ?? "");
  await settings.dialog.getByRole("button", { name: "Test" }).click();
  await expect(settings.finding(settings.dialog)).toHaveAttribute("data-finding", "reachable");
  await settings.dialog.getByRole("button", { name: "Add", exact: true }).click();
  await settings.expectReachable();
  await settings.part("Models");
  if (MODEL !== undefined) {
    const name = tagged(MODEL);
    const row = settings.model(`ollama/${name}`);
    await expect(row.locator(".model-facts")).toContainText("MB");
    await row.getByRole("button", { name: `Details of ${name}` }).click();
    const details = page.getByRole("dialog", { name });
    await expect(details.getByText(/^(sha256:)?[0-9a-f]{64}$/)).toBeVisible();
    await page.keyboard.press("Escape");
  }
  await settings.pull("no-such-registry.localhost/nobody/nothing:1");
  await app.expectLifecycle("nothing:1", "failed");
  await expect(settings.page.locator(".model .problem").first()).toBeVisible();
  await app.dismissToasts();

  if (PULL !== undefined) {
    const id = `ollama/${PULL}`;
    await settings.pull(PULL);
    await app.expectLifecycle(PULL, "downloading");
    await expect(app.job(PULL).locator(".my-job-percent")).toHaveText(/^[1-9]\d?%$/);
    await app
      .job(PULL)
      .getByRole("button", { name: `Cancel ${PULL}` })
      .click();
    await page.getByRole("alertdialog").getByRole("button").last().click();
    await app.expectLifecycle(PULL, "canceled", 2_000);
    await expect(settings.model(id).getByRole("button", { name: /^Delete/ })).toHaveCount(0);

    await settings.pull(PULL);
    await app.expectLifecycle(PULL, "ready", 120_000);
    await app.dismissToasts();
    await page.getByRole("dialog", { name: "Downloads" }).getByRole("button", { name: "Close" }).click();
    await settings
      .model(id)
      .getByRole("button", { name: `Delete ${PULL}` })
      .click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete", exact: true }).click();
    await expect(settings.model(id)).toHaveCount(0);
  }

  await settings.part("Providers");
  await settings.card("ollama").getByRole("button", { name: "Remove ollama" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await expect(settings.card("ollama")).toHaveCount(0);
});

test("a real Ollama that refuses the page: the line to set", async ({ server, settings, page }) => {
  test.skip(REFUSING === undefined || OTHER_PAGE === undefined, "MODELYARD_OLLAMA_REFUSING names no real Ollama");
  await page.goto(`${OTHER_PAGE ?? pageOrigin()}/?hub=off&models=${encodeURIComponent(server.base)}`);
  await settings.open();
  await settings.startAdding();
  await settings.field("Address").fill(REFUSING ?? "");
  await settings.dialog.getByRole("button", { name: "Test" }).click();
  const finding = settings.finding(settings.dialog);
  await expect(finding).toHaveAttribute("data-finding", "originRefused");
  await expect(finding.locator("code")).toHaveText(`OLLAMA_ORIGINS=${OTHER_PAGE ?? ""}`);
});

test("a real Ollama answers beside the page; stopping ends it; a reload keeps who answers", async ({
  app,
  server,
  settings,
  page,
}) => {
  test.skip(CHAT === undefined || MODEL === undefined, "MODELYARD_OLLAMA_CHAT names no Ollama that runs models");
  test.setTimeout(240_000);
  const hello = tagged(MODEL ?? "");
  await app.open(server.base);
  await settings.open();
  await settings.add(CHAT ?? "");
  await settings.expectReachable();
  await app.newChat();
  await app.choose(hello);
  expect(await quoted(app, "Hello!")).not.toBe("");
  await expect(app.answers.last().locator(".author")).toHaveText(`${hello} · ollama`);
  if (ENDLESS !== undefined) {
    await app.choose(tagged(ENDLESS));
    await app.say("Go on");
    const song = app.answers.last();
    await expect(song.locator(".answer")).not.toHaveText("", { timeout: 60_000 });
    await page.getByRole("button", { name: "Stop" }).click();
    await expect(song).toHaveAttribute("aria-busy", "false");
    await expect(song.locator(".ending")).toHaveText("Stopped.");
    await app.choose(hello);
  }
  await page.reload();
  await expect(app.trigger).toHaveAttribute("aria-label", `Model: ${hello}`);
  expect(await quoted(app, "Hello again!")).not.toBe("");
});

test("a real Ollama by the protocol of OpenAI: list, answer, stop", async ({ app, server, settings, page }) => {
  test.skip(CHAT === undefined || MODEL === undefined, "MODELYARD_OLLAMA_CHAT names no Ollama that runs models");
  test.setTimeout(240_000);
  const hello = tagged(MODEL ?? "");
  await app.open(server.base);
  await settings.open();
  await settings.addServer("OpenAI-compatible", { address: `${CHAT ?? ""}/v1`, name: "compatible" });
  await settings.expectReachable("compatible");
  await app.newChat();
  await app.choose(hello);
  expect(await quoted(app, "Hello!")).not.toBe("");
  await expect(app.answers.last().locator(".author")).toHaveText(`${hello} · compatible`);
  if (ENDLESS === undefined) return;
  await app.choose(tagged(ENDLESS));
  await app.say("Go on");
  const song = app.answers.last();
  await expect(song.locator(".answer")).not.toHaveText("", { timeout: 60_000 });
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(song.locator(".ending")).toHaveText("Stopped.");
  // A server that still answered would have no place for this.
  await app.choose(hello);
  expect(await quoted(app, "Hello again!")).not.toBe("");
});
