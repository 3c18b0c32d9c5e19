// One lane for each call that the process has at a time: a connection of its own to the Runtime API, on which it asks for
// an event and answers it. One lane is all there is, unless `AWS_LAMBDA_MAX_CONCURRENCY` says more, as it does on Lambda's
// managed instances.
'use strict'

const { RuntimeApi } = require('./runtime_api.cjs')

const ignore = () => {}
const lanes = []
/** Lanes whose calls are over once there is nothing left to do. */
const waiting = new Set()

function openLane(address) {
  const lane = { api: new RuntimeApi(address), id: undefined, onEmpty: ignore, onUncaught: ignore, onRejection: ignore }
  lanes.push(lane)
  return lane
}

/** From now on no connection keeps the process from running out of things to do. */
function waitsForEmpty(lane) {
  if (waiting.size === 0) for (const { api } of lanes) api.unref()
  else lane.api.unref()
  waiting.add(lane)
}

/** Connections count again, if no other lane waits. */
function waitsNoMore(lane) {
  lane.onEmpty = ignore
  if (!waiting.delete(lane)) return
  if (waiting.size === 0) for (const { api } of lanes) api.ref()
  else lane.api.unref()
}

function empty() {
  for (const lane of [...waiting]) lane.onEmpty()
}

/** The lane of the call with that id. */
const laneOf = (id) => lanes.find((lane) => id !== undefined && lane.id === id)

module.exports = { empty, laneOf, openLane, waitsForEmpty, waitsNoMore }
