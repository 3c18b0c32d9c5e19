import * as functions from '@google-cloud/functions-framework'
import { act, type Event } from './acts'

functions.http('garden', async (req: functions.Request, res: functions.Response): Promise<void> => {
  res.json(await act(req.query as Event))
})
