import { act } from '../lib/acts.cjs'

export default async function handler(req, res) {
  res.json(await act(req.query))
}
