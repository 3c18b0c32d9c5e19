// The parameters that its manifest gives the action, which no other cloud adds.
const DEFAULTS = JSON.parse(@DEFAULTS@)

const call = (event) => called({ ...DEFAULTS, ...event })
