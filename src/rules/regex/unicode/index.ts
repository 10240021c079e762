export { foldCase, unicodeClass } from './lookup';
export {
  ANY_RUNE,
  complement,
  contains,
  MAX_RUNE,
  NOT_NEWLINE,
  onlyRune,
  type RuneSet,
  runeSet,
  WORD_RUNES,
} from './runeSet';
