export type Theme = 'system' | 'light' | 'dark';

const storage = 'weir.theme';

/** What this browser keeps; theme.js reads the same before the first paint. */
export function chosenTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function chooseTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(storage);
    else localStorage.setItem(storage, theme);
  } catch {
    // It holds until the page is closed.
  }
}
