// What Google Cloud sends to event functions: CloudEvents over HTTP, in the shapes its documents give; names are made up.
// https://cloud.google.com/eventarc/docs/cloudevents

import type { Example } from './example';
import type { HttpRequest } from './http';

const WHEN = '2026-01-15T09:30:00.000Z';
const BUCKET = '//storage.googleapis.com/projects/_/buckets/photos';
const TOPIC = '//pubsub.googleapis.com/projects/garden/topics/orders';

/** In the binary mode, which Eventarc sends: attributes are headers, the body is the data. */
function binary(type: string, source: string, subject: string | null, data: unknown): HttpRequest {
  return {
    method: 'POST', path: '/',
    headers: {
      'ce-specversion': '1.0', 'ce-id': 'event-1', 'ce-type': type, 'ce-source': source, 'ce-time': WHEN,
      ...(subject === null ? {} : { 'ce-subject': subject }), 'content-type': 'application/json',
    },
    body: data,
  };
}

const stored = {
  kind: 'storage#object', bucket: 'photos', name: 'pea.jpg', contentType: 'image/jpeg', size: '1024', generation: '1768469400000000',
  timeCreated: WHEN, updated: WHEN, storageClass: 'STANDARD', metageneration: '1',
};

export const cloudEventExamples: Example[] = [
  { id: 'storage', label: 'Cloud Storage: file stored', event: binary('google.cloud.storage.object.v1.finalized', BUCKET, 'objects/pea.jpg', stored) },
  {
    id: 'pubsub', label: 'Pub/Sub message',
    event: binary('google.cloud.pubsub.topic.v1.messagePublished', TOPIC, null, {
      subscription: 'projects/garden/subscriptions/orders',
      message: { data: btoa('{"order":42}'), messageId: '1', publishTime: WHEN, attributes: { kind: 'new' } },
    }),
  },
  {
    id: 'structured', label: 'CloudEvent, structured',
    event: {
      method: 'POST', path: '/', headers: { 'content-type': 'application/cloudevents+json' },
      body: { specversion: '1.0', id: 'event-1', type: 'com.example.planted', source: '/garden', time: WHEN, data: { seed: 'pea' } },
    } satisfies HttpRequest,
  },
];
