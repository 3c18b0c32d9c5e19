export const main = called
