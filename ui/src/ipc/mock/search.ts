// A few terms of a search, for pictures and tests; the record understands more.

import type { Invocation } from '../wire';
import { CallError } from '../transport';

export function found(search: string | null): (row: Invocation) => boolean {
  const tests = (search ?? '').split(/\s+/).filter(Boolean).map((word): ((row: Invocation) => boolean) => {
    const [, field, value = ''] = /^([a-z]+):(.+)$/.exec(word) ?? [];
    if (field === undefined) return (row) => (row.error_type ?? '').includes(word);
    if (field === 'fn') return (row) => row.function.includes(value);
    if (field === 'cold') return (row) => row.cold === (value === 'yes');
    if (field === 'status') return (row) => (value === 'failed' ? row.status !== 'ok' : row.status === value);
    if (field === 'dur') return (row) => row.total_ms > parseFloat(value.replace('>', ''));
    if (field === 'cpu' || field === 'since') return () => true;
    throw new CallError('invalid', `there is no field "${field}": did you mean dur?`);
  });
  return (row) => tests.every((test) => test(row));
}
