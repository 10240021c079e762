import { textArg } from './arguments';
import { arena } from '../values/arena';
import { define } from '../evaluate/call';
import { fnv64, md5, murmur3, murmur3x128, sha1, sha256, sha512, xxh128, xxh3 } from '../hash';
import { toHex } from '../text/hex';
import { Node } from '../program/program';
import { Kind, Val } from '../values/val';

type Hash = (text: Val) => Val;

function hashed(call: Node, hash: Hash): Val | null {
  const text = textArg(call, 0);
  return text === null ? null : toHex(hash(text));
}

define('MD5', (call: Node): Val | null => hashed(call, md5));
define('SHA1', (call: Node): Val | null => hashed(call, sha1));
define('SHA256', (call: Node): Val | null => hashed(call, sha256));
define('SHA512', (call: Node): Val | null => hashed(call, sha512));
define('Murmur3Hash', (call: Node): Val | null => hashed(call, murmur3));
define('Murmur3Hash128', (call: Node): Val | null => hashed(call, murmur3x128));
define('XXH128', (call: Node): Val | null => hashed(call, xxh128));

define('XXH3', (call: Node): Val | null =>
  hashed(call, (text: Val): Val => {
    const made = arena.take(8);
    store<u64>(made, bswap<u64>(xxh3(text)));
    return Val.bytes(Kind.Bytes, made, 8);
  }),
);

define('FNV', (call: Node): Val | null => {
  const text = textArg(call, 0);
  return text === null ? null : Val.int(<i64>fnv64(text));
});
