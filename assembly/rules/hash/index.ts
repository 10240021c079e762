export { fnv32, fnv64 } from './fnv';
export { md5 } from './md5';
export { hmac256, hmac512 } from './hmac';
export { murmur3, murmur3x128 } from './murmur3';
export { sha1 } from './sha1';
export { sha256, sha512 } from './sha2';
export { sha3 } from './sha3';
export { xxh128 } from './xxh128';
export { xxh3 } from './xxh3';
