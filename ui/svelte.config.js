/** Runes everywhere: a component that forgets one does not compile. */
export default {
  compilerOptions: { runes: true },
  // bits-ui and other packages may ship components of the older kind.
  vitePlugin: {
    dynamicCompileOptions: ({ filename }) => (filename.includes('node_modules') ? { runes: undefined } : undefined),
  },
};
