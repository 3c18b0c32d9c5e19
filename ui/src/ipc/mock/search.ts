// A few terms of a search, for pictures and tests; the record understands more.

import type { ExportedLog, Invocation, LogFormat, LogLine } from '../wire';
import { CallError } from '../transport';

export function found(search: string | null): (row: Invocation) => boolean {
  const tests = (search ?? '').split(/\s+/).filter(Boolean).map((word): ((row: Invocation) => boolean) => {
    if (word === '-by:load_test') return (row) => row.trigger !== 'load_test';
    const [, field, value = ''] = /^([a-z]+):(.+)$/.exec(word) ?? [];
    if (field === undefined) return (row) => (row.error_type ?? '').includes(word);
    if (field === 'fn') return (row) => row.function.includes(value);
    if (field === 'cold') return (row) => row.cold === (value === 'yes');
    if (field === 'status') return (row) => (value === 'failed' ? row.status !== 'ok' : row.status === value);
    if (field === 'dur') return (row) => row.total_ms > parseFloat(value.replace('>', ''));
    if (['cpu', 'since', 'until', 'by'].includes(field)) return () => true;
    throw new CallError('invalid', `there is no field "${field}": did you mean dur?`);
  });
  return (row) => tests.every((test) => test(row));
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

export function foundLine(search: string | null): (line: LogLine) => boolean {
  const tests = (search ?? '').split(/\s+/).filter(Boolean).map((word): ((line: LogLine) => boolean) => {
    const [, field, value = ''] = /^([a-z]+):(.+)$/.exec(word) ?? [];
    if (field === undefined) return (line) => line.text.toLowerCase().includes(word.toLowerCase());
    if (field === 'fn') return (line) => line.function.includes(value);
    if (field === 'stream') return (line) => line.stream === value;
    if (field === 'level' && value.startsWith('>=')) return (line) => LEVELS.indexOf(line.level ?? '') >= LEVELS.indexOf(value.slice(2));
    if (field === 'level') return (line) => line.level === value;
    if (field === 'since') return () => true;
    throw new CallError('invalid', `there is no field "${field}": did you mean level?`);
  });
  return (line) => tests.every((test) => test(line));
}

export function exportLogs(lines: readonly LogLine[], format: LogFormat): ExportedLog {
  const text = lines.map((line) => (format === 'ndjson' ? JSON.stringify(line) : `${line.at} ${line.function} ${line.text}`)).join('\n');
  const file = { name: `coldframe-log.${format === 'ndjson' ? 'ndjson' : 'log'}`, media_type: 'text/plain', text };
  return { file, lines: lines.length, cut: false };
}
