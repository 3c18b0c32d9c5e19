// Unpacks a zip as packers of code write it: stored or deflated, in one part, without a password.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
'use strict'

const fs = require('fs')
const path = require('path')
const zlib = require('zlib')

const LAST = Buffer.from('PK\x05\x06')
const STORED = 0
const DEFLATED = 8

function unzip(bytes, folder) {
  const last = bytes.lastIndexOf(LAST)
  if (last < 0) throw new Error('The file type is unsupported')
  let at = bytes.readUInt32LE(last + 16)
  for (let left = bytes.readUInt16LE(last + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset))
    const file = path.join(folder, bytes.toString('utf8', at + 46, at + 46 + name))
    if (!file.startsWith(folder + path.sep)) throw new Error('A file of it leads out of its folder')
    if (file.endsWith(path.sep)) {
      fs.mkdirSync(file, { recursive: true })
    } else {
      fs.mkdirSync(path.dirname(file), { recursive: true })
      fs.writeFileSync(file, contents(bytes, at))
    }
    at += 46 + name + extra + comment
  }
}

/** Of the file whose entry in the directory is `at`. */
function contents(bytes, at) {
  const method = bytes.readUInt16LE(at + 10)
  const local = bytes.readUInt32LE(at + 42)
  const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const packed = bytes.subarray(begin, begin + bytes.readUInt32LE(at + 20))
  if (method === STORED) return packed
  if (method !== DEFLATED) throw new Error(`Its compression ${method} is unsupported`)
  return zlib.inflateRawSync(packed)
}

module.exports = { unzip }
