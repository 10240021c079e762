/** Each file defines functions of the language: their signatures are in src/rules/functions. */
import './conversions';
import './editors';
import './flatten';
import './hashes';
import './csv';
import './ids';
import './lists';
import './lambdas';
import './maps';
import './network';
import './patterns';
import './severity';
import './texts';
import './times';
import './types';
import './uuid';
