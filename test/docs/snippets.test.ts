import assert from 'node:assert/strict';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { describeGuest } from '../../src/conformance';
import { openGuest, runReceiver } from '../../src/testing';
import { type CodeBlock, codeBlocksIn, documents, ExampleFolder, ROOT } from '../support/docs';

const { FULL_TESTS } = process.env;

/** `text` is what a program prints. A block without a language could hide commands from the tests. */
const LANGUAGES = ['mermaid', 'sh', 'text', 'ts', 'js', 'json', 'yaml', 'go', 'c', 'rust'];

const isGuest = ({ language, content }: CodeBlock): boolean =>
  language === 'ts' && content.includes("'otelwasm/assembly'");

describe('snippets in the docs', () => {
  const blocks = documents().flatMap(document =>
    codeBlocksIn(document).map(block => ({ ...block, document, place: `${document}:${block.line}` })),
  );
  let folder: ExampleFolder;
  before(() => {
    folder = new ExampleFolder();
  });
  after(() => folder.remove());

  it('name their language', () => {
    for (const { place, language } of blocks)
      assert.ok(LANGUAGES.includes(language), `${place}: ${language}`);
  });

  it('in JavaScript are files that the commands use', () => {
    for (const { place, language, file } of blocks) if (language === 'js') assert.ok(file, place);
  });

  it('in TypeScript compile against the package', () => {
    const apps = blocks.filter(block => block.language === 'ts' && !isGuest(block));
    const places = new Map<string, string>();
    apps.forEach(({ content, place }, index) => {
      folder.write(`snippet${index}.mts`, `${content}\nexport {};\n`);
      places.set(join(folder.path, `snippet${index}.mts`), place);
    });
    const program = ts.createProgram([...places.keys()], {
      noEmit: true,
      strict: true,
      module: ts.ModuleKind.Node16,
      target: ts.ScriptTarget.ES2022,
      skipLibCheck: true,
      types: ['node'],
    });
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const place = places.get(file?.fileName ?? '') ?? file?.fileName;
      return `${place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    assert.deepEqual(problems, []);
    assert.ok(places.size > 5);
  }).timeout(60_000);

  for (const block of blocks) {
    // Those that are files are compiled by the commands. Each takes seconds.
    if (!FULL_TESTS || !isGuest(block) || block.file !== undefined) continue;
    it(`${block.place}: the guest compiles`, async () => {
      folder.write('guest.ts', block.content);
      await folder.run(
        'npx asc guest.ts -o guest.wasm --config node_modules/otelwasm/assembly/asconfig.json',
      );
    }).timeout(60_000);
  }

  // JSON in the README of a guest is its configuration.
  const configurations = blocks.filter(
    ({ document, language }) => language === 'json' && /(^|\/)guests\//.test(document),
  );
  for (const { document, place, content } of configurations) {
    it(`${place}: the guest starts with this configuration`, () => {
      const path = join(ROOT, `build/guests/${basename(dirname(document))}.wasm`);
      const { roles } = describeGuest(path);
      const pluginConfig: unknown = JSON.parse(content);
      for (const { role, signal } of roles) {
        if (role === 'receiver') runReceiver(signal, path, { pluginConfig, forMillis: 1 });
        else openGuest(signal, path, { pluginConfig, role });
      }
    });
  }
});
