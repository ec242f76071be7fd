import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pages = ['README.md', 'CONTRIBUTING.md', ...inside('docs')];
const scripts = Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts);
const commands = [...readFileSync('src/cli.ts', 'utf8').matchAll(/^ {2}'?([a-z-]+)'?: \{/gm)].map((match) => match[1]);
const benches = [
  ...readFileSync('bench/main.ts', 'utf8').matchAll(/BENCHES: readonly Bench\[\] = \[([^\]]+)\]/g),
][0]![1]!
  .split(',')
  .map((name) => name.trim());

function inside(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? inside(path) : path.endsWith('.md') ? [path] : [];
  });
}

describe.each(pages)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('names only npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]);
    expect(named.filter((name) => !scripts.includes(name!))).toEqual([]);
  });

  it('names only commands of the cli that exist', () => {
    const named = [...text.matchAll(/npm run cli -- ([\w-]+)/g)]
      .map((match) => match[1])
      .filter((name) => name !== 'help');
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });

  it('names only benches that exist', () => {
    const named = [...text.matchAll(/npm run bench -- ([\w-]+)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !benches.includes(name))).toEqual([]);
  });

  it('links only to files that exist', () => {
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => join(dirname(page), match[1]!));
    expect(linked.filter((path) => !existsSync(path))).toEqual([]);
  });
});

it('knows what there is to name', () => {
  expect(scripts).toEqual(expect.arrayContaining(['demo', 'test', 'check', 'bench', 'start', 'cli']));
  expect(commands).toEqual(expect.arrayContaining(['migrate', 'backup', 'restore', 'demo']));
  expect(benches).toEqual(expect.arrayContaining(['ingest', 'sync']));
});
