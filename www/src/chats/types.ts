/** The demo's own records. The model of a conversation is not among them: that is Modelyard's. */

export interface Message {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly text: string;
  /** What the model thought before it answered. */
  readonly thought?: string;
  /** The model that gave this answer. */
  readonly modelId?: string;
  /** Its name at that time: the label stays when the model is gone. */
  readonly modelName?: string;
  /** Who serves that model, unless the page ran it itself. */
  readonly provider?: string;
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
