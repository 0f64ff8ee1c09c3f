// Before the first paint, so that a page in a chosen theme does not flash in the other one.
try {
  const theme = localStorage.getItem("demo:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: follow the system.
}
