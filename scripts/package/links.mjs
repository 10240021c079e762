/** Row: the documents in the tarball lead to files in it. */
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { check, ROOT, run } from './workspace.mjs';

/** Of these every link; of the others those to documents: they also name sources, which are in the repository. */
const FOR_USERS = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'assembly/README.md'];

export function linksRow(tarball) {
  check('tarball: its documents lead to files in it', () => {
    const listed = run(ROOT, 'tar', ['-tzf', tarball]).trim().split('\n');
    const files = new Set(listed.map(name => name.replace(/^package\//, '')));
    const missing = [...files].filter(isDocument).flatMap(document =>
      linksOf(document)
        .filter(target => FOR_USERS.includes(document) || isDocument(target))
        .filter(target => ![...files].some(file => file === target || file.startsWith(`${target}/`)))
        .map(target => `${document}: ${target}`),
    );
    if (!files.has('README.md') || missing.length > 0) throw new Error(missing.join('\n'));
  });
}

const isDocument = name => name.endsWith('.md');

function linksOf(document) {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link.split('#')[0])
    .filter(link => link !== '' && !/^https?:/.test(link))
    .map(link => normalize(join(dirname(document), link)).replace(/\/$/, ''));
}
