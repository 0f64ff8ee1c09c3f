/**
 * Numbers as people read them, in the reader's language. One object for each locale, since making `Intl` formatters
 * is slow and a progress row would otherwise do it ten times a second.
 */
export interface Formats {
  /** `25 MB`. Decimal units, as disks and hubs count. */
  bytes(count: number): string;
  /** `2.1 MB/s`. */
  speed(bytesPerSecond: number): string;
  /** `42%`. Rounded down, so that nothing unfinished says 100. */
  percent(percentage: number): string;
  /** `3 min`, short enough for a row. */
  duration(seconds: number): string;
  /** `3 minutes`, for a screen reader. */
  durationInWords(seconds: number): string;
  /** `1,024`. */
  count(value: number): string;
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** The largest unit in which the value is at least one. */
function inUnits(count: number): [number, number] {
  let value = Math.max(0, count);
  let unit = 0;
  // 999.95 would round to "1,000 MB".
  while (value >= 999.95 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return [value, unit];
}

/** Whole seconds below a minute, whole minutes below an hour, then whole hours: more would only flicker. */
function coarse(seconds: number): [number, "second" | "minute" | "hour"] {
  if (seconds < 59.5) return [Math.max(1, Math.round(seconds)), "second"];
  if (seconds < 59.5 * 60) return [Math.max(1, Math.round(seconds / 60)), "minute"];
  return [Math.max(1, Math.round(seconds / 3600)), "hour"];
}

function makeFormats(locale: string | undefined): Formats {
  const byteFormats = BYTE_UNITS.map((unit) => {
    // "byte" in its short form is "byte" in English, so it is spelt out; a row never shows it for long anyway.
    const unitDisplay = unit === "byte" ? "long" : "short";
    return [0, 1].map(
      (digits) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay, maximumFractionDigits: digits }),
    );
  });
  const speedFormats = BYTE_UNITS.map(
    (unit) =>
      new Intl.NumberFormat(locale, {
        style: "unit",
        unit: `${unit}-per-second`,
        unitDisplay: "short",
        maximumSignificantDigits: 2,
      }),
  );
  const durations = (unitDisplay: "short" | "long") => {
    const of = (unit: string) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay });
    const formats = { second: of("second"), minute: of("minute"), hour: of("hour") };
    return (seconds: number) => {
      const [value, unit] = coarse(seconds);
      return formats[unit].format(value);
    };
  };
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const count = new Intl.NumberFormat(locale);
  return {
    bytes(value) {
      const [amount, unit] = inUnits(value);
      const digits = unit >= 2 && amount < 100 ? 1 : 0;
      return byteFormats[unit]?.[digits]?.format(amount) ?? String(value);
    },
    speed(value) {
      const [amount, unit] = inUnits(value);
      return speedFormats[unit]?.format(amount) ?? String(value);
    },
    percent: (value) => percent.format(Math.floor(Math.min(100, Math.max(0, value))) / 100),
    duration: durations("short"),
    durationInWords: durations("long"),
    count: (value) => count.format(value),
  };
}

const made = new Map<string, Formats>();

/** The formats of a locale; the reader's own when none is named. */
export function formatsFor(locale?: string): Formats {
  const key = locale ?? "";
  let formats = made.get(key);
  if (formats === undefined) {
    formats = makeFormats(locale);
    made.set(key, formats);
  }
  return formats;
}
