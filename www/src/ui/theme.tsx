import { type ReactNode, useState } from "react";
import { MoonIcon, SunIcon, SystemIcon } from "./icons";

type Theme = "system" | "light" | "dark";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const KEY = "demo:theme";

function stored(): Theme {
  const theme = document.documentElement.dataset["theme"];
  return theme === "light" || theme === "dark" ? theme : "system";
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It lasts as long as the page then.
  }
}

/** Goes through the system's theme, light and dark. */
export function ThemeButton(): ReactNode {
  const [theme, setTheme] = useState(stored);
  const Icon = { system: SystemIcon, light: SunIcon, dark: MoonIcon }[theme];
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={`Theme: ${theme}`}
      title={`Theme: ${theme}`}
      onClick={() => {
        apply(NEXT[theme]);
        setTheme(NEXT[theme]);
      }}
    >
      <Icon />
    </button>
  );
}
