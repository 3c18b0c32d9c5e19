// Sends events with the CloudEvents SDK, in both modes, and says how each was taken.
const { CloudEvent, HTTP } = require('cloudevents')

const shapes = { binary: HTTP.binary, structured: HTTP.structured }

async function main() {
  const said = {}
  for (const url of process.argv.slice(2)) {
    for (const [mode, shape] of Object.entries(shapes)) {
      const event = new CloudEvent({
        id: `js-${mode}`,
        source: '/sdk',
        type: 'sown',
        subject: 'peas',
        bed: 'three',
        datacontenttype: 'application/json',
        data: { name: 'pea' },
      })
      const { headers, body } = shape(event)
      const answer = await fetch(url, { method: 'POST', headers, body })
      said[`${url} ${mode}`] = { status: answer.status, answer: answer.headers.get('ce-type') }
    }
  }
  console.log(JSON.stringify(said))
}

main()
