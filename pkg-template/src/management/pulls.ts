/**
 * Carries out what the core wants of servers: pulls and removals. One record a pull, kept until its end was reported, so
 * that a new instance of the second wasm file takes it up again.
 *
 * The invariant: each pull the core has started, and not stopped, ends in one report.
 */
import type { Attached, InstancePort } from "../attachment.js";
import { failureOf } from "../errors.js";
import type { Failure } from "../generated/index.js";
import type { Session } from "./session.js";

interface Pull {
  readonly jobId: number;
  readonly epoch: number;
  readonly provider: string;
  readonly name: string;
}

export interface Pulls {
  readonly host: Attached["host"];
  /** What Rust says of a pull. */
  report(json: string): void;
  /** A new session is there: pulls go on in it. */
  resume(session: Session): void;
  /** There is no session and none will come. */
  failAll(why: Failure): void;
  /** Nobody waits for any of them any more. */
  stopAll(): void;
}

export function createPulls(port: InstancePort, ready: () => Promise<Session>, session: () => Session): Pulls {
  const running = new Map<number, Pull>();

  function start(pull: Pull, on: Session): void {
    try {
      on.call((core) => core.pull(pull.jobId, pull.epoch, pull.provider, pull.name));
    } catch (error) {
      // A new session takes it up; if there is none, that says so.
      if ((error as Partial<Failure>).code !== "engine_crashed") fail(pull, error);
    }
  }

  function fail(pull: Pull, error: unknown): void {
    if (running.get(pull.jobId) !== pull) return;
    running.delete(pull.jobId);
    const { jobId: job, epoch, provider } = pull;
    const why = failureOf(error, "provider_error", `${pull.name} could not be pulled.`, { provider });
    const report = { failed: { ticket: { job, epoch }, failure: why, keptBytes: null } };
    // Later: the core may be in the middle of asking for it.
    queueMicrotask(() => port.tell((core) => core.pullReport(JSON.stringify(report))));
  }

  function stop({ jobId, epoch }: Pick<Pull, "jobId" | "epoch">): void {
    if (running.get(jobId)?.epoch === epoch) running.delete(jobId);
    try {
      session().call((core) => core.stopPull(jobId, epoch));
    } catch {
      // Without a session nothing is being pulled.
    }
  }

  return {
    host: {
      pull(jobId, epoch, _modelId, provider, name) {
        const pull = { jobId, epoch, provider, name };
        running.set(jobId, pull);
        let on: Session;
        try {
          on = session();
        } catch {
          ready().then(
            // If it has just begun, it took this up with all others.
            () => undefined,
            (error: unknown) => fail(pull, error),
          );
          return;
        }
        start(pull, on);
      },
      stopPull: (jobId, epoch) => stop({ jobId, epoch }),
      removeServed(request, modelId, provider, model, unload) {
        const about = { provider, model: modelId };
        void ready()
          .then((on) => on.wait((core) => core.remove(JSON.stringify({ provider, model, unload }))))
          .then(
            ({ freedBytes }) => port.tell((core) => core.servedRemoved(request, freedBytes, null)),
            (error: unknown) => {
              const why = failureOf(error, "provider_error", `${modelId} could not be removed.`, about);
              port.tell((core) => core.servedRemoved(request, 0, why));
            },
          );
      },
    },
    report(json) {
      if (/^\{"(?:finished|failed)"/.test(json)) {
        const [{ ticket }] = Object.values(JSON.parse(json)) as [{ ticket: { job: number; epoch: number } }];
        if (running.get(ticket.job)?.epoch === ticket.epoch) running.delete(ticket.job);
      }
      port.tell((core) => core.pullReport(json));
    },
    resume(on) {
      for (const pull of running.values()) start(pull, on);
    },
    failAll(why) {
      for (const pull of [...running.values()]) fail(pull, why);
    },
    stopAll() {
      for (const pull of [...running.values()]) stop(pull);
    },
  };
}
