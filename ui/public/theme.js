// The theme before the first paint, so that the wrong one is never seen; src/shared/theme.svelte.ts goes on from here.
{
  const kept = localStorage.getItem('coldframe.theme');
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = kept === 'light' || kept === 'dark' ? kept : system;
}
