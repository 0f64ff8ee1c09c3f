/** Shared by the component tests: models, a rendered provider under StrictMode, and waiting for the store. */
import { act, cleanup, type RenderResult, render } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";
import { type ReactNode, StrictMode } from "react";
import { afterEach } from "vitest";
import type { ModelManifest } from "../../src/generated/index.js";
import { ModelyardProvider, type ModelyardProviderProps } from "../../src/react/index.js";
import { FakeModelyard, type FakeOptions } from "./fake.js";

afterEach(cleanup);

/** A model of 20 MB. */
export function manifest(id: string, name: string, sizeBytes = 20_000_000): ModelManifest {
  return {
    id,
    name,
    description: `About ${name}.`,
    engine: "wllama",
    contextWindow: 2048,
    files: [{ name: "model.gguf", url: `https://models.test/${id}.gguf`, sizeBytes }],
  };
}

export const THREE = [manifest("one", "Llama One"), manifest("two", "Llama Two"), manifest("three", "Llama Three")];

export interface Rendered extends RenderResult {
  readonly fake: FakeModelyard;
  readonly user: UserEvent;
}

/** Renders below a provider, under StrictMode, and waits until the store is open. */
export async function renderWith(
  children: ReactNode,
  options: Partial<FakeOptions> = {},
  props: Partial<ModelyardProviderProps> = {},
): Promise<Rendered> {
  const fake = new FakeModelyard({ models: THREE, defaultModel: "one", cached: ["one"], ...options });
  const result = render(
    <StrictMode>
      <ModelyardProvider modelyard={fake} locale="en" {...props}>
        {children}
      </ModelyardProvider>
    </StrictMode>,
  );
  await step(() => undefined);
  return { ...result, fake, user: userEvent.setup() };
}

/** Does something to the store and lets React and the store's promises catch up. */
export async function step(act_: () => unknown): Promise<void> {
  await act(async () => {
    await act_();
    await Promise.resolve();
  });
}

/** What the live region said, newest last. Call before what is to be heard. */
export function listen(): string[] {
  const heard: string[] = [];
  const region = document.querySelector("[data-my-announcements]");
  if (region === null) throw new Error("There is no live region.");
  new MutationObserver(() => {
    const text = region.textContent ?? "";
    if (text !== "" && heard.at(-1) !== text) heard.push(text);
  }).observe(region, { childList: true, characterData: true, subtree: true });
  return heard;
}
