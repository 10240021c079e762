/**
 * Writes docs/guest-sdk.md: every member of all that `otelwasm/assembly` exports, with the first sentence of its comment.
 *
 *   node scripts/guest-reference.mjs [--check]     --check only says whether the page is current
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(ROOT, 'docs/guest-sdk.md');
const HEAD = `# The guest SDK, member by member

What \`otelwasm/assembly\` exports. [Its guide](../assembly/README.md) says how the parts go together. This page is
written by \`node scripts/guest-reference.mjs\`.
`;

const parse = file => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
const has = (node, kind) =>
  ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(each => each.kind === kind);

/** The declaration of an export, followed through index files. */
function find(file, name) {
  const source = parse(file);
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) {
      const element = statement.exportClause.elements.find(each => each.name.text === name);
      if (element === undefined) continue;
      const path = resolve(dirname(file), statement.moduleSpecifier.text);
      const target = existsSync(`${path}.ts`) ? `${path}.ts` : join(path, 'index.ts');
      return find(target, (element.propertyName ?? element.name).text);
    }
    const declared = statement.declarationList?.declarations[0] ?? statement;
    if (declared.name?.text === name) return declared;
  }
  throw new Error(`${file}: no ${name}`);
}

const commentOf = node => ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
const isInternal = node => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');

/** The first sentence, in one line. */
function sentenceOf(node) {
  const text = ts.getTextOfJSDocComment(commentOf(node)?.comment) ?? '';
  const [first] = text.split(/(?<!e\.g)\.(?=\s+[A-Z`])|:?\n\n|:$/);
  const sentence = first.replace(/\s+/g, ' ').replace(/\|/g, '\\|').trim();
  return /[^.!)]$|[^.]\)$/.test(sentence) ? `${sentence}.` : sentence;
}

const typed = node => (node.type ? `: ${node.type.getText()}` : '');
const parameters = node => node.parameters.map(each => each.getText().replace(/\s+/g, ' ')).join(', ');
const call = node => `${node.name.getText()}(${parameters(node)})${typed(node)}`;

function signatureOf(member) {
  const prefix = has(member, ts.SyntaxKind.StaticKeyword) ? 'static ' : '';
  if (ts.isMethodDeclaration(member)) return prefix + call(member);
  const readonly = has(member, ts.SyntaxKind.ReadonlyKeyword) || ts.isGetAccessor(member);
  return `${prefix}${readonly ? 'readonly ' : ''}${member.name.getText()}${typed(member)}`;
}

function isPublic(member) {
  const { PrivateKeyword, ProtectedKeyword } = ts.SyntaxKind;
  return member.name && !has(member, PrivateKeyword) && !has(member, ProtectedKeyword) && !isInternal(member);
}

/** The class that a class extends, unless it has a section of its own. */
function hiddenParentOf(node, parent) {
  if (parent === undefined || names.includes(parent)) return undefined;
  const source = node.getSourceFile();
  const from = source.statements.find(
    each => ts.isImportDeclaration(each) && each.importClause?.getText().includes(parent),
  );
  if (from === undefined) return find(source.fileName, parent);
  const path = resolve(dirname(source.fileName), from.moduleSpecifier.text);
  return find(existsSync(`${path}.ts`) ? `${path}.ts` : join(path, 'index.ts'), parent);
}

const row = (signature, text) => `| \`${signature.replace(/\|/g, '\\|')}\` | ${text} |`;

function sectionOf(name) {
  const node = find(join(ROOT, 'assembly/index.ts'), name);
  const lines = [];
  const add = (title, text) => lines.push(`### ${title}`, ...(text ? ['', text] : []));
  if (ts.isFunctionDeclaration(node)) {
    add(`\`${name}\``, sentenceOf(node));
    lines.push('', '```text', call(node), '```');
  } else if (ts.isEnumDeclaration(node)) {
    add(`\`${name}\``, sentenceOf(node));
    lines.push('', node.members.map(each => `\`${each.name.getText()}\``).join(', ') + '.');
  } else if (ts.isClassDeclaration(node)) {
    const parent = node.heritageClauses?.[0]?.types[0].getText();
    add(`\`${name}\``, sentenceOf(node));
    const hidden = hiddenParentOf(node, parent);
    if (parent && !hidden) lines.push('', `All that \`${parent}\` has, and:`);
    const made = node.members.find(ts.isConstructorDeclaration);
    const fields = (made?.parameters ?? []).filter(
      each => each.modifiers?.some(({ kind }) => kind !== ts.SyntaxKind.OverrideKeyword) && isPublic(each),
    );
    const members = [
      ...fields,
      ...[...(hidden?.members ?? []), ...node.members].filter(
        each => !ts.isConstructorDeclaration(each) && isPublic(each),
      ),
    ];
    if (members.length > 0) lines.push('', '| member | |', '|---|---|');
    for (const member of members) lines.push(row(signatureOf(member), sentenceOf(member)));
  } else add(`\`${name}\``, sentenceOf(node.parent.parent));
  return lines.join('\n');
}

const names = parse(join(ROOT, 'assembly/index.ts'))
  .statements.flatMap(({ exportClause }) => exportClause.elements.map(({ name }) => name.text))
  .sort((a, b) => a.localeCompare(b, 'en'));
const wrap = text =>
  text
    .split('\n')
    .map(line =>
      line.startsWith('|') || line.startsWith('#')
        ? line
        : line.replace(/(.{1,118})(\s+|$)/g, '$1\n').trimEnd(),
    )
    .join('\n');
const page = `${HEAD}\n${names.map(name => wrap(sectionOf(name))).join('\n\n')}\n`;

if (!process.argv.includes('--check')) writeFileSync(PAGE, page);
else if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== page) {
  console.error('docs/guest-sdk.md is not current: run node scripts/guest-reference.mjs');
  process.exitCode = 1;
}
