import { beforeEach, expect, test, vi } from 'vitest';
import { MockTransport } from '$ipc/mock';
import { CodeFiles } from './code.svelte';
import { Host } from './host.svelte';
import { samePath } from './paths';

let transport: MockTransport;
let host: Host;
let code: CodeFiles;

beforeEach(async () => {
  transport = new MockTransport('full', false);
  host = new Host(transport);
  host.start();
  code = new CodeFiles(host, 1);
  code.attach();
  await vi.waitFor(() => expect(code.current?.path).toBe('app.py'));
});

function current() {
  if (!code.current) throw new Error('no file is open');
  return code.current;
}

test('the file the handler lives in is opened first, and is clean', () => {
  expect(current().dirty).toBe(false);
  expect(current().text).toContain('def handler');
});

test('a save writes, cleans and survives its own reload', async () => {
  const file = current();
  file.text += '# more\n';
  expect(file.dirty).toBe(true);
  await code.save(file);
  expect(file.dirty).toBe(false);
  expect(file.savedAt).not.toBeNull();
  await vi.waitFor(() => expect(host.byId(1)?.revision).not.toBe('9f31c27d'));
  expect(file.conflict, 'our own save is no conflict').toBeNull();
});

test('an edit made elsewhere is followed silently while ours is clean', async () => {
  transport.edit(1, 'app.py', 'print("theirs")\n');
  await vi.waitFor(() => expect(current().text).toBe('print("theirs")\n'));
  expect(current().dirty).toBe(false);
});

test('an edit made elsewhere is not written over: the save stops and asks', async () => {
  const file = current();
  file.text = 'mine\n';
  transport.edit(1, 'app.py', 'theirs\n');
  await code.save(file);
  expect(file.conflict?.text).toBe('theirs\n');
  expect(file.text, 'what was typed is kept').toBe('mine\n');

  await code.save(file, true);
  expect(file.conflict).toBeNull();
  await expect(transport.call('read_file', { function: 1, path: 'app.py' })).resolves.toMatchObject({ text: 'mine\n' });
});

test('giving way takes what is on disk', async () => {
  const file = current();
  file.text = 'mine\n';
  transport.edit(1, 'app.py', 'theirs\n');
  await vi.waitFor(() => expect(file.conflict).not.toBeNull());
  await code.revert(file);
  expect(file.text).toBe('theirs\n');
  expect(file.dirty).toBe(false);
});

test('unsaved text survives looking at another file', async () => {
  current().text += '# unsaved\n';
  await code.show('requirements.txt');
  expect(code.unsaved).toEqual(['app.py']);
  await code.show('app.py');
  expect(current().text).toContain('# unsaved');
});

test("a problem's place opens the file whatever folder it is named from", async () => {
  await code.showLine('thumbnail/requirements.txt', 1);
  expect(current().path).toBe('requirements.txt');
  expect(code.reveal).toMatchObject({ path: 'requirements.txt', line: 1 });
  expect(samePath('app.py', 'webapp.py')).toBe(false);
});

test('giving up our edit takes what is on disk now, not what was there when the conflict was noticed', async () => {
  const file = current();
  file.text = 'mine\n';
  transport.edit(1, 'app.py', 'theirs\n');
  await vi.waitFor(() => expect(file.conflict?.text).toBe('theirs\n'));
  const stale = file.conflict;
  transport.edit(1, 'app.py', 'theirs again\n');
  await vi.waitFor(() => expect(file.conflict?.text).toBe('theirs again\n'));
  file.conflict = stale;
  await code.revert(file);
  expect(file.text).toBe('theirs again\n');
  expect(file.dirty).toBe(false);
});
