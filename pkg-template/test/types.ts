/**
 * Checked by the compiler, never run: the samples that Rust wrote (`generated/shapes.ts`) leave out no kind of anything, so that a
 * declaration without a sample cannot hide.
 */
import type {
  Command,
  ErrorCode,
  Event,
  JobLifecycle,
  Reply,
  SelectionOutcome,
  Waiting,
} from "../src/generated/index.js";
import type * as shapes from "./generated/shapes.js";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : { missing: Exclude<B, A> }) : { unknown: Exclude<A, B> };
type Sample<K extends keyof typeof shapes> = (typeof shapes)[K][number];

export const everyKindHasASample: {
  codes: Same<Sample<"failures">["code"], ErrorCode>;
  events: Same<Sample<"events">["type"], Event["type"]>;
  commands: Same<Sample<"commands">["type"], Command["type"]>;
  replies: Same<Sample<"replies">["type"], Reply["type"]>;
  outcomes: Same<Sample<"outcomes">["status"], SelectionOutcome["status"]>;
  waitings: Same<Sample<"waitings">["reason"], Waiting["reason"]>;
  lifecycles: Same<Sample<"jobs">["lifecycle"], JobLifecycle>;
} = {
  codes: true,
  events: true,
  commands: true,
  replies: true,
  outcomes: true,
  waitings: true,
  lifecycles: true,
};
