// Knative's contract: `handle` gets the event, and what it answers is routed on as an event of its own.
const DAYS = { pea: 10, radish: 5 };

const handle = async (context, event) => {
  const { seed } = event.data ?? {};
  context.log.info(`sown: ${seed}`);
  return context
    .cloudEventResponse({ seed, sprouts_in_days: DAYS[seed] ?? 14 })
    .type('garden.sprouting')
    .source('/seed-events')
    .response();
};

module.exports = { handle };
