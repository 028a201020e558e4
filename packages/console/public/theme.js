// Before the first paint, so that nobody who chose the dark is flashed at.
try {
  const chosen = localStorage.getItem('weir.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is forbidden: the system's own choice holds.
}
