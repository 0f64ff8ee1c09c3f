import { expect, test } from "vitest";
import { failureOf, isModelyardError, ModelyardError } from "../../src/errors.js";
import { failure, isFailure, wordsOf } from "../../src/failure.js";

const full = failure("not_found", "There is no such file.", {
  model: "m",
  provider: "p",
  field: "f",
  value: "v",
  httpStatus: 404,
  neededBytes: 5,
  retryAfterMs: 8,
  neededTokens: 7,
  contextTokens: 6,
  cause: "404",
  others: [failure("network", "The other.")],
});

test("an error is a real Error that carries every field of its failure", () => {
  const error = new ModelyardError(full);
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe("ModelyardError: There is no such file.");
  expect(error.stack).toContain("ModelyardError");
  const { code, message, ...rest } = full;
  expect(error).toMatchObject({ name: "ModelyardError", code, message, ...rest });
  expect(error.failure).toEqual(full);
  expect(JSON.parse(JSON.stringify(error.failure))).toEqual(full);
  expect(Object.keys(error)).not.toContain("name");
});

test("a field that a failure does not have is not there", () => {
  const error = new ModelyardError(failure("closed", "It is closed."));
  expect("model" in error).toBe(false);
  expect(error.cause).toBeUndefined();
});

test("the guard goes by the shape and by the code", () => {
  const error = new ModelyardError(full);
  expect(isModelyardError(error)).toBe(true);
  expect(isModelyardError(error, "not_found")).toBe(true);
  expect(isModelyardError(error, "closed")).toBe(false);
  // Of another copy of the package, or another realm.
  expect(isModelyardError({ name: "ModelyardError", code: "closed" })).toBe(true);
  for (const other of [null, undefined, "x", new Error("x"), { name: "ModelyardError" }, full]) {
    expect(isModelyardError(other)).toBe(false);
  }
});

test("whatever is thrown has words, also what throws when it is asked for them", () => {
  const hostile = {
    toString() {
      throw new Error("no");
    },
  };
  expect(wordsOf(hostile)).toBe("(a value that cannot be shown)");
  expect(wordsOf(Object.create(null))).toBe("(a value that cannot be shown)");
  expect(wordsOf(undefined)).toBe("undefined");
  expect(wordsOf(new TypeError(""))).toBe("TypeError");
  expect(wordsOf(Symbol("s"))).toBe("Symbol(s)");
});

test("a failure inside what was thrown is kept; anything else becomes the cause", () => {
  const about = { model: "m" };
  expect(failureOf(new ModelyardError(full), "load_failed", "x")).toEqual(full);
  expect(failureOf(failure("timeout", "t"), "load_failed", "x", about)).toMatchObject({ code: "timeout", model: "m" });
  expect(failureOf("text", "load_failed", "x", about)).toMatchObject({
    code: "load_failed",
    cause: "text",
    model: "m",
  });
});

test("a trap is no failure", () => {
  for (const thrown of [new WebAssembly.RuntimeError("unreachable"), "unreachable", null, { code: "closed" }]) {
    expect(isFailure(thrown)).toBe(false);
  }
  expect(isFailure(full)).toBe(true);
});
