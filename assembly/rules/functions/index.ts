/** Each file defines functions of the language: their signatures are in src/rules/functions. */
import './conversions';
import './editors';
import './flatten';
import './hashes';
import './ids';
import './lists';
import './lambdas';
import './maps';
import './patterns';
import './texts';
import './times';
import './types';
