/** The demo's own records. The model of a conversation is not among them: that is Modelyard's. */

/** Who answers, as it was called then: the label stays when the model is gone. */
export interface Author {
  readonly modelId?: string;
  readonly modelName?: string;
  /** Who serves that model, unless the page ran it itself. */
  readonly provider?: string;
}

/** A model that failed before another one went on with the answer. */
export interface Attempt extends Author {
  /** What it had written until then. */
  readonly text: string;
  readonly thought?: string;
  readonly failure: { readonly code: string; readonly message: string };
  /** Who went on. */
  readonly next: Author;
  /** Why that one, in the sentences of the router. */
  readonly explanation: readonly string[];
}

export interface Message extends Author {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly text: string;
  /** What the model thought before it answered. */
  readonly thought?: string;
  /** Who failed before this answer came, in their order. */
  readonly attempts?: readonly Attempt[];
  /** Missing while the answer comes. `lost`: the page was closed before its end. */
  readonly ended?: "stop" | "length" | "aborted" | "failed" | "lost";
  /** Why it failed. */
  readonly problem?: string;
}

export interface Chat {
  readonly id: string;
  readonly title: string;
  /** Whether the user chose the title; otherwise it follows the first message. */
  readonly named: boolean;
  /** In milliseconds since the Unix epoch; the list is in this order, newest first. */
  readonly updatedAt: number;
  readonly messages: readonly Message[];
}
