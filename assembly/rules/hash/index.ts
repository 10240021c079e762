export { fnv64 } from './fnv';
export { md5 } from './md5';
export { murmur3, murmur3x128 } from './murmur3';
export { sha1 } from './sha1';
export { sha256, sha512 } from './sha2';
export { xxh128 } from './xxh128';
export { xxh3 } from './xxh3';
