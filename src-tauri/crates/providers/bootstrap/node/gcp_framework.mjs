// What `import` finds in place of Google's functions framework, where a function has not installed it.
const framework = globalThis[Symbol.for('coldframe.gcp')]

export default framework
export const { http, cloudEvent, typed } = framework
