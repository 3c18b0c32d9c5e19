// Google's events in their two shapes, of which a function gets the one it is written for: those of the first generation
// (`{ context, data }`), and CloudEvents.
// https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md
'use strict'

const { refused } = require('./cloud_events.cjs')

const PAST = { create: 'created', write: 'written', update: 'updated', delete: 'deleted' }
const OBJECTS = { finalize: 'finalized', delete: 'deleted', archive: 'archived', metadataUpdate: 'metadataUpdated' }
const MESSAGE = 'type.googleapis.com/google.pubsub.v1.PubsubMessage'

// How the types of a family begin in both shapes, their service, and their last words. Of two with the same CloudEvents
// the first is what those become again.
const FAMILIES = [
  ['google.pubsub.topic.', 'google.cloud.pubsub.topic.v1.', 'pubsub.googleapis.com', { publish: 'messagePublished' }],
  ['providers/cloud.pubsub/eventTypes/topic.', 'google.cloud.pubsub.topic.v1.', 'pubsub.googleapis.com', { publish: 'messagePublished' }],
  ['google.storage.object.', 'google.cloud.storage.object.v1.', 'storage.googleapis.com', OBJECTS],
  ['providers/cloud.storage/eventTypes/object.', 'google.cloud.storage.object.v1.', 'storage.googleapis.com', { change: 'finalized' }],
  ['providers/cloud.firestore/eventTypes/document.', 'google.cloud.firestore.document.v1.', 'firestore.googleapis.com', PAST],
  ['providers/firebase.auth/eventTypes/user.', 'google.firebase.auth.user.v1.', 'firebaseauth.googleapis.com', PAST],
  ['providers/google.firebase.analytics/eventTypes/event.', 'google.firebase.analytics.log.v1.', 'firebase.googleapis.com', { log: 'written' }],
  ['providers/google.firebase.database/eventTypes/ref.', 'google.firebase.database.ref.v1.', 'firebasedatabase.googleapis.com', PAST],
]
// What of a resource's name is the subject of a CloudEvent begins with this.
const SUBJECTS = {
  'storage.googleapis.com': 'objects', 'firestore.googleapis.com': 'documents',
  'firebasedatabase.googleapis.com': 'refs', 'firebase.googleapis.com': 'events',
}
const ACCOUNT_FIELDS = [['createdAt', 'createTime'], ['lastSignedInAt', 'lastSignInTime']]

/** The context and the data of an event of the first generation, wherever its members stand. */
function contextOf({ data, context, ...beside }) {
  return { context: context ?? beside, data }
}

function renamed(data, names) {
  if (!data?.metadata) return data
  const metadata = { ...data.metadata }
  for (const [from, to] of names) {
    if (!(from in metadata)) continue
    metadata[to] = metadata[from]
    delete metadata[from]
  }
  return { ...data, metadata }
}

/** A push of Pub/Sub's own, as an event of the first generation; anything else as it is. */
function rawMessage(event, path) {
  const { message } = event
  if (event.context || event.subscription === undefined || message?.messageId === undefined) return event
  const name = /projects\/[^/?]+\/topics\/[^/?]+/.exec(path)?.[0] ?? ''
  return {
    context: {
      eventId: message.messageId, timestamp: message.publishTime, eventType: 'google.pubsub.topic.publish',
      resource: { service: 'pubsub.googleapis.com', type: MESSAGE, name },
    },
    data: { '@type': MESSAGE, data: message.data, attributes: message.attributes ?? {} },
  }
}

/** The CloudEvent that an event of the first generation is; undefined if it is none. */
function toCloudEvent(event) {
  let { context, data } = contextOf(event)
  const kind = context?.eventType
  if (typeof kind !== 'string') return undefined
  const family = FAMILIES.find(([legacy, , , words]) => kind.startsWith(legacy) && kind.slice(legacy.length) in words)
  if (!family) throw refused(`Unable to find CloudEvent equivalent type for "${kind}"`)
  const [legacy, begins, own, words] = family
  const { resource } = context
  const service = resource?.service ?? own
  let name = typeof resource === 'string' ? resource : (resource?.name ?? '')
  let subject
  if (SUBJECTS[service]) {
    const at = name.indexOf(`/${SUBJECTS[service]}/`)
    if (at < 0) throw refused(`the resource ${name} is none of ${service}`)
    subject = name.slice(at + 1)
    name = name.slice(0, at)
    if (service.startsWith('storage')) [subject] = subject.split('#')
  }
  if (service.startsWith('pubsub')) {
    data = { message: { messageId: context.eventId, publishTime: context.timestamp, ...data } }
  } else if (service.startsWith('firebaseauth')) {
    data = renamed(data, ACCOUNT_FIELDS)
    if (data?.uid) subject = `users/${data.uid}`
  } else if (service.startsWith('firebasedatabase')) {
    if (typeof event.domain !== 'string') throw refused("Invalid FirebaseDB event payload: missing 'domain'")
    const location = event.domain === 'firebaseio.com' ? 'us-central1' : event.domain.split('.')[0]
    name = name.replace('projects/_/', `projects/_/locations/${location}/`)
  }
  return {
    specversion: '1.0', id: context.eventId, source: `//${service}/${name}`, type: begins + words[kind.slice(legacy.length)],
    datacontenttype: 'application/json', ...(context.timestamp && { time: context.timestamp }), ...(subject && { subject }), data,
  }
}

/** The data and the context of a CloudEvent, for a function of the first generation. */
function toBackground(event) {
  for (const [legacy, begins, , words] of FAMILIES) {
    const word = Object.keys(words).find((one) => begins + words[one] === event.type)
    if (word) return { data: dataOf(event), context: { eventId: event.id, timestamp: event.time, eventType: legacy + word, resource: resourceOf(event) } }
  }
  throw refused(`Unable to find background event equivalent type for "${event.type}"`)
}

const serviceOf = ({ source }) => /^\/\/([^/]+)\/(.*)$/.exec(source)?.slice(1) ?? ['', source]

function dataOf(event) {
  const [service] = serviceOf(event)
  if (service.startsWith('firebaseauth')) return renamed(event.data, ACCOUNT_FIELDS.map(([old, now]) => [now, old]))
  if (!service.startsWith('pubsub')) return event.data
  const { messageId: _, publishTime: __, ...message } = event.data.message ?? event.data
  return message
}

function resourceOf(event) {
  const [service, name] = serviceOf(event)
  if (service.startsWith('pubsub')) return { service, name, type: MESSAGE }
  if (service.startsWith('firebaseauth')) return name
  if (service.startsWith('storage')) return { name: `${name}/${event.subject}`, service, type: event.data?.kind }
  return `${name.replace(/\/locations\/[^/]+/, '')}/${event.subject}`
}

module.exports = { contextOf, rawMessage, toBackground, toCloudEvent }
