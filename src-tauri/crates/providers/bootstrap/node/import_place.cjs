// Where the import stands that found nothing. Node names the file that asks and never the line; of transpiled code it
// names a file nobody wrote.
'use strict'

const fs = require('fs')
const { SourceMap } = require('module')
const path = require('path')
const { fileURLToPath } = require('url')

/** `file:line` or `file` of the person's own; nothing where it cannot be told. */
function importPlace(error) {
  try {
    const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(error.message)?.[1]
    const importer = error.requireStack?.[0] ?? / imported from (.+)$/m.exec(error.message)?.[1]
    if (!missing || !importer) return ''
    const file = importer.startsWith('file:') ? fileURLToPath(importer) : importer
    if (path.dirname(file) === __dirname) return ''
    // Of a relative import the whole path is told, of which the last part is what was written.
    const written = path.isAbsolute(missing) ? path.basename(missing) : missing
    const literal = new RegExp('[\'"`][^\'"`]*' + written.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    const lines = fs.readFileSync(file, 'utf8').split('\n')
    const line = lines.findIndex((text) => literal.test(text))
    if (line < 0) return file
    if (fs.existsSync(file + '.map')) {
      const map = new SourceMap(JSON.parse(fs.readFileSync(file + '.map')))
      const { originalSource, originalLine } = map.findEntry(line, lines[line].search(literal))
      if (originalSource) return `${originalSource.replace(/^file:\/\//, '')}:${originalLine + 1}`
    }
    return `${file}:${line + 1}`
  } catch {
    return ''
  }
}

module.exports = { importPlace }
