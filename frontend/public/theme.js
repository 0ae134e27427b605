// Sets the theme before the first paint. A file of its own, so that every page's security policy lets it run.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Where storage is forbidden the system's theme is taken.
  }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.add(dark ? "dark" : "light");
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}
