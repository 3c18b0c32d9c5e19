// Google Cloud's contract for events: what happened comes as a CloudEvent, here that a file was stored in a bucket.
const functions = require('@google-cloud/functions-framework');

functions.cloudEvent('upload-log', (event) => {
  const { bucket, name, size } = event.data ?? {};
  console.log(`${event.type}: ${bucket}/${name}, ${size ?? 'unknown'} bytes`);
});
